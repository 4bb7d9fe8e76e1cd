"""A made-up story in a store, and what a careful reader says of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyoxigraph as ox
import pytest
from marked import extraction

from kg_build.evaluation.gold import Gold, gold_of
from kg_build.graph.claims import claim_quads
from kg_build.graph.mapping import article_quads
from kg_build.model import Observation
from kg_build.resolution import confidence, resolve

BASE = "https://w3id.org/zonekg/id/"
STORY = (
    "标题\n[三门峡市|Place]的[三门峡经济开发区|Zone]书记[王某某|Official]说，[华辰制药有限公司|Enterprise]与[龙湖大学|Institution]合作。"
    "今年投资6.2亿元，增长8.5%。"
)
STATEMENTS = (
    ("王某某", "officialOf:党工委书记", "三门峡经济开发区"),
    ("华辰制药有限公司", "locatedIn", "三门峡经济开发区"),
    ("三门峡经济开发区", "locatedIn", "三门峡市"),
    ("华辰制药有限公司", "cooperatesWith", "龙湖大学"),
)
ENTITIES: list[dict[str, Any]] = [
    {"id": "z", "type": "Zone", "names": ["三门峡经济开发区"], "generic": ["该区"]},
    {"id": "o", "type": "Official", "names": ["王某某"]},
    {"id": "e", "type": "Enterprise", "names": ["华辰制药有限公司", "华辰"]},
    {"id": "i", "type": "Institution", "names": ["龙湖大学"]},
    {"id": "l", "type": "Place", "names": ["三门峡市"]},
]
RELATIONS: list[dict[str, Any]] = [
    {"s": "o", "p": "officialOf", "o": "z", "title": "党工委书记"},
    {"s": "e", "p": "locatedIn", "o": "z"},
    {"s": "z", "p": "locatedIn", "o": "l"},
    {"s": "i", "p": "cooperatesWith", "o": "e"},
]


@dataclass(frozen=True, slots=True)
class Case:
    """A store of one article, ``a.txt``, and its text."""

    database: ox.Store
    text: str

    def texts(self, stem: str) -> list[tuple[str, int | None, str]]:
        """As `make_report` asks for them."""
        return [("a.txt", None, self.text)] if stem == "a" else []


def make_case(
    marked: str = STORY, statements: Sequence[tuple[str, str, str]] = STATEMENTS, observations: Sequence[Observation] = ()
) -> Case:
    """A store of what is marked and stated; everything by rules that begin with ``test``."""
    found = replace(extraction(marked, tuple(statements)), observations=tuple(observations))
    database = ox.Store()
    for article in resolve([found], BASE):
        database.extend([*article_quads(article, BASE), *claim_quads(article, BASE, f"{BASE}activity/t")])
    return Case(database, found.article.text)


def make_gold(**changes: object) -> Gold:
    """The annotation of `STORY`, some of it changed."""
    return gold_of({"article": "a", "entities": ENTITIES, "relations": RELATIONS, "observations": [], **changes})


@pytest.fixture(autouse=True)
def confidences_as_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the table that ships, so that measuring them anew breaks nothing here."""
    monkeypatch.setattr(confidence, "shares", confidence.Table)


@pytest.fixture
def case() -> Callable[..., Case]:
    """Makes stores."""
    return make_case


@pytest.fixture
def gold() -> Callable[..., Gold]:
    """Makes annotations."""
    return make_gold


@pytest.fixture
def relations() -> list[dict[str, Any]]:
    """The relations of the annotation."""
    return [dict(row) for row in RELATIONS]


@pytest.fixture
def entities() -> list[dict[str, Any]]:
    """The entities of the annotation."""
    return [dict(row) for row in ENTITIES]


@pytest.fixture
def statements() -> list[tuple[str, str, str]]:
    """What the store states by default."""
    return list(STATEMENTS)


@pytest.fixture
def marked() -> str:
    """The story with its mentions marked."""
    return STORY
