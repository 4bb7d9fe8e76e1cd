"""How well a record fits a thing: points for name, type, level, containing place, neighbours, time, industry and size."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from math import log10

from kg_build.linking.divisions import MUNICIPALITIES, index
from kg_build.linking.firms import fit
from kg_build.linking.model import Candidate, Scored, Thing
from kg_build.linking.names import key, likeness, split_places, zone_head
from kg_build.linking.rules import Rules
from kg_build.resolution.names import industry_key, normal, zone_name

ZONES = ("Zone", "Park")
_ALIKE = ({"Zone", "Park"}, {"Person", "Official"})
"""Classes whose names don't always tell which one a thing is of."""


def score(thing: Thing, candidate: Candidate, rules: Rules) -> Scored | None:
    """The candidate with its points; None where no name fits."""
    best: Scored | None = None
    for number, name in enumerate(thing.names):
        for form in dict.fromkeys((normal(name), split_places(name)[1] if thing.type == "Place" else normal(name))):
            fit = _name(form, thing, candidate, rules)
            if fit is None:
                continue
            how, points = fit
            parts = [(f"name {how}", points)]
            if number:
                parts.append(("other name", rules.other_name))
            parts.extend(_rest(thing, candidate, how, rules))
            total = round(sum(p for _, p in parts), 3)
            if best is None or total > best.points:
                best = Scored(candidate, total, tuple(parts), form)
    return best


def _name(form: str, thing: Thing, candidate: Candidate, rules: Rules) -> tuple[str, float] | None:
    """How the form fits the record's names, and the points."""
    points = rules.name
    full, old, aliases, weak = (
        tuple(map(normal, names)) for names in (candidate.names, candidate.old, candidate.aliases, candidate.weak)
    )
    if form in full:
        return "full", points["full"]
    if form in old:
        return "old", points["old"]
    if form in weak:
        return "weak", points["weak"]
    if form in aliases:
        return ("short", points["short"]) if candidate.level else ("alias", points["alias"])
    if candidate.type == "Place" and candidate.level:
        return None
    if thing.type == "Enterprise":
        return _firm(form, thing, candidate, rules)
    names = (*full, *aliases, *old)
    if (own := key(form, thing.type)) and any(own == key(name, thing.type) for name in names):
        # 生物医药产业 is 生物医药: with an industry nothing is lost.
        return ("alias", points["alias"]) if thing.type == "Industry" else ("key", points["key"])
    if thing.type in ZONES:
        head = "" if zone_name(form).kind else zone_head(form)
        return ("head", points["head"]) if head and any(head == zone_head(name) for name in names) else None
    like = max(map(likeness, names, [form] * len(names)), default=0.0)
    return ("like", round(points["like"] * like, 3)) if like >= rules.least_like else None


def _firm(form: str, thing: Thing, candidate: Candidate, rules: Rules) -> tuple[str, float] | None:
    """The same of a firm's name, which fits where its parts do; the likeness of the whole tells nothing."""
    known = index().by_code
    near = [*thing.inside, *(form for code in candidate.inside if code in known for form in known[code].forms)]
    found = {fit(form, name, near) for name in (*candidate.names, *candidate.old)} - {None}
    best = max(found, key=lambda how: (rules.firm[str(how)], str(how)), default=None)
    return None if best is None else (f"firm {best}", rules.firm[best])


def _rest(thing: Thing, candidate: Candidate, how: str, rules: Rules) -> Iterator[tuple[str, float]]:
    if candidate.level and how in ("short", "weak"):
        yield "level", rules.level[candidate.level]
    if candidate.type:
        same = candidate.type == thing.type
        if same or not any({candidate.type, thing.type} <= group for group in _ALIKE):
            yield f"type {'same' if same else 'other'}", rules.type["same" if same else "other"]
    if (inside := _inside(thing, candidate)) is not None:
        yield f"inside {inside}", rules.inside[inside]
    if (beside := _beside(thing, candidate, rules)) is not None:
        yield f"beside {beside}", rules.beside[beside]
    if candidate.until is not None and (not thing.years or min(thing.years) > candidate.until + 1):
        yield "past", rules.past["full" if how in ("full", "old") else "short"]
    if thing.industries and candidate.industries:
        ours, theirs = (frozenset(map(industry_key, names)) for names in (thing.industries, candidate.industries))
        yield "industry", rules.industry["same" if ours & theirs else "other"]
    if candidate.distance is not None:
        limit, far = rules.near["limit"], rules.near["far"]
        if candidate.distance <= limit or candidate.distance > far:
            yield "near", rules.near["within" if candidate.distance <= limit else "beyond"]
    if candidate.population is not None:
        yield "size", round(rules.size * log10(max(candidate.population, 1)), 3)
    if candidate.identity:
        yield "identity", rules.identity
    if candidate.trust is not None:
        yield "trust", round(rules.trust * candidate.trust, 3)


@lru_cache(maxsize=65536)
def codes_of(name: str) -> tuple[str, ...]:
    """The divisions that a name of a place, or the places before a longer name, may mean."""
    form = normal(name)
    if (found := index().by_form.get(form)) is not None:
        return found
    before, rest = split_places(form)
    return index().by_form.get(rest) or (index().by_form[before[0]] if before else ())


def _above(candidate: Candidate) -> tuple[str, ...]:
    """What it lies in, itself left out."""
    return candidate.inside[1:] if candidate.type == "Place" else candidate.inside


def _inside(thing: Thing, candidate: Candidate) -> str | None:
    """Whether the record lies where the thing does; None where either isn't known."""
    own = candidate.inside[0] if candidate.inside and candidate.type == "Place" else ""
    if not candidate.inside:
        return _words(thing, candidate.place)
    texts = list(thing.inside)
    # 昆山沭阳工业园区 bears a place in its name that it isn't in: what the record's own name has, too, tells nothing.
    named = "".join((*candidate.names, *candidate.aliases))
    texts += [name for name in split_places(thing.name)[0] if thing.type == "Place" or name not in named]
    for text in texts:
        codes = [code for code in codes_of(text) if code != own]
        if any(code in _above(candidate) for code in codes):
            return "same"
        if candidate.type != "Place" and any(candidate.inside[0] in index().chain(code) for code in codes):
            return "wider"  # the list gives the city of a zone that lies in a district of it
        if codes:
            return "other"  # 江苏省徐州市鼓楼区: the nearest one decides
    return None


def _words(thing: Thing, place: str) -> str | None:
    """The same of a record whose place is known by words only."""
    if not place:
        return None
    names = [normal(name) for name in (*thing.inside, *split_places(thing.name)[0])]
    if not names:
        return None
    theirs = set(codes_of(place))
    chain = {above for code in theirs for above in index().chain(code)}
    for name in names:
        codes = codes_of(name)
        if name in normal(place) or normal(place) in name or any(code in chain for code in codes):
            return "same"
        if any(theirs & set(index().chain(code)) for code in codes):
            return "wider"
    return "other" if theirs and any(map(codes_of, names)) else None


def _beside(thing: Thing, candidate: Candidate, rules: Rules) -> str | None:
    """The best relation to a place that is named with it."""
    if not candidate.inside:
        return None
    own = {normal(name) for name in thing.names}
    found = [
        relation
        for name in thing.beside
        if normal(name) not in own
        for code in codes_of(name)
        if (relation := _relation(code, candidate)) is not None
    ]
    return max(found, key=lambda r: (rules.beside[r], r), default=None)


def _relation(code: str, candidate: Candidate) -> str | None:
    own = candidate.inside[0]
    is_place = candidate.type == "Place"
    if is_place and code == own:
        return None
    if code in _above(candidate):
        return "province" if code.endswith("0000") and code[:2] not in MUNICIPALITIES else "city"
    if own in index().chain(code):
        return "below"
    if _city(code) == _city(own):
        return "neighbour"
    if code.endswith("0000") and own.endswith("0000"):
        return "peer"
    return "same_province" if code[:2] == own[:2] else "elsewhere"


def _city(code: str) -> str:
    """The city or prefecture that a code lies in, or itself where it lies in none (济源市, 儋州市)."""
    if code[:2] in MUNICIPALITIES:
        return code[:2]
    return code if code[2:4] in ("00", "90") else code[:4]
