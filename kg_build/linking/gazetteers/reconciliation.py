"""Any service of the W3C Reconciliation API, versions 0.1 and 0.2, by its URL.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from kg_build.errors import GazetteerError
from kg_build.linking.gazetteers.base import Progress, Source, quiet
from kg_build.linking.model import Candidate, Thing
from kg_build.linking.things import LINKED
from kg_build.linking.web import Web

BATCH = 20
"""Queries sent together."""
LIMIT = 5
"""Candidates asked for each."""
FULL = 100.0
"""The score that most services give to what fits wholly."""


class Reconciliation:
    """The candidates that a service names; their scores count, its types too where a mapping is given."""

    types = frozenset(LINKED)

    def __init__(self, url: str, web: Web, *, types: Mapping[str, str] | None = None) -> None:
        """Read the service's manifest.

        Args:
            url: Of the service.
            web: How it is asked.
            types: Class (local name) → the service's id of that type; only things of these classes are asked for.

        Raises:
            GazetteerError: It can't be reached or isn't such a service.
        """
        self._url, self._web, self._types = url, web, dict(types or {})
        manifest = web.get(url)
        if not isinstance(manifest, dict) or not isinstance(manifest.get("name"), str) or "identifierSpace" not in manifest:
            raise GazetteerError(f"{url}: no reconciliation service (no name or identifierSpace in its manifest)")
        self._space = str(manifest["identifierSpace"])
        if self._types:
            self.types = frozenset(self._types)
        self.source = Source(name=_name(manifest["name"]), title=manifest["name"], iri=url)

    def candidates(self, things: Sequence[Thing], progress: Progress = quiet) -> list[list[Candidate]]:
        """What the service answers, twenty things at a time."""
        found: list[list[Candidate]] = []
        for start in range(0, len(things), BATCH):
            progress(self.source.name, start, len(things))
            batch = things[start : start + BATCH]
            queries = {f"q{number}": self._query(thing) for number, thing in enumerate(batch)}
            answer = self._web.post(self._url, {"queries": json.dumps(queries, ensure_ascii=False, sort_keys=True)})
            if not isinstance(answer, dict):
                raise GazetteerError(f"{self._url}: its answer is no object")
            found.extend(self._results(answer.get(f"q{number}"), thing) for number, thing in enumerate(batch))
        progress(self.source.name, len(things), len(things))
        return found

    def _query(self, thing: Thing) -> dict[str, object]:
        query: dict[str, object] = {"query": thing.name, "limit": LIMIT}
        if kind := self._types.get(thing.type):
            query["type"] = kind
        return query

    def _results(self, answer: Any, thing: Thing) -> list[Candidate]:
        results = answer.get("result") if isinstance(answer, dict) else None
        if not isinstance(results, list):
            raise GazetteerError(f"{self._url}: no result for {thing.name}")
        found = [self._candidate(r) for r in results if isinstance(r, dict) and {"id", "name"} <= r.keys()]
        return sorted(found, key=lambda c: c.iri)

    def _candidate(self, result: Mapping[str, Any]) -> Candidate:
        id_ = str(result["id"])
        ours = {theirs: kind for kind, theirs in self._types.items()}
        types = [ours.get(str(t.get("id") if isinstance(t, dict) else t), "") for t in result.get("type") or ()]
        score = result.get("score")
        trust = min(max(float(score) / FULL, 0.0), 1.0) if isinstance(score, int | float) else None
        return Candidate(
            iri=id_ if id_.startswith(("http://", "https://", "urn:")) else self._space + quote(id_, safe="/:-._~"),
            names=(str(result["name"]),),
            type=next((kind for kind in types if kind), ""),
            trust=1.0 if result.get("match") is True else trust,
        )


def _name(name: str) -> str:
    """A service's name as one word."""
    return "-".join("".join(c if c.isalnum() else " " for c in name.casefold()).split()) or "service"
