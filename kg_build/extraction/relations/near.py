"""Rules over words that nearly fired: each pattern is tried again with one of its elements loosened at a time.

A loosened element takes another type of name, no name, another word or no word, or more distance. What then matches and
meets every other condition of the rule lacks just that one; a match of the whole pattern that a single guard or an end
that nobody fills keeps silent is near, too. Nothing of this runs unless somebody asks (`Context.trace`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal

from spacy.matcher import Matcher
from spacy.vocab import Vocab

from kg_build.extraction.relations.emit import Context, End, Firing, statements
from kg_build.extraction.relations.rules import Rule, load_cues
from kg_build.extraction.relations.surface import (
    CLAUSE_MARKS,
    SENTENCE_MARKS,
    aligned,
    as_list,
    ends,
    gap_marks,
    guards,
    refusals,
    token_pattern,
)
from kg_build.extraction.relations.view import MONEY
from kg_build.extraction.trace import UNKNOWN, NearMiss
from kg_build.model import Mention, Span, Statement
from kg_build.quantities import Amount

How = Literal["type", "name", "word", "distance", "whole"]
GRAMMAR = frozenset({"preposition", "of", "by", "with", "inside", "many", "count"})
"""Cue classes that stand in any sentence: a rule isn't near because of them alone."""
NAME_REACH, WORD_REACH = 4, 2
"""So many words may stand in the place of a name that wasn't found, or of a word that the rule doesn't know."""
SHOWN = 6
"""Words of a list that are told."""
ANY_NAME = {"REGEX": rf"^(?!{MONEY}$)."}


@dataclass(frozen=True, slots=True)
class _Loose:
    """A pattern with one element loosened."""

    rule: Rule
    pattern: Sequence[Mapping[str, Any]]
    numbers: tuple[int, ...]
    """For each token pattern of the matcher the element that it comes from."""
    at: int
    """The loosened element; -1 for the whole pattern as it is."""
    how: How


def find_near(context: Context, rules: Sequence[Rule], fired: Sequence[Firing]) -> None:
    """Note the rules of engine `tokens` that nearly fired in ``context.trace``; ``fired`` is what the rules did say."""
    view = context.view
    if context.trace is None:
        return
    for sentence in view.sentences:
        words = frozenset(view.doc[i].text for i in sentence if not view.units[i].members)
        span = view.doc[sentence.start : sentence.stop]
        for rule in rules:
            if words.isdisjoint(_anchors(rule)):
                continue
            matcher, loose = _loosened(view.doc.vocab, rule)
            for key, start, _, alignment in aligned(matcher, span):
                variant = loose[view.doc.vocab.strings[key]]
                miss = _judge(context, variant, start + sentence.start, [variant.numbers[n] for n in alignment])
                if miss is not None and not is_told(context, miss, fired):
                    context.trace.add(miss)


def is_told(context: Context, miss: NearMiss, fired: Sequence[Firing]) -> bool:
    """Whether the rule fired in these words after all, or another says the same of the sentence."""
    here = (f for f in fired if f.statement.evidence.overlaps(miss.span))
    return any(f.rule == miss.rule or told(context.view.mentions, f.statement) == miss.would_say for f in here)


def told(mentions: Sequence[Mention], said: Statement) -> str:
    """What a statement says, in one line."""
    return f"{_shown(mentions, said.subject)} {said.predicate} {_shown(mentions, said.object)}"


def _shown(mentions: Sequence[Mention], end: int | str | Decimal) -> str:
    if isinstance(end, int):
        return mentions[end].name or "(the story's zone)"
    return end if isinstance(end, str) else format(end, "f")


@lru_cache(maxsize=512)
def _anchors(rule: Rule) -> frozenset[str]:
    """The words by which a rule may be near in a sentence."""
    cues = load_cues(rule.folder)
    return frozenset(
        word
        for pattern in rule.match["patterns"]
        for element in pattern
        if _is_lexical(element)
        for word in (
            as_list(element.get("text", ()))
            + [word for name in as_list(element.get("cue", ())) if name not in GRAMMAR for word in cues[name]]
        )
    )


def _is_lexical(element: Mapping[str, Any]) -> bool:
    return "cue" in element or "text" in element


@lru_cache(maxsize=512)
def _loosened(vocab: Vocab, rule: Rule) -> tuple[Matcher, Mapping[str, _Loose]]:
    """A matcher for the loosened forms of a rule's patterns, and what each of its keys stands for."""
    matcher = Matcher(vocab)
    loose: dict[str, _Loose] = {}
    for number, pattern in enumerate(rule.match["patterns"]):
        for at, how in [(-1, "whole"), *_places(pattern)]:
            compiled = _compiled(rule, pattern, at, how)
            if not compiled:
                continue
            key = f"{number}#{at}#{how}"
            matcher.add(key, [[token for _, token in compiled]])
            loose[key] = _Loose(rule, pattern, tuple(element for element, _ in compiled), at, how)
    return matcher, loose


def _places(pattern: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, How]]:
    """Which elements can be loosened, and how."""
    for at, element in enumerate(pattern):
        if element.get("op", "+") in {"?", "*", "!"}:
            continue
        if "gap" in element:
            yield at, "distance"
        elif "mention" in element:
            yield at, "type"
            yield at, "name"
        elif "money" in element:
            yield at, "name"
        else:
            yield at, "word"


def _compiled(rule: Rule, pattern: Sequence[Mapping[str, Any]], at: int, how: How) -> list[tuple[int, dict[str, Any]]]:
    """Token patterns with the number of the element that each comes from; empty where nothing is left to match."""
    cues = load_cues(rule.folder)
    whole = [(i, token_pattern(element, cues)) for i, element in enumerate(pattern)]
    if how == "whole":
        return whole
    if how == "type":
        return [(i, {**token, "ENT_TYPE": ANY_NAME} if i == at else token) for i, token in whole]
    if how == "distance":
        return [(i, {"TEXT": {"NOT_IN": SENTENCE_MARKS}, "OP": "*"} if i == at else token) for i, token in whole]
    first, last = 0, len(pattern)
    if at == 0:  # nothing to hold on to on that side: the distance to it goes with it
        first = next((i for i, element in enumerate(pattern) if i > at and _is_fixed(element)), last)
    elif at == last - 1:
        last = next((i + 1 for i in range(at - 1, -1, -1) if _is_fixed(pattern[i])), 0)
    refused = [*CLAUSE_MARKS, *_words(pattern[at], cues)]
    any_word = {"ENT_TYPE": "", "TEXT": {"NOT_IN": refused}, "OP": "?"}
    reach = NAME_REACH if how == "name" else WORD_REACH
    found: list[tuple[int, dict[str, Any]]] = []
    for i, token in whole[first:last]:
        found += [(i, any_word)] * reach if i == at else [(i, token)]
    return found


def _is_fixed(element: Mapping[str, Any]) -> bool:
    return "gap" not in element and element.get("op") not in {"?", "*"}


def _words(element: Mapping[str, Any], cues: Mapping[str, Sequence[str]]) -> list[str]:
    return as_list(element.get("text", ())) + [word for name in as_list(element.get("cue", ())) for word in cues[name]]


def _judge(context: Context, variant: _Loose, start: int, numbers: Sequence[int]) -> NearMiss | None:
    """The near miss of a loosened match; None where none or more than one condition fails."""
    view, rule = context.view, variant.rule
    end = start + len(numbers)
    if not numbers or not _is_anchored(context, variant, start, numbers):
        return None
    own = list(_loosened_fails(context, variant, start, numbers))
    if len(own) != (variant.how != "whole"):
        return None  # what was loosened would have fitted as it was: that is another form's match; or two things are missing
    missing = [*own, *_others_fail(context, variant, start, numbers)]
    if len(missing) > 1:
        return None
    missing += guards(context, rule, start, end)
    captured: dict[str, list[int]] = {}
    lost: dict[str, list[End]] = {}
    if variant.how in {"type", "name", "word"} and "as" in variant.pattern[variant.at]:
        lost[variant.pattern[variant.at]["as"]] = []
    for token, number in enumerate(numbers, start):
        if role := variant.pattern[number].get("as"):
            if number != variant.at or variant.how not in {"type", "name", "word"}:
                captured.setdefault(role, []).append(token)
            elif variant.how == "type":
                lost[role] += view.units[token].members
    says, unfilled = would_say(context, rule, start, captured, lost)
    missing += unfilled
    if len(missing) != 1:
        return None
    span = Span(view.units[start].span.start, view.units[end - 1].span.end)
    met = sum(_is_fixed(variant.pattern[number]) for number in {*numbers} - {variant.at})
    return NearMiss(rule.id, span, missing[0], says, met + (variant.how in {"whole", "distance"}))


def _is_anchored(context: Context, variant: _Loose, start: int, numbers: Sequence[int]) -> bool:
    """Whether a word of weight that the rule asks for stands there: not one like 的 or 由, which any sentence has."""
    for token, number in enumerate(numbers, start):
        element = variant.pattern[number]
        if number == variant.at or not _is_lexical(element):
            continue
        if "text" in element and len(context.view.units[token].span) > 1:
            return True
        if "cue" in element and set(as_list(element["cue"])) & context.view.units[token].cues - GRAMMAR:
            return True
    return variant.how == "whole"


def _loosened_fails(context: Context, variant: _Loose, start: int, numbers: Sequence[int]) -> Iterator[str]:
    """What the loosened element asks for and isn't there."""
    if variant.how == "type":
        yield from _other_type(context, variant, start, numbers)
    elif variant.how == "distance":
        tokens = [token for token, number in enumerate(numbers, start) if number == variant.at]
        yield from _distance(context, variant.rule, variant.pattern[variant.at], tokens)
    elif variant.how != "whole":
        yield _absent(context, variant, start, numbers)


def _others_fail(context: Context, variant: _Loose, start: int, numbers: Sequence[int]) -> Iterator[str]:
    """What the other elements ask for and isn't so, beyond what the matcher checks."""
    widths: dict[int, list[int]] = {}
    for token, number in enumerate(numbers, start):
        element = variant.pattern[number]
        if "gap" in element:
            if number != variant.at:
                widths.setdefault(number, []).append(token)
        elif number != variant.at or variant.how == "type":
            yield from refusals(context, element, token)
    for number, tokens in widths.items():
        yield from _distance(context, variant.rule, variant.pattern[number], tokens)


def _distance(context: Context, rule: Rule, gap: Mapping[str, Any], tokens: Sequence[int]) -> Iterator[str]:
    """What stands between that may not."""
    view = context.view
    width = sum(len(view.units[i].span) for i in tokens)
    between = "".join(view.doc[i].text for i in tokens)
    if width > gap["gap"] + max(gap["gap"], 12):
        yield "far apart"  # with the next, two conditions: a match across half a sentence is near to nothing
    if width > gap["gap"]:
        yield f"“{between}” between is {width} characters long, at most {gap['gap']} may be (gap)"
    marks = set(gap_marks(gap)) - set(SENTENCE_MARKS)
    if found := [view.doc[i].text for i in tokens if view.doc[i].text in marks]:
        across = "sentence" if found[0] == ";" else "true"
        yield f"{found[0]} stands between (across: {across} lets a gap cross it)"
    over = set(gap.get("over", ()))
    if others := [m for i in tokens for m in view.units[i].members[:1] if not {n.type for n in view.units[i].members} & over]:
        yield f"{others[0].name}, {a_or_an(others[0].type)}, stands between (over: [{others[0].type}] lets a gap hold it)"
    cues = load_cues(rule.folder)
    refused = {word for name in as_list(gap.get("without", ())) for word in cues[name]}
    if words := [view.doc[i].text for i in tokens if view.doc[i].text in refused]:
        yield f"{words[0]} stands between (without)"


def _other_type(context: Context, variant: _Loose, start: int, numbers: Sequence[int]) -> Iterator[str]:
    types = as_list(variant.pattern[variant.at]["mention"])
    for token, number in enumerate(numbers, start):
        if number == variant.at and not {m.type for m in context.view.units[token].members} & set(types):
            found = dict.fromkeys(member.type.value for member in context.view.units[token].members)
            yield f"{context.view.doc[token].text} is {a_or_an(' and '.join(found))}, the rule wants {listed(types)}"


def _absent(context: Context, variant: _Loose, start: int, numbers: Sequence[int]) -> str:
    """Which name or word isn't there, beside what, and what stands in its place."""
    element, doc = variant.pattern[variant.at], context.view.doc
    end = start + len(numbers)
    before = [
        token for token, number in enumerate(numbers, start) if number < variant.at and "gap" not in variant.pattern[number]
    ]
    after = [token for token, number in enumerate(numbers, start) if number > variant.at and "gap" not in variant.pattern[number]]
    between = range(before[-1] + 1 if before else start, after[0] if after else end)
    instead = "".join(doc[token].text for token in between)
    if before:
        beside = f"behind {doc[before[-1]].text}"
        if not instead and variant.at == len(variant.pattern) - 1 and end < len(doc) and doc[end].text not in CLAUSE_MARKS:
            instead = doc[end].text
    else:
        beside = f"before {doc[after[0] if after else start].text}"
        if not instead and start > context.view.clause_start(start):
            instead = doc[start - 1].text
    stands = f"; there stands {instead}" if instead else ""
    return f"no {wanted(element)} {beside}{stands}"


def wanted(element: Mapping[str, Any]) -> str:
    """What an element or node asks for, in words."""
    if "mention" in element:
        return listed(as_list(element["mention"]))
    if "money" in element:
        return "sum of money"
    if "cue" in element:
        return f"word of {listed(as_list(element['cue']))}"
    if "text" in element:
        words = as_list(element["text"])
        return "、".join(words[:SHOWN]) + ("…" if len(words) > SHOWN else "")
    return f"token like {element['spacy']}"


def listed(words: Sequence[str]) -> str:
    """Words as one takes them: one, two or three."""
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


def a_or_an(word: str) -> str:
    """A word with its article."""
    return f"{'an' if word[0] in 'AEIO' else 'a'} {word}"


def would_say(
    context: Context, rule: Rule, start: int, captured: Mapping[str, Sequence[int]], lost: Mapping[str, Sequence[End]]
) -> tuple[str, list[str]]:
    """What a match would say, and what else keeps it from being said, in words.

    Args:
        context: The text.
        rule: The rule.
        start: The first token of the match.
        captured: The tokens of each role that is as the rule wants it.
        lost: Roles of which something is missing, with what stands there instead, if anything.
    """
    lines: list[str] = []
    missing: dict[str, None] = {}
    for left, property_, right in rule.says():
        subjects = lost[left] if left in lost else ends(context, rule, left, start, captured)
        if rule.value is not None:
            objects: Sequence[End] = [rule.value]
        else:
            objects = lost[right] if right in lost else ends(context, rule, right, start, captured)
        for role, found in ((left, subjects), (right, objects)):
            if not found and role not in lost:
                missing[_unfilled(rule, role)] = None
        if subjects and objects and not _has_statement(rule, subjects, objects, property_):
            missing["both ends are one thing, or the sums aren't as many as the names"] = None
        lines.append(f"{_end(subjects)} {property_} {_end(objects)}")
    return lines[0], list(missing)


def _has_statement(rule: Rule, subjects: Sequence[End], objects: Sequence[End], property_: str) -> bool:
    if len(objects) > 1 and all(isinstance(o, Amount) for o in objects) and len(objects) != len(subjects):
        return False
    return any(True for _ in statements(rule, subjects, objects, Span(0, 0), (), property_))


def _unfilled(rule: Rule, role: str) -> str:
    source = rule.source(role)
    if source is None:
        return f"nobody is the {role}"
    kind = next(key for key in ("acting", "about", "nearest", "implicit") if key in source)
    types = f" {listed(source[kind])}" if kind != "implicit" else " zone"
    where = {"acting": "acts in the sentence", "about": "is what the words are about", "nearest": "stands before"}
    return f"no{types} {where.get(kind, 'has the story')} ({role}: {kind})"


def _end(found: Sequence[End]) -> str:
    if not found:
        return UNKNOWN
    names = [
        end.name if isinstance(end, Mention) else format(end.value, "f") if isinstance(end, Amount) else str(end)
        for end in found
        if not isinstance(end, int)
    ]
    return "、".join(dict.fromkeys(names)) or "(the story's zone)"
