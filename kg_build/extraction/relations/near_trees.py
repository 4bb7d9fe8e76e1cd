"""Rules over the parse that nearly fired: each tree is tried again with one thing that one of its nodes asks for left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from spacy.matcher import DependencyMatcher
from spacy.vocab import Vocab

from kg_build.extraction.relations.dependency import tree_node
from kg_build.extraction.relations.emit import Context, End, Firing
from kg_build.extraction.relations.near import ANY_NAME, a_or_an, is_told, listed, wanted, would_say
from kg_build.extraction.relations.rules import Rule, load_cues
from kg_build.extraction.relations.surface import as_list, guards, refusals
from kg_build.extraction.trace import NearMiss
from kg_build.model import Span

How = Literal["dep", "type", "node", "whole"]


@dataclass(frozen=True, slots=True)
class _Loose:
    """A tree with one node loosened or left out."""

    rule: Rule
    nodes: tuple[Mapping[str, Any], ...]
    """Those that are matched, in the order of the matcher."""
    node: Mapping[str, Any]
    """The loosened one; empty for the whole tree."""
    how: How


def find_near(context: Context, rules: Sequence[Rule], fired: Sequence[Firing]) -> None:
    """Note the rules of engine `dependency` that nearly fired in ``context.trace``; ``fired`` is what the rules did say."""
    if context.trace is None or not context.view.parsed or not rules:
        return
    matcher, loose = _loosened(context.view.doc.vocab, tuple(rules))
    for key, tokens in matcher(context.view.doc):
        miss = _judge(context, loose[context.view.doc.vocab.strings[key]], tokens)
        if miss is not None and not is_told(context, miss, fired):
            context.trace.add(miss)


@lru_cache(maxsize=4)
def _loosened(vocab: Vocab, rules: tuple[Rule, ...]) -> tuple[DependencyMatcher, Mapping[str, _Loose]]:
    matcher = DependencyMatcher(vocab)
    loose: dict[str, _Loose] = {}
    for rule in rules:
        cues = load_cues(rule.folder)
        for number, pattern in enumerate(rule.match["patterns"]):
            for at, how, nodes in [(-1, "whole", pattern), *_places(pattern)]:
                compiled = []
                for node in nodes:
                    one = tree_node(node, cues)
                    if node is pattern[at] and how == "dep":
                        one["RIGHT_ATTRS"].pop("DEP")
                    elif node is pattern[at] and how == "type":
                        one["RIGHT_ATTRS"]["ENT_TYPE"] = ANY_NAME
                    compiled.append(one)
                key = f"{rule.id}#{number}#{at}#{how}"
                matcher.add(key, [compiled])
                loose[key] = _Loose(rule, tuple(nodes), pattern[at] if at >= 0 else {}, how)
    return matcher, loose


def _places(pattern: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, How, Sequence[Mapping[str, Any]]]]:
    """Which nodes can be loosened or left out, how, and the nodes that stay."""
    for at, node in enumerate(pattern):
        if "dep" in node and set(node) & {"mention", "cue", "text", "money", "spacy"}:
            yield at, "dep", pattern
        if "mention" in node:
            yield at, "type", pattern
        if "under" in node and not any(other.get("under") == node["id"] for other in pattern):
            yield at, "node", [other for other in pattern if other is not node]


def _judge(context: Context, loose: _Loose, tokens: Sequence[int]) -> NearMiss | None:
    view, rule = context.view, loose.rule
    start, end = min(tokens), max(tokens) + 1
    if view.units[start].sentence != view.units[end - 1].sentence or not _is_anchored(loose):
        return None
    missing: list[str] = []
    captured: dict[str, list[int]] = {}
    lost: dict[str, list[End]] = {}
    if loose.how == "node" and "as" in loose.node:
        lost[loose.node["as"]] = []
    for node, token in zip(loose.nodes, tokens, strict=True):
        missing += refusals(context, node, token)
        if node is loose.node and loose.how == "dep":
            missing += _other_label(context, node, token)
        if node is loose.node and loose.how == "type":
            missing += _other_type(context, node, token)
            if "as" in node:
                lost[node["as"]] = list(view.units[token].members)
        elif "as" in node:
            captured.setdefault(node["as"], []).append(token)
    if loose.how == "node":
        missing.append(_no_node(context, loose, tokens))
    most = rule.match.get("clauses", 1)
    if (breaks := view.units[end - 1].clause - view.units[start].clause) > most:
        missing.append(f"{breaks} breaks of clauses lie between, at most {most} may (clauses)")
    missing += guards(context, rule, start, end)
    says, unfilled = would_say(context, rule, start, captured, lost)
    missing += unfilled
    if len(missing) != 1:
        return None
    met = len(loose.nodes) - (loose.how in {"type", "dep"})
    return NearMiss(rule.id, Span(view.units[start].span.start, view.units[end - 1].span.end), missing[0], says, met)


def _is_anchored(loose: _Loose) -> bool:
    return any(node is not loose.node and ("cue" in node or "text" in node) for node in loose.nodes)


def _other_label(context: Context, node: Mapping[str, Any], token: int) -> Iterator[str]:
    labels = as_list(node["dep"])
    found = context.view.doc[token]
    if found.dep_ not in labels:
        yield f"by the parse {found.text} hangs on {found.head.text} as {found.dep_}, the rule wants {listed(labels)} (dep)"


def _other_type(context: Context, node: Mapping[str, Any], token: int) -> Iterator[str]:
    types = as_list(node["mention"])
    found = dict.fromkeys(m.type.value for m in context.view.units[token].members)
    if not set(found) & set(types):
        yield f"{context.view.doc[token].text} is {a_or_an(' and '.join(found))}, the rule wants {listed(types)}"


def _no_node(context: Context, loose: _Loose, tokens: Sequence[int]) -> str:
    above = {node["id"]: token for node, token in zip(loose.nodes, tokens, strict=True)}[loose.node["under"]]
    label = f" as {listed(as_list(loose.node['dep']))}" if "dep" in loose.node else ""
    return f"by the parse no {wanted(loose.node)} hangs on {context.view.doc[above].text}{label}"
