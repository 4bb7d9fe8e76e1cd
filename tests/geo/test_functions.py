from __future__ import annotations

import math

import pyoxigraph as ox
import pytest

from kg_build.geo import GEOF, NAMES
from kg_build.geo.functions import FUNCTIONS

PREFIXES = {
    "geof": GEOF,
    "geo": "http://www.opengis.net/ont/geosparql#",
    "uom": "http://www.opengis.net/def/uom/OGC/1.0/",
    "unit": "http://qudt.org/vocab/unit/",
    "sf": "http://www.opengis.net/ont/sf#",
    "epsg": "http://www.opengis.net/def/crs/EPSG/0/",
}
BEIJING, SHANGHAI = "'POINT(116.4 39.9)'^^geo:wktLiteral", "'POINT(121.47 31.23)'^^geo:wktLiteral"
SQUARE = "'POLYGON((110 30, 111 30, 111 31, 110 31, 110 30))'^^geo:wktLiteral"
INSIDE = "'POINT(110.1 30.9)'^^geo:wktLiteral"
LATITUDE_FIRST = "'<http://www.opengis.net/def/crs/EPSG/0/4326> POINT(30.9 110.1)'^^geo:wktLiteral"
EDGE = "'LINESTRING(111 30, 111 31)'^^geo:wktLiteral"


def value(expression):
    """What an expression of GeoSPARQL gives; None where it is unbound."""
    query = f"SELECT (geof:{expression} AS ?x) {{}}"
    (row,) = ox.Store().query(query, prefixes=PREFIXES, custom_functions=FUNCTIONS)
    term = row["x"]
    if not isinstance(term, ox.Literal):
        return term
    kind = term.datatype.value.rpartition("#")[2]
    match kind:
        case "boolean":
            return term.value == "true"
        case "double" | "integer":
            return float(term.value)
        case _:
            return term.value


def test_what_is_told_is_what_there_is():
    assert [function.value for function in FUNCTIONS] == [GEOF + name for name in NAMES]


def test_distance_is_along_the_ellipsoid():
    # GeographicLib's GeodSolve gives 1065615.457 m, a sphere 0.2 per cent less.
    assert value(f"distance({BEIJING}, {SHANGHAI}, uom:metre)") == pytest.approx(1_065_615.457, abs=0.01)
    one_degree = "distance('POINT(0 0)'^^geo:wktLiteral, 'POINT(1 0)'^^geo:wktLiteral, uom:metre)"
    assert value(one_degree) == pytest.approx(math.tau * 6_378_137 / 360)


@pytest.mark.parametrize(
    ("unit", "factor"),
    [("uom:kilometre", 1e-3), ("unit:MI", 1 / 1609.344), ("'http://www.opengis.net/def/uom/OGC/1.0/metre'", 1), ("uom:metre", 1)],
)
def test_units_of_length(unit, factor):
    metres = value(f"metricDistance({BEIJING}, {SHANGHAI})")
    assert value(f"distance({BEIJING}, {SHANGHAI}, {unit})") == pytest.approx(metres * factor)


def test_units_of_angles():
    metres = value(f"metricDistance({BEIJING}, {SHANGHAI})")
    assert value(f"distance({BEIJING}, {SHANGHAI}, uom:radian)") == pytest.approx(metres / 6_371_008.8)
    assert value(f"distance({BEIJING}, {SHANGHAI}, uom:degree)") == pytest.approx(math.degrees(metres / 6_371_008.8))


def test_distance_is_to_the_nearest_point():
    assert value(f"metricDistance({INSIDE}, {SQUARE})") == 0
    east = "'POINT(112 30.5)'^^geo:wktLiteral"
    nearest = "'POINT(111 30.5)'^^geo:wktLiteral"
    assert value(f"metricDistance({east}, {SQUARE})") == pytest.approx(value(f"metricDistance({east}, {nearest})"), rel=1e-4)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (f"sfWithin({INSIDE}, {SQUARE})", True),
        (f"sfContains({SQUARE}, {INSIDE})", True),
        (f"sfIntersects({BEIJING}, {SQUARE})", False),
        (f"sfDisjoint({BEIJING}, {SQUARE})", True),
        (f"sfTouches({EDGE}, {SQUARE})", True),
        (f"sfEquals({SQUARE}, geof:envelope({SQUARE}))", True),
        (f"sfOverlaps({SQUARE}, {SQUARE})", False),
        (f"sfCrosses({EDGE}, {SQUARE})", False),
        (f"ehInside({INSIDE}, {SQUARE})", True),
        (f"ehMeet({EDGE}, {SQUARE})", True),
        (f"ehEquals({SQUARE}, {SQUARE})", True),
        (f"rcc8eq({SQUARE}, {SQUARE})", True),
        (f"rcc8ntpp(geof:metricBuffer({INSIDE}, 10), {SQUARE})", True),
        (f"rcc8dc(geof:metricBuffer({BEIJING}, 10), {SQUARE})", True),
        (f"relate({BEIJING}, {SQUARE}, 'FF*FF****')", True),
    ],
)
def test_relations(expression, expected):
    assert value(expression) is expected


def test_axes_stand_in_the_order_of_their_reference_system():
    assert value(f"sfEquals({LATITUDE_FIRST}, {INSIDE})") is True
    assert value(f"metricDistance({LATITUDE_FIRST}, {INSIDE})") == 0
    assert value(f"getSRID({LATITUDE_FIRST})") == "http://www.opengis.net/def/crs/EPSG/0/4326"
    assert value(f"centroid({LATITUDE_FIRST})") == "<http://www.opengis.net/def/crs/EPSG/0/4326> POINT (30.9 110.1)"
    assert (value(f"minX({LATITUDE_FIRST})"), value(f"maxY({LATITUDE_FIRST})")) == (30.9, 110.1)
    assert value(f"asGeoJSON({LATITUDE_FIRST})") == '{"type": "Point", "coordinates": [110.1, 30.9]}'


def test_other_reference_systems():
    chinese = "'<http://www.opengis.net/def/crs/EPSG/0/4490> POINT(30.9 110.1)'^^geo:wktLiteral"
    assert value(f"metricDistance({chinese}, {INSIDE})") < 1
    # A metre from the middle of zone 50 of UTM, on the equator.
    utm = "'<http://www.opengis.net/def/crs/EPSG/0/32650> POINT(500001 0)'^^geo:wktLiteral"
    assert value(f"metricDistance({utm}, 'POINT(117 0)'^^geo:wktLiteral)") == pytest.approx(1, rel=1e-3)
    assert value(f"transform({INSIDE}, epsg:4326)") == "<http://www.opengis.net/def/crs/EPSG/0/4326> POINT (30.9 110.1)"


def test_areas_and_lengths():
    # GeographicLib's Planimeter: 1 by 1 degree from the equator.
    one = "'POLYGON((0 0,1 0,1 1,0 1,0 0))'^^geo:wktLiteral"
    back = "'POLYGON((0 0,0 1,1 1,1 0,0 0))'^^geo:wktLiteral"
    assert value(f"metricArea({one})") == value(f"metricArea({back})") == pytest.approx(12_308_778_361.469)
    assert value(f"area({one}, uom:squareKilometre)") == pytest.approx(12_308.778)
    assert value(f"perimeter({one}, uom:kilometre)") == pytest.approx(443.771, abs=1e-3)
    assert value("length('LINESTRING(0 0,1 0)'^^geo:wktLiteral, uom:kilometre)") == pytest.approx(111.319, abs=1e-3)
    hole = "'POLYGON((0 0,1 0,1 1,0 1,0 0),(0 0,1 0,1 0.5,0 0.5,0 0))'^^geo:wktLiteral"
    assert value(f"metricArea({hole})") < value(f"metricArea({one})")


def test_a_buffer_reaches_as_far_as_it_says():
    assert value(f"metricDistance({BEIJING}, geof:boundary(geof:buffer({BEIJING}, 5, uom:kilometre)))") == pytest.approx(
        5000, rel=0.01
    )


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (f"dimension({SQUARE})", 2),
        (f"isEmpty({SQUARE})", False),
        ("isEmpty('POINT EMPTY'^^geo:wktLiteral)", True),
        ("isEmpty(''^^geo:wktLiteral)", True),
        (f"isSimple({EDGE})", True),
        ("numGeometries('MULTIPOINT((1 1),(2 2))'^^geo:wktLiteral)", 2),
        ("geometryN('MULTIPOINT((1 1),(2 2))'^^geo:wktLiteral, 2)", "POINT (2 2)"),
        (f"geometryType({SQUARE})", ox.NamedNode("http://www.opengis.net/ont/sf#Polygon")),
        ('asWKT(\'{"type":"Point","coordinates":[1,2]}\'^^geo:geoJSONLiteral)', "POINT (1 2)"),
        (f"intersection({SQUARE}, {EDGE})", "LINESTRING (111 30, 111 31)"),
    ],
)
def test_properties_and_forms(expression, expected):
    assert value(expression) == expected


@pytest.mark.parametrize(
    "expression",
    [
        f"distance({BEIJING}, 'POINT(1 1)', uom:metre)",
        f"distance({BEIJING}, 'nowhere'^^geo:wktLiteral, uom:metre)",
        f"distance({BEIJING}, <http://e/>, uom:metre)",
        f"distance({BEIJING}, {SHANGHAI}, uom:apples)",
        f"distance({BEIJING}, {SHANGHAI}, uom:squareMetre)",
        f"distance({BEIJING}, {SHANGHAI})",
        f"distance({BEIJING}, 'POINT EMPTY'^^geo:wktLiteral, uom:metre)",
        f"distance({BEIJING}, 'POINT(nan 1)'^^geo:wktLiteral, uom:metre)",
        f"distance({BEIJING}, 'POINT(0 500)'^^geo:wktLiteral, uom:metre)",
        f"distance({BEIJING}, '<http://e/crs> POINT(1 2)'^^geo:wktLiteral, uom:metre)",
        f"distance({BEIJING}, '<http://www.opengis.net/def/crs/EPSG/0/1> POINT(1 2)'^^geo:wktLiteral, uom:metre)",
        f"distance({BEIJING}, '<http://www.opengis.net/def/crs/EPSG/0/32650> POINT(1e300 2)'^^geo:wktLiteral, uom:metre)",
        f"transform({BEIJING}, <http://e/crs>)",
        f"sfWithin({BEIJING})",
        f"relate({BEIJING}, {SQUARE}, 'nonsense')",
        f"geometryN({SQUARE}, 0)",
        f"geometryN({SQUARE}, 2)",
        f"buffer({BEIJING}, 'far', uom:metre)",
        "minX('POINT EMPTY'^^geo:wktLiteral)",
        'asWKT(\'{"type":"Point"}\'^^geo:geoJSONLiteral)',
        "isEmpty('" + "GEOMETRYCOLLECTION(" * 5000 + "'^^geo:wktLiteral)",
    ],
)
def test_what_has_no_value_is_unbound(expression):
    assert value(expression) is None
