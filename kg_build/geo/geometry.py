"""Geometry literals ↔ shapes in longitude and latitude (OGC 22-047r1, section 8.8)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
import pyoxigraph as ox
import pyproj
import pyproj.network
import shapely

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shapely.geometry.base import BaseGeometry

    Points = np.ndarray[tuple[int, int], np.dtype[np.float64]]

CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
"""Longitude, then latitude, on WGS84: what a literal without a reference system is in."""
_EPSG: Final = ("http://www.opengis.net/def/crs/EPSG/0/", "https://www.opengis.net/def/crs/EPSG/0/")
_SWAPPED: Final = {f"{start}4326" for start in _EPSG}
WKT: Final = ox.NamedNode("http://www.opengis.net/ont/geosparql#wktLiteral")
GEOJSON: Final = ox.NamedNode("http://www.opengis.net/ont/geosparql#geoJSONLiteral")
WGS84: Final = pyproj.Geod(ellps="WGS84")
RADIUS: Final = 6_371_008.8
"""Mean radius of the Earth in metres, for angles."""

pyproj.network.set_network_enabled(active=False)  # type: ignore[attr-defined]  # Grids for better transformations would be fetched.


@dataclass(frozen=True, slots=True)
class Geometry:
    """A shape in CRS84, and the reference system that it was given in and is written in."""

    shape: BaseGeometry
    system: str = CRS84

    def with_shape(self, shape: BaseGeometry) -> Geometry:
        """Another shape in this one's reference system."""
        return Geometry(shape, self.system)


@lru_cache(1024)
def read(value: str, datatype: str) -> Geometry:
    """The geometry of a literal; `ValueError` or `shapely.errors.ShapelyError` where it is none."""
    if datatype == GEOJSON.value:
        return Geometry(_finite(shapely.from_geojson(value)))
    if datatype != WKT.value:
        raise ValueError("not a geometry literal")
    system, text = CRS84, value.strip()
    if text.startswith("<"):
        system, _, text = text[1:].partition(">")
    if not text.strip():  # Section 8.8.1, requirement 25: an empty geometry.
        return Geometry(shapely.Point(), system)
    return Geometry(_finite(_transformed(shapely.from_wkt(text), _from(system))), system)


def _finite(shape: BaseGeometry) -> BaseGeometry:
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        raise ValueError("coordinates that are no places")
    return shape


def write(geometry: Geometry) -> ox.Literal:
    """A geometry as a WKT literal, to a tenth of a micrometre or so; CRS84 is left out, as it is where nothing is said."""
    shape = _transformed(geometry.shape, _to(geometry.system))
    text = shapely.to_wkt(shape, rounding_precision=12)
    return ox.Literal(text if geometry.system == CRS84 else f"<{geometry.system}> {text}", datatype=WKT)


def planar(*shapes: BaseGeometry) -> tuple[Callable[[BaseGeometry], BaseGeometry], Callable[[BaseGeometry], BaseGeometry]]:
    """To and from a plane in metres that touches the ellipsoid amid the shapes (azimuthal equidistant)."""
    west, south, east, north = shapely.total_bounds(shapes)
    plane = pyproj.Proj(proj="aeqd", lon_0=(west + east) / 2, lat_0=(south + north) / 2, ellps="WGS84")

    def there(points: Points) -> Points:
        return np.column_stack(plane(points[:, 0], points[:, 1], errcheck=True))

    def back(points: Points) -> Points:
        return np.column_stack(plane(points[:, 0], points[:, 1], inverse=True, errcheck=True))

    return lambda shape: shapely.transform(shape, there), lambda shape: shapely.transform(shape, back)


def distance(first: BaseGeometry, second: BaseGeometry) -> float:
    """Metres between the nearest points of two shapes along the ellipsoid; `ValueError` where one is empty."""
    if first.is_empty or second.is_empty:
        raise ValueError("an empty geometry is nowhere")
    if first.geom_type == second.geom_type == "Point":
        return _metres(first.coords[0], second.coords[0])
    if shapely.intersects(first, second):
        return 0.0
    there, back = planar(first, second)
    ends = shapely.get_coordinates(back(shapely.shortest_line(there(first), there(second))))
    return _metres(ends[0], ends[1])


def _metres(first: Sequence[float], second: Sequence[float]) -> float:
    metres = float(WGS84.inv(first[0], first[1], second[0], second[1])[2])
    if not math.isfinite(metres):
        raise ValueError("beyond the poles")
    return metres


def area(shape: BaseGeometry) -> float:
    """Square metres of a shape on the ellipsoid; holes don't count, whichever way round they are written."""
    return sum(abs(float(WGS84.geometry_area_perimeter(shapely.geometry.polygon.orient(part))[0])) for part in _polygons(shape))


def length(shape: BaseGeometry) -> float:
    """Metres of a shape's lines, or of its edges where it is an area."""
    return float(WGS84.geometry_length(shape.boundary if shape.geom_type.endswith("Polygon") else shape))


def _polygons(shape: BaseGeometry) -> list[BaseGeometry]:
    return [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and not part.is_empty]


def _transformed(shape: BaseGeometry, change: Callable[[Points], Points] | None) -> BaseGeometry:
    return shape if change is None else shapely.transform(shape, change)


def _swap(points: Points) -> Points:
    return points[:, ::-1]


@lru_cache(64)
def _from(system: str) -> Callable[[Points], Points] | None:
    return _change(system, to=False)


@lru_cache(64)
def _to(system: str) -> Callable[[Points], Points] | None:
    return _change(system, to=True)


def _change(system: str, *, to: bool) -> Callable[[Points], Points] | None:
    """From a reference system to CRS84 or back; None where there is nothing to do. Axes stand in the system's own order."""
    if system == CRS84:
        return None
    if system in _SWAPPED:
        return _swap
    code = next((system.removeprefix(start) for start in _EPSG if system.startswith(start)), "")
    if not code.isdecimal():
        raise ValueError(f"<{system}> is no known reference system")
    try:
        crs = pyproj.CRS.from_epsg(int(code))
        change = pyproj.Transformer.from_crs("OGC:CRS84", crs) if to else pyproj.Transformer.from_crs(crs, "OGC:CRS84")
    except pyproj.exceptions.ProjError as error:
        raise ValueError(f"<{system}> is no known reference system") from error
    return lambda points: np.column_stack(change.transform(points[:, 0], points[:, 1], errcheck=True))
