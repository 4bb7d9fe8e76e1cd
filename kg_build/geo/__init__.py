"""GeoSPARQL 1.1 functions on geometries: ``geof:distance(?a, ?b, uom:metre)``.

Oxigraph brings some of them, for points and CRS84 only. These stand in their place and beside them: geometry by
shapely (GEOS), metres on the ellipsoid and other coordinate reference systems by pyproj (PROJ). Loading both takes a third of
a second and 40 MB, so `functions` is loaded by the first query that speaks of the namespace.
"""

from typing import Final

GEOF: Final = "http://www.opengis.net/def/function/geosparql/"
"""What the functions' names begin with."""
NAMES: Final = (
    "area", "asGeoJSON", "asWKT", "boundary", "buffer", "centroid", "convexHull", "difference", "dimension", "distance",
    "ehContains", "ehCoveredBy", "ehCovers", "ehDisjoint", "ehEquals", "ehInside", "ehMeet", "ehOverlap", "envelope",
    "geometryN", "geometryType", "getSRID", "intersection", "isEmpty", "isSimple", "length", "maxX", "maxY", "metricArea",
    "metricBuffer", "metricDistance", "metricLength", "metricPerimeter", "minX", "minY", "numGeometries", "perimeter",
    "rcc8dc", "rcc8ec", "rcc8eq", "rcc8ntpp", "rcc8ntppi", "rcc8po", "rcc8tpp", "rcc8tppi", "relate", "sfContains",
    "sfCrosses", "sfDisjoint", "sfEquals", "sfIntersects", "sfOverlaps", "sfTouches", "sfWithin", "symDifference",
    "transform", "union",
)  # fmt: skip
"""What there is, for those who only tell of it."""
