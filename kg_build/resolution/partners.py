"""What follows from who set something up together: the two founders of one institution or park work with each other.

Of a firm's founders it doesn't follow (one may only have given money), nor of more than two.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from kg_build.model import EntityType, Statement
from kg_build.resolution.article import LocalResolution

RULE = "co-founders"
SHARED = frozenset({EntityType.INSTITUTION, EntityType.PARK})
PARTNERS = frozenset({EntityType.ENTERPRISE, EntityType.INSTITUTION, EntityType.ZONE})


def with_partners(local: LocalResolution) -> LocalResolution:
    """The article with a ``cooperatesWith`` for each such pair that no statement joins yet."""
    founders: dict[int, dict[int, Statement]] = defaultdict(dict)
    joined: set[frozenset[int]] = set()
    for statement in local.extraction.statements:
        one, other = local.cluster_of.get(statement.subject), _cluster(local, statement)
        if one is None or other is None:
            continue
        if statement.predicate == "cooperatesWith":
            joined.add(frozenset((one, other)))
        elif statement.predicate == "foundedBy" and local.clusters[one].type in SHARED:
            known = founders[one].get(other)
            if known is None or statement.confidence > known.confidence:
                founders[one][other] = statement
    added: list[Statement] = []
    for by in founders.values():
        pair = frozenset(by)
        if len(pair) != 2 or pair in joined or any(local.clusters[cluster].type not in PARTNERS for cluster in pair):
            continue
        first, second = by.values()
        joined.add(pair)
        weaker = min(first, second, key=lambda s: s.confidence)
        added.append(replace(weaker, subject=_end(first), predicate="cooperatesWith", object=_end(second), rule=RULE))
    if not added:
        return local
    statements = tuple(sorted([*local.extraction.statements, *added], key=lambda s: (s.evidence.start, s.evidence.end)))
    return replace(local, extraction=replace(local.extraction, statements=statements))


def _cluster(local: LocalResolution, statement: Statement) -> int | None:
    return local.cluster_of.get(statement.object) if isinstance(statement.object, int) else None


def _end(statement: Statement) -> int:
    """The mention of the founder."""
    if not isinstance(statement.object, int):
        raise TypeError(f"no founder: {statement.object!r}")
    return statement.object
