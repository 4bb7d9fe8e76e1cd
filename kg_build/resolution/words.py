"""The word lists of this stage (``data/*.yaml``), loaded once and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

from kg_build.errors import RuleError
from kg_build.gazetteers import zone_kinds
from kg_build.yamlfiles import load_yaml

OTHER_ZONE = "OtherZone"
NEVER = 2.0
"""More than any odds."""


@dataclass(frozen=True, slots=True)
class Bodies:
    """Words for bodies and places that mean a particular one only beside a zone."""

    zone_bodies: tuple[str, ...]
    city_prefixes: dict[str, str]
    identifying_suffixes: tuple[str, ...]
    identifying_prefixes: tuple[str, ...]
    self_words: tuple[str, ...]
    led_to_others: tuple[str, ...]
    generic_places: dict[str, str]


_LISTS = ("zone_bodies", "identifying_suffixes", "identifying_prefixes", "self_words", "led_to_others")


def _load(name: str) -> dict[str, Any]:
    try:
        table = load_yaml(files("kg_build.resolution").joinpath("data", name).read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise RuleError(f"resolution/data/{name}: {error}") from error
    if not isinstance(table, dict):
        raise RuleError(f"resolution/data/{name}: a table is wanted")
    return table


class LikelyTable(NamedTuple):
    """Odds (0 to 1) by property: the least of a rule's statement, and enough for one that no rule makes; rivals."""

    weights: Mapping[str, tuple[float, float]]
    defaults: Mapping[str, float]
    """Odds below which a rule that only says what is mostly so is silent; 0: where the scorer has forgotten the pair."""
    either: tuple[tuple[str, str], ...]
    """Of the two properties only the likelier is made."""
    figure: tuple[float, float]
    """The least odds with which a figure stays whose it is, and those with which it goes to another."""
    words: Mapping[str, tuple[str, ...]] = {}
    """Words of which one must stand in the quote of a statement that no rule makes."""
    unworded: float = NEVER
    """Odds from which no such word is needed."""
    one_way: tuple[str, ...] = ()
    """Properties that hold in one direction only: the likelier."""
    alone: Mapping[str, float] = {}
    """The same as ``defaults`` where the article tells nothing else of the subject."""
    aims: Mapping[str, tuple[str, ...]] = {}
    """Words that make what odds alone say only wanted, where one stands before the object in its clause."""
    of_firms: tuple[str, ...] = ()
    """Words of which none is in the name of a zone's figure."""
    doubtful: Mapping[str, float] = {}
    """Rules with the confidence below which they are silent."""


@cache
def zone_endings() -> tuple[tuple[str, str, bool], ...]:
    """Endings of zones' names, the longest first: ending, kind (class of the ontology), whether it is written out.

    A bare 开发区 counts as what newspapers mean by it, a short form of 经济技术开发区.
    """
    kinds = [kind for kind in zone_kinds() if kind.kind != OTHER_ZONE]
    short = {(words, kind.kind, False) for kind in kinds for words in kind.short}
    shortened = {words for words, _, _ in short}
    full = {(words, kind.kind, True) for kind in kinds for words in kind.suffixes if words not in shortened}
    return tuple(sorted(short | full, key=lambda row: (-len(row[0]), row)))


@cache
def likely_table() -> LikelyTable:
    """How the scorer of pairs and the rules are weighed."""
    table = _load("likely.yaml")
    try:
        weights = {str(name): (float(row["least"]), float(row["enough"])) for name, row in table["weights"].items()}
        figure = (float(table["figure"]["least"]), float(table["figure"]["other"]))
        either = tuple((str(one), str(other)) for one, other in table["either"])
        defaults = {str(rule): float(odds) for rule, odds in table["defaults"].items()}
        words = {str(name): tuple(map(str, row)) for name, row in table["words"].items()}
        alone = {str(rule): float(odds) for rule, odds in table["alone"].items()}
        one_way = tuple(map(str, table["one_way"]))
        aims = {str(name): tuple(map(str, row)) for name, row in table["aims"].items()}
        of_firms = tuple(map(str, table["of_firms"]))
        unworded = float(table["unworded"])
        doubtful = {str(rule): float(least) for rule, least in table["doubtful"].items()}
        return LikelyTable(weights, defaults, either, figure, words, unworded, one_way, alone, aims, of_firms, doubtful)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise RuleError(f"resolution/data/likely.yaml: {error!r}") from error


class Shortening(NamedTuple):
    """How companies' names are made shorter."""

    loose_forms: frozenset[str]
    telling: tuple[str, ...]
    no_brand: frozenset[str]
    branches: tuple[str, ...]


@cache
def shortening() -> Shortening:
    """How a name is made shorter within one article (``shortening.yaml``)."""
    table = _load("shortening.yaml")
    try:
        telling, branches = tuple(table["telling"]), tuple(table["branches"])
        return Shortening(frozenset(table["loose_forms"]), telling, frozenset(table["no_brand"]), branches)
    except (KeyError, TypeError) as error:
        raise RuleError(f"resolution/data/shortening.yaml: {error!r}") from error


@cache
def bodies() -> Bodies:
    """Words for bodies and places that need a context."""
    table = _load("bodies.yaml")
    lists = {key: tuple(table[key]) for key in _LISTS}
    return Bodies(
        city_prefixes=dict(table["city_prefixes"]),
        generic_places=dict(table["generic_places"]),
        zone_bodies=lists["zone_bodies"],
        identifying_suffixes=lists["identifying_suffixes"],
        identifying_prefixes=lists["identifying_prefixes"],
        self_words=lists["self_words"],
        led_to_others=lists["led_to_others"],
    )
