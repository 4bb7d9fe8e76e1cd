"""Engine `tokens`: spaCy `Matcher` patterns over the merged text, and their compilation from the rules' shorthand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from spacy.matcher import Matcher
from spacy.tokens import Span
from spacy.vocab import Vocab

from kg_build.extraction.relations.actors import about, acting, nearest
from kg_build.extraction.relations.emit import Context, End, Firing, statements
from kg_build.extraction.relations.folding import fold
from kg_build.extraction.relations.rules import Rule, load_cues
from kg_build.extraction.relations.view import JOINER, MONEY
from kg_build.model import MentionForm
from kg_build.quantities import Amount

SENTENCE_MARKS = ["。", "!", "?", "\n"]
ITEM_MARKS = [*SENTENCE_MARKS, ";"]
CLAUSE_MARKS = [*SENTENCE_MARKS, ",", ";", ":", "—", "…"]


def find(context: Context, rules: Sequence[Rule]) -> Iterator[Firing]:
    """What the rules say, sentence by sentence, in the order of the text."""
    if not rules:
        return
    patterns = compile_patterns(context.view.doc.vocab, tuple(rules))
    for sentence in context.view.sentences:
        span = context.view.doc[sentence.start : sentence.stop]
        seen: set[tuple[str, tuple[tuple[str, int], ...], int]] = set()
        for pattern, start, end, alignment in matches(patterns, span):
            rule, offset = pattern.rule, sentence.start
            captured = _captured(context, pattern.elements, alignment, start + offset)
            if captured is None or not allowed(context, rule, start + offset, end + offset):
                continue
            # the shortest of the matches with the same ends is enough
            fingerprint = (
                pattern.name,
                tuple(sorted((role, tokens[0]) for role, tokens in captured.items())),
                _anchor(captured, start),
            )
            if fingerprint in seen:
                continue
            seen.add(fingerprint)
            yield from fire(context, rule, start + offset, end + offset, captured)


def aligned(matcher: Matcher, span: Span) -> list[tuple[int, int, int, list[int]]]:
    """Key, start, end, and for each token the number of its pattern element: by start, shorter matches first."""
    found = cast("list[tuple[int, int, int, list[int]]]", matcher(span, with_alignments=True))
    return sorted(found, key=_order)


def _order(match: tuple[int, int, int, list[int]]) -> tuple[int, int, int]:
    key, start, end, _ = match
    return start, end - start, key


def fire(context: Context, rule: Rule, start: int, end: int, captured: Mapping[str, Sequence[int]]) -> Iterator[Firing]:
    """The statements of one match over the tokens ``start`` to ``end``; ``captured`` are the tokens of each role."""
    view = context.view
    words = [token.text for token in view.doc[start:end]]
    for left, property_, right in rule.says():
        subjects = ends(context, rule, left, start, captured)
        objects: list[End] = [rule.value] if rule.value is not None else ends(context, rule, right, start, captured)
        if len(objects) > 1 and all(isinstance(o, Amount) for o in objects):
            if len(objects) != len(subjects):
                continue  # 投资分别为3亿元、5亿元: one each, or nobody knows whose they are
            for subject, amount in zip(subjects, objects, strict=True):
                yield from statements(rule, [subject], [amount], view.evidence(start, end - 1), words, property_)
            continue
        yield from statements(rule, subjects, objects, view.evidence(start, end - 1), words, property_)


def _anchor(captured: Mapping[str, Sequence[int]], start: int) -> int:
    return -1 if captured else start


def ends(context: Context, rule: Rule, role: str, start: int, captured: Mapping[str, Sequence[int]]) -> list[End]:
    """What stands for a role: the mentions and sums captured, else what the rule's source for it finds from ``start`` on."""
    source = None if captured.get(role) else rule.source(role)
    if source is not None:
        if "about" in source:
            known = {token for tokens in captured.values() for token in tokens}
            return about(context, start, source["about"], single=source.get("single", False), known=known)
        if "acting" in source:
            return acting(context, start, source["acting"])
        if "nearest" in source:
            return nearest(context, start, source["nearest"])
        return [context.implicit(context.view.units[start].span.start)]
    found: list[End] = []
    wanted = _types_of(rule, role)
    first = any(
        element.get("first") for pattern in rule.match.get("patterns", ()) for element in pattern if element.get("as") == role
    )
    for token in captured.get(role, ()):
        unit = context.view.units[token]
        if unit.money is not None:
            found.append(unit.money)
        members = [member for member in unit.members if member.type in wanted]
        found += [member for member in members if not first or member.span == members[0].span]
    return found


def _types_of(rule: Rule, role: str) -> frozenset[str]:
    """The mention types that a rule takes in a role, over all of its patterns."""
    found: set[str] = set()
    for pattern in rule.match.get("patterns", ()):
        for element in pattern:
            if element.get("as") == role:
                found.update(as_list(element.get("mention", element.get("node", ()))))
    return frozenset(found)


def _captured(
    context: Context, pattern: Sequence[Mapping[str, Any]], alignment: Sequence[int], start: int
) -> dict[str, list[int]] | None:
    """The tokens of each role; None where a gap is wider than the rule allows or a form isn't the one asked for."""
    roles: dict[str, list[int]] = {}
    widths: dict[int, int] = {}
    for position, element in enumerate(alignment):
        token = start + position
        spec = pattern[element]
        unit = context.view.units[token]
        if "gap" in spec:
            widths[element] = widths.get(element, 0) + len(unit.span)
            if widths[element] > spec["gap"]:
                return None
        if not as_asked(context, spec, token):
            return None
        if "as" in spec:
            roles.setdefault(spec["as"], []).append(token)
    return roles


def as_asked(context: Context, spec: Mapping[str, Any], token: int) -> bool:
    """What an element asks of its token beyond what the matcher checks."""
    return next(refusals(context, spec, token), None) is None


def refusals(context: Context, spec: Mapping[str, Any], token: int) -> Iterator[str]:
    """What a token lacks of what an element asks of it beyond what the matcher checks, in words."""
    members = context.view.units[token].members
    if "form" in spec and any(member.form is not MentionForm(spec["form"]) for member in members):
        yield f"{members[0].name} is a {members[0].form} form, the rule wants form: {spec['form']}"
    if "like" in spec and not any(re.search(spec["like"], fold(member.name)) for member in members):
        yield f"the name {context.view.doc[token].text} is not like: {spec['like']}"
    if "away" in spec and any(context.whereabouts.is_home(member) for member in members):
        yield f"{context.view.doc[token].text} is where the story's zone lies (away)"
    if "single" in spec and len({fold(member.name) for member in members}) != 1:
        yield f"{context.view.doc[token].text} is a list (single)"
    if "not_after" in spec and context.view.follows(token, as_list(spec["not_after"])):
        yield f"{context.view.doc[token - 1].text} stands right before {context.view.doc[token].text} (not_after)"


def allowed(context: Context, rule: Rule, start: int, end: int) -> bool:
    """Whether no guard of the rule stands in the way of a match over the tokens ``start`` to ``end``."""
    return next(guards(context, rule, start, end), None) is None


def guards(context: Context, rule: Rule, start: int, end: int) -> Iterator[str]:
    """The guards of a rule that stand in the way of a match over the tokens ``start`` to ``end``, in words."""
    view = context.view
    for key, classes, first, last in (
        ("unless", rule.unless, view.clause_start(start), end),
        ("unless_after", rule.unless_after, end, view.clause_end(end - 1)),
    ):
        if classes and (found := view.cues_between(first, last) & set(classes)):
            words = [view.doc[i].text for i in range(first, last) if view.units[i].cues & found]
            yield f"{'、'.join(dict.fromkeys(words))} stands there ({key}: {', '.join(sorted(found))})"


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern of a rule, ready to match."""

    rule: Rule
    name: str
    """``rule#number``."""
    elements: Sequence[Mapping[str, Any]]
    matcher: Matcher
    needs: tuple[frozenset[str], ...]
    """What a sentence must have for a match: of each set one, a word or the type of a name (`_of_type`)."""


@lru_cache(maxsize=64)
def compile_patterns(vocab: Vocab, rules: tuple[Rule, ...]) -> tuple[Pattern, ...]:
    """A matcher for each pattern: most sentences lack what most patterns need, and a common matcher tries all at each token."""
    return tuple(_compiled(vocab, rule, number) for rule in rules for number in range(len(rule.match["patterns"])))


def _compiled(vocab: Vocab, rule: Rule, number: int) -> Pattern:
    cues, elements, name = load_cues(rule.folder), rule.match["patterns"][number], f"{rule.id}#{number}"
    matcher = Matcher(vocab)
    matcher.add(name, [[token_pattern(element, cues) for element in elements]])
    needs = (_needed(element, cues) for element in elements if element.get("op", "+") == "+")
    return Pattern(rule, name, elements, matcher, tuple(need for need in needs if need))


def _needed(element: Mapping[str, Any], cues: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """One of these must stand in a sentence for an element to match; empty where that isn't known."""
    if "mention" in element:
        return frozenset(map(_of_type, as_list(element["mention"])))
    if "money" in element:
        return frozenset({_of_type(MONEY)})
    if "cue" in element:
        return frozenset(word for name in as_list(element["cue"]) for word in cues[name])
    return frozenset(as_list(element.get("text", ())))


def _of_type(type_: str) -> str:
    return f"{JOINER}{type_}"


def matches(patterns: Sequence[Pattern], sentence: Span) -> list[tuple[Pattern, int, int, list[int]]]:
    """Pattern, start, end, and for each token the number of its element: by start, shorter matches first."""
    types = (_of_type(type_) for token in sentence if token.ent_type for type_ in token.ent_type_.split(JOINER))
    has = {*(token.text for token in sentence), *types}
    able = (pattern for pattern in patterns if not any(need.isdisjoint(has) for need in pattern.needs))
    found = [(match, pattern) for pattern in able for match in aligned(pattern.matcher, sentence)]
    ordered = sorted(found, key=lambda one: _order(one[0]))
    return [(pattern, start, end, alignment) for (_, start, end, alignment), pattern in ordered]


def token_pattern(element: Mapping[str, Any], cues: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The spaCy token pattern of one element of the shorthand."""
    if "spacy" in element:
        return dict(element["spacy"])
    if "gap" in element:
        refused = gap_marks(element)
        for name in as_list(element.get("without", ())):
            refused += cues[name]
        label: Any = {"IN": ["", MONEY]}
        if element.get("over"):
            label = {"REGEX": f"^$|^{MONEY}$|{_label_regex(element['over'])}"}
        return {"ENT_TYPE": label, "TEXT": {"NOT_IN": refused}, "OP": "*"}
    compiled: dict[str, Any]
    if "mention" in element:
        compiled = {"ENT_TYPE": {"REGEX": _label_regex(as_list(element["mention"]))}}
    elif "money" in element:
        compiled = {"ENT_TYPE": MONEY}
    elif "cue" in element:
        words = [word for name in as_list(element["cue"]) for word in cues[name]]
        compiled = {"TEXT": {"IN": words}, "ENT_TYPE": ""}
    else:
        compiled = {"TEXT": {"IN": as_list(element["text"])}, "ENT_TYPE": ""}
    if "op" in element:
        compiled["OP"] = element["op"]
    return compiled


def _label_regex(types: Sequence[str]) -> str:
    joined = "|".join(map(re.escape, types))
    return rf"(^|\{JOINER})({joined})($|\{JOINER})"


def gap_marks(gap: Mapping[str, Any]) -> list[str]:
    """The marks that a gap may not hold: a clause's; with ``across: true`` an item's; with ``across: sentence`` a sentence's."""
    across = gap.get("across", False)
    return list(SENTENCE_MARKS if across == "sentence" else ITEM_MARKS if across else CLAUSE_MARKS)


def as_list(value: Any) -> list[str]:
    """A word or a list of words as a list."""
    return [value] if isinstance(value, str) else list(value)


def first_role(
    context: Context, pattern: Sequence[Mapping[str, Any]], alignment: Sequence[int], start: int, role: str
) -> int | None:
    """The first token of a role in a match, None where the match breaks a width."""
    roles = _captured(context, pattern, alignment, start)
    return roles[role][0] if roles and role in roles else None
