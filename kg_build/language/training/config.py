"""The file that says how to train: sections as in spaCy's own configuration files, each value checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from confection import Config
from pydantic import TypeAdapter, ValidationError

from kg_build.errors import InputError
from kg_build.language.training.fit import Recipe
from kg_build.language.training.network import Shape
from kg_build.language.training.pairs import PairShape
from kg_build.language.training.segmenter import SegmenterRecipe

DEFAULT = Path(__file__).with_name("recipe.cfg")
"""How the model that ships is trained."""
SEGMENTER, NETWORK, PAIRS, SHAPE = "segmenter", "network", "pairs", "shape"
OF_PAIRS = {"epochs": "pair_epochs", "sizes": "pair_sizes", "unseen": "unseen", "wrong": "wrong", SHAPE: "pairs"}
"""The keys of the section of pairs, with the fields of `Recipe` that they are; all other fields are keys of the network's."""
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Training:
    """All that the file says."""

    segmenter: SegmenterRecipe
    recipe: Recipe


def read_config(path: Path) -> Training:
    """Read and check a file of recipes; each key of each section must be there, so that none takes a value that nobody sees.

    Raises:
        InputError: It can't be read, or the first thing wrong in it: a key unknown or missing, a value of another kind.
    """
    try:
        config: Mapping[str, Any] = Config().from_disk(path)
    except (OSError, ValueError) as error:
        raise InputError(path, " ".join(str(error).split())) from error
    try:
        tables = _table(config, "", (SEGMENTER, NETWORK, PAIRS))
        segmenter = _table(tables[SEGMENTER], SEGMENTER, _names(SegmenterRecipe))
        network = _table(tables[NETWORK], NETWORK, [name for name in _names(Recipe) if name not in OF_PAIRS.values()])
        pairs = _table(tables[PAIRS], PAIRS, OF_PAIRS)
        _table(network[SHAPE], f"{NETWORK}.{SHAPE}", _names(Shape))
        _table(pairs[SHAPE], f"{PAIRS}.{SHAPE}", _names(PairShape))
        places = {name: f"{PAIRS}.{key}" for key, name in OF_PAIRS.items()}
        of_pairs = {name: pairs[key] for key, name in OF_PAIRS.items()}
        return Training(_made(SegmenterRecipe, segmenter, SEGMENTER, {}), _made(Recipe, network | of_pairs, NETWORK, places))
    except _WrongError as error:
        raise InputError(path, str(error)) from error


class _WrongError(Exception):
    pass


def _names(recipe: type[Any]) -> list[str]:
    return [field.name for field in fields(recipe)]


def _table(given: object, section: str, keys: Iterable[str]) -> dict[str, Any]:
    """The section, which has these keys and no others."""
    where = f"[{section}]" if section else "the file"
    if not isinstance(given, Mapping):
        raise _WrongError(f"{where} is a value, no section")
    wanted = list(keys)
    for word, names in (("has no", [key for key in wanted if key not in given]), ("knows no", set(given) - set(wanted))):
        if names:
            raise _WrongError(f"{where} {word} {', '.join(sorted(names))} (its keys: {', '.join(wanted)})")
    return dict(given)


def _made(recipe: type[Made], values: Mapping[str, Any], section: str, places: Mapping[str, str]) -> Made:
    """The recipe of the values; ``places`` names the keys that stand elsewhere than in ``section`` under the field's name."""
    try:
        return TypeAdapter(recipe).validate_python(dict(values))
    except ValidationError as error:
        wrong = error.errors()[0]
        name, *inside = map(str, wrong["loc"])
        place = ".".join((places.get(name, f"{section}.{name}"), *inside))
        raise _WrongError(f"{place} = {wrong['input']!r}: {wrong['msg'].lower()}") from error
