"""The table of functions, as Oxigraph calls them: terms in, a term out, and None where SPARQL says error."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox
import pyproj
import shapely

from kg_build.geo import GEOF
from kg_build.geo.geometry import GEOJSON, RADIUS, Geometry, area, distance, length, planar, read, write
from kg_build.yamlfiles import load_yaml

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapely.geometry.base import BaseGeometry

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_SF: Final = "http://www.opengis.net/ont/sf#"
_ANY_URI: Final = ox.NamedNode("http://www.w3.org/2001/XMLSchema#anyURI")


_NO_VALUE: Final = (
    ArithmeticError,
    LookupError,
    TypeError,
    ValueError,
    shapely.errors.ShapelyError,
    pyproj.exceptions.GeodError,
    pyproj.exceptions.ProjError,
)
"""What wrong arguments lead to, here and in the libraries."""


def _table(name: str) -> Any:
    return load_yaml((Path(__file__).parent / name).read_text(encoding="utf-8"))


_UNITS: Final[dict[str, dict[str, float]]] = _table("units.yaml")
_RELATIONS: Final[dict[str, list[str]]] = _table("relations.yaml")


def _geometry(term: Term) -> Geometry:
    if not isinstance(term, ox.Literal):
        raise TypeError("not a geometry")
    return read(term.value, term.datatype.value)


def _name(term: Term) -> str:
    """An IRI, also written as a literal."""
    if not isinstance(term, ox.NamedNode | ox.Literal):
        raise TypeError("not an IRI")
    return term.value


def _number(term: Term) -> float:
    if not isinstance(term, ox.Literal):
        raise TypeError("not a number")
    return float(term.value)


def _in_unit(metres: float, unit: Term) -> float:
    """Metres in a unit of length, or of an angle at the centre of the Earth."""
    name = _name(unit)
    if name in _UNITS["angle"]:
        return metres / RADIUS / _UNITS["angle"][name]
    return metres / _UNITS["length"][name]


def _metres(value: float, unit: Term) -> float:
    name = _name(unit)
    return value * RADIUS * _UNITS["angle"][name] if name in _UNITS["angle"] else value * _UNITS["length"][name]


def _term(value: object) -> Term | None:
    match value:
        case None | ox.NamedNode() | ox.Literal():
            return value
        case Geometry():
            return write(value)
        case bool() | int() | float() | str():
            return ox.Literal(value)
        case _:
            return ox.Literal(value.item())  # type: ignore[attr-defined]  # a number of numpy's


def _guarded(function: Callable[..., object], *arguments: Term) -> Term | None:
    """Call a function; what it can't do has no value (SPARQL 1.1, section 17.6)."""
    try:
        return _term(function(*arguments))
    except _NO_VALUE:
        return None


def _relation(test: Callable[[BaseGeometry, BaseGeometry], object], first: Term, second: Term) -> bool:
    return bool(test(_geometry(first).shape, _geometry(second).shape))


def _fits(patterns: list[str], first: BaseGeometry, second: BaseGeometry) -> bool:
    return any(shapely.relate_pattern(first, second, pattern) for pattern in patterns)


def _relate(first: Term, second: Term, pattern: Term) -> bool:
    return _relation(partial(_fits, [_name(pattern)]), first, second)


def _made(make: Callable[..., BaseGeometry], first: Term, *others: Term) -> Geometry:
    """A geometry made of one or two, in the first one's reference system."""
    base = _geometry(first)
    return base.with_shape(make(base.shape, *(_geometry(other).shape for other in others)))


def _distance(first: Term, second: Term, unit: Term) -> float:
    return _in_unit(_metric_distance(first, second), unit)


def _metric_distance(first: Term, second: Term) -> float:
    return distance(_geometry(first).shape, _geometry(second).shape)


def _buffer(term: Term, radius: Term, unit: Term) -> Geometry:
    return _buffered(_geometry(term), _metres(_number(radius), unit))


def _buffered(geometry: Geometry, metres: float) -> Geometry:
    if geometry.shape.is_empty:
        return geometry
    there, back = planar(geometry.shape)
    return geometry.with_shape(back(shapely.buffer(there(geometry.shape), metres)))


def _bound(number: int, term: Term) -> float:
    """An edge of the box around a geometry, in the coordinates that it is written in."""
    _, _, text = write(_geometry(term)).value.rpartition("> ")
    shape = shapely.from_wkt(text)
    if shape.is_empty:
        raise ValueError("an empty geometry is nowhere")
    return float(shape.bounds[number])


def _nth(term: Term, number: Term) -> Geometry:
    base, at = _geometry(term), int(_number(number))
    if at < 1:
        raise IndexError(at)
    return base.with_shape(shapely.get_parts(base.shape)[at - 1])


def _as_geojson(term: Term) -> ox.Literal:
    """RFC 7946 knows CRS84 alone."""
    return ox.Literal(json.dumps(json.loads(shapely.to_geojson(_geometry(term).shape))), datatype=GEOJSON)


_ONE: Final[dict[str, Callable[[BaseGeometry], object]]] = {
    "dimension": lambda shape: int(shapely.get_dimensions(shape)),
    "isEmpty": lambda shape: bool(shapely.is_empty(shape)),
    "isSimple": lambda shape: bool(shapely.is_simple(shape)),
    "numGeometries": lambda shape: int(shapely.get_num_geometries(shape)),
    "geometryType": lambda shape: ox.NamedNode(_SF + shape.geom_type),
    "metricArea": area,
    "metricLength": length,
    "metricPerimeter": length,
}
_MADE: Final[dict[str, Callable[..., BaseGeometry]]] = {
    "boundary": lambda shape: shape.boundary,
    "centroid": shapely.centroid,
    "convexHull": shapely.convex_hull,
    "envelope": shapely.envelope,
    "difference": shapely.difference,
    "intersection": shapely.intersection,
    "symDifference": shapely.symmetric_difference,
    "union": shapely.union,
}
_SIMPLE_FEATURES: Final[dict[str, Callable[[BaseGeometry, BaseGeometry], object]]] = {
    "sfEquals": shapely.equals,
    "sfDisjoint": shapely.disjoint,
    "sfIntersects": shapely.intersects,
    "sfTouches": shapely.touches,
    "sfCrosses": shapely.crosses,
    "sfWithin": shapely.within,
    "sfContains": shapely.contains,
    "sfOverlaps": shapely.overlaps,
}
_OTHERS: Final[dict[str, Callable[..., object]]] = {
    "relate": _relate,
    "distance": _distance,
    "metricDistance": _metric_distance,
    "area": lambda term, unit: area(_geometry(term).shape) / _UNITS["area"][_name(unit)],
    "length": lambda term, unit: _in_unit(length(_geometry(term).shape), unit),
    "perimeter": lambda term, unit: _in_unit(length(_geometry(term).shape), unit),
    "buffer": _buffer,
    "metricBuffer": lambda term, radius: _buffered(_geometry(term), _number(radius)),
    "geometryN": _nth,
    "getSRID": lambda term: ox.Literal(_geometry(term).system, datatype=_ANY_URI),
    "minX": partial(_bound, 0),
    "minY": partial(_bound, 1),
    "maxX": partial(_bound, 2),
    "maxY": partial(_bound, 3),
    "transform": lambda term, system: Geometry(_geometry(term).shape, _name(system)),
    "asWKT": lambda term: Geometry(_geometry(term).shape, _geometry(term).system),
    "asGeoJSON": _as_geojson,
}


def _all() -> dict[str, Callable[..., object]]:
    return {
        **{name: partial(lambda test, term: test(_geometry(term).shape), test) for name, test in _ONE.items()},
        **{name: partial(_made, make) for name, make in _MADE.items()},
        **{name: partial(_relation, test) for name, test in _SIMPLE_FEATURES.items()},
        **{name: partial(_relation, partial(_fits, patterns)) for name, patterns in _RELATIONS.items()},
        **_OTHERS,
    }


FUNCTIONS: Final[dict[ox.NamedNode, Callable[..., Term | None]]] = {
    ox.NamedNode(GEOF + name): partial(_guarded, function) for name, function in sorted(_all().items())
}
"""What `pyoxigraph.Store.query` takes as ``custom_functions``."""
