"""What the gazetteers hold: frozen rows of the tables."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """An administrative division of GB/T 2260, today's or a former one."""

    code: str
    """Six digits."""
    name: str
    """The full name: 三门峡市, 恩施土家族苗族自治州."""
    short: str
    """As the press shortens it (三门峡, 恩施); the name itself where one character would stay (城区)."""
    kind: str
    """省, 自治区, 直辖市, 特别行政区, 地级市, 地区, 自治州, 盟, 市辖区, 县级市, 县, 自治县, 旗, 自治旗, 林区, 特区, …"""
    level: str
    """``province``, ``prefecture`` or ``county``."""
    parent: str | None
    """Code of the division that it belongs to; None for a province."""
    valid_until: int | None
    """None today; else the last year whose list had the name under this code (2020: that year or one of the next three)."""
    short_is_word: bool
    """Whether the short form is an everyday word too (东方, 资源) or a district's, which the press doesn't shorten on its own."""
    aliases: tuple[str, ...]
    """Further forms: 恩施州, 长阳县."""

    @property
    def forms(self) -> tuple[str, ...]:
        """Every form, the full name first."""
        return tuple(dict.fromkeys((self.name, self.short, *self.aliases)))


@dataclass(frozen=True, slots=True)
class Zone:
    """A development zone or a park that an official list names."""

    name: str
    """Without the province before it: 三门峡经济开发区."""
    kind: str
    """Local name of a class: EconomicDevelopmentZone, HighTechZone, ComprehensiveBondedZone, …, Park."""
    level: str | None
    """``national``; None where the lists don't say."""
    place: str
    """Code of the place that it lies in, the nearest known."""
    code: str | None
    """Statistical code of six or twelve digits."""
    aliases: tuple[str, ...]
    """Longer, older and short forms: 河南三门峡经济开发区, 三门峡经开区."""

    @property
    def forms(self) -> tuple[str, ...]:
        """Every form, the name first."""
        return (self.name, *self.aliases)

    @property
    def is_park(self) -> bool:
        """Whether the name says park (园区) and not zone."""
        return self.kind == "Park"


@dataclass(frozen=True, slots=True)
class ZoneKind:
    """What the last words of a zone's name say."""

    kind: str
    suffixes: tuple[str, ...]
    short: tuple[str, ...]
    """The press's short forms of these words: 经开区."""


@dataclass(frozen=True, slots=True)
class CompanyWords:
    """What may follow the distinctive part of a company's name, longest first."""

    legal: tuple[str, ...]
    trade: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IndustryClass:
    """A section, division or group of GB/T 4754-2017."""

    code: str
    """A letter, two or three digits."""
    name: str
    level: str
    """``section``, ``division`` or ``group``."""
    parent: str | None


@dataclass(frozen=True, slots=True)
class Field:
    """A name for an industry or product field as zone news uses it."""

    name: str
    aliases: tuple[str, ...]
    gb: tuple[str, ...]
    """Codes of GB/T 4754 that it comes under, where there is a match: sections, divisions or groups."""
    source: str
    """Part of the table: ``emerging`` (strategic emerging industries 2018), ``future``, ``gb4754``, ``services`` or
    ``agriculture``."""

    @property
    def forms(self) -> tuple[str, ...]:
        """Every form, the name first."""
        return (self.name, *self.aliases)


@dataclass(frozen=True, slots=True)
class Title:
    """A post's title."""

    name: str
    role: str
    """``official`` (party, government, a zone's administration), ``executive`` (an enterprise's), ``expert`` or ``staff``."""


@dataclass(frozen=True, slots=True)
class InstitutionSuffix:
    """An ending by which a body is known."""

    suffix: str
    type: str
    """``Institution`` or ``Enterprise`` or ``Park``: the class of what ends so."""
    group: str
    """``government``, ``party``, ``university``, ``research``, ``hospital``, ``association``, ``media``, ``court``, …"""
