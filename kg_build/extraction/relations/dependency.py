"""Engine `dependency`: spaCy `DependencyMatcher` patterns over the merged tree, Stanford dependencies for Chinese.

Silent where the pipeline has no parser.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from spacy.matcher import DependencyMatcher
from spacy.vocab import Vocab

from kg_build.extraction.relations.emit import Context, Firing
from kg_build.extraction.relations.rules import Rule, load_cues
from kg_build.extraction.relations.surface import allowed, as_asked, fire, token_pattern


def find(context: Context, rules: Sequence[Rule]) -> Iterator[Firing]:
    """What the rules say, in the order of the text."""
    view = context.view
    if not view.parsed or not rules:
        return
    matcher, nodes = compile_matcher(view.doc.vocab, tuple(rules))
    by_id = {rule.id: rule for rule in rules}
    found = [(view.doc.vocab.strings[key], tokens) for key, tokens in matcher(view.doc)]
    for name, tokens in sorted(found, key=lambda match: (min(match[1]), match[0], match[1])):
        rule = by_id[name.rpartition("#")[0]]
        start, end = min(tokens), max(tokens) + 1
        if view.units[start].sentence != view.units[end - 1].sentence or not allowed(context, rule, start, end):
            continue
        if view.units[end - 1].clause - view.units[start].clause > rule.match.get("clauses", 1):
            continue
        if not all(as_asked(context, node, token) for node, token in zip(nodes[name], tokens, strict=True)):
            continue
        captured: dict[str, list[int]] = {}
        for node, token in zip(nodes[name], tokens, strict=True):
            if "as" in node:
                captured.setdefault(node["as"], []).append(token)
        yield from fire(context, rule, start, end, captured)


@lru_cache(maxsize=4)
def compile_matcher(vocab: Vocab, rules: tuple[Rule, ...]) -> tuple[DependencyMatcher, Mapping[str, Sequence[Mapping[str, Any]]]]:
    """One matcher for all rules; the second value gives the nodes of each key ``rule#number``."""
    matcher = DependencyMatcher(vocab)
    nodes: dict[str, Sequence[Mapping[str, Any]]] = {}
    for rule in rules:
        cues = load_cues(rule.folder)
        for number, pattern in enumerate(rule.match["patterns"]):
            key = f"{rule.id}#{number}"
            matcher.add(key, [[tree_node(node, cues) for node in pattern]])
            nodes[key] = pattern
    return matcher, nodes


def tree_node(node: Mapping[str, Any], cues: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """One node as spaCy's `DependencyMatcher` wants it."""
    attributes = token_pattern({key: node[key] for key in ("mention", "cue", "text", "money", "spacy") if key in node}, cues)
    if "dep" in node:
        labels = [node["dep"]] if isinstance(node["dep"], str) else node["dep"]
        attributes["DEP"] = {"IN": labels}
    compiled: dict[str, Any] = {"RIGHT_ID": node["id"], "RIGHT_ATTRS": attributes}
    if "under" in node:
        compiled |= {"LEFT_ID": node["under"], "REL_OP": node.get("relation", ">")}
    return compiled
