"""Whose story it is: the zone behind the implicit mentions, behind 经开区, 该区 and 全区, and the places around it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from kg_build.gazetteers import Place, Zone, zones
from kg_build.model import Article, EntityType, Mention, MentionForm, PartKind
from kg_build.resolution.names import ZoneName, normal, same_zone, zone_name
from kg_build.resolution.places import place_index
from kg_build.resolution.words import bodies

_OURS = re.compile("^(?:我|该|本|全)[省市县区](?=.{2})")
"""What a paper calls its own place (我县|经开区)."""
TITLE_WEIGHT = 6
"""How many mentions in the running text a zone's name in the headline is worth."""
FIRST_WEIGHT = 3
"""How many the first zone of the running text is worth."""


@dataclass(frozen=True, slots=True)
class StoryZone:
    """The zone of a story: its name as far as known, and its place."""

    name: str
    """Full name; only the general word (经开区) where nothing tells more."""
    parts: ZoneName
    is_known: bool
    """Whether text or gazetteer give a name that identifies it."""


def main_zone(article: Article, mentions: tuple[Mention, ...]) -> StoryZone | None:
    """The zone that the article is about, from its named zones, or from general words and the places of the text."""
    scores: Counter[tuple[str, str]] = Counter()
    forms: dict[tuple[str, str], list[str]] = {}
    first: tuple[str, str] | None = None
    generic: Counter[str] = Counter()
    for mention in mentions:
        if mention.type is not EntityType.ZONE or mention.form is MentionForm.IMPLICIT:
            continue
        parts = zone_name(mention.name)
        part = article.part_at(mention.span.start)
        headline = part is not None and part.kind in (PartKind.TITLE, PartKind.SUBTITLE)
        if mention.form is MentionForm.GENERIC or not parts.stem:
            if parts.kind:
                generic[parts.kind] += TITLE_WEIGHT if headline else 1
            continue
        key = (parts.stem, parts.kind)
        forms.setdefault(key, []).append(mention.name)
        if part is not None and part.kind is PartKind.CAPTION:
            continue
        if not headline and article.text[: mention.span.start].endswith(bodies().led_to_others):
            scores[key] += 0  # Named as another's, it is the story's own only where nothing else is.
            continue
        scores[key] += TITLE_WEIGHT if headline else 1
        if first is None and not headline:
            first = key
    if first is not None:
        scores[first] += FIRST_WEIGHT
    for key in scores:
        scores[key] += generic.get(key[1], 0)
    if not scores:
        return _from_general_words(article, mentions, generic)
    order = list(forms)
    best = min(scores, key=lambda k: (-scores[k], order.index(k)))
    if generic and (word := min(generic, key=lambda k: (-generic[k], k))) != best[1] and generic[word] > scores[best]:
        # A page of the 高新区 that once names a neighbour in full is still its own story.
        return _from_general_words(article, mentions, generic) or _story(forms[best])
    return _story(forms[best])


def _story(names: list[str]) -> StoryZone:
    name = best_zone_name(names)
    return StoryZone(name, zone_name(name), is_known=True)


def best_zone_name(names: list[str] | tuple[str, ...]) -> str:
    """The name to call a zone by, of the forms met: kind written out, then the longest, then the first by code point."""
    return min(names, key=lambda n: (not zone_name(n).is_full, -len(normal(n)), n))


def _from_general_words(article: Article, mentions: tuple[Mention, ...], generic: Counter[str]) -> StoryZone | None:
    if not generic:
        return None
    kind = min(generic, key=lambda k: (-generic[k], k))
    word = next((m.name for m in mentions if m.type is EntityType.ZONE and zone_name(m.name).kind == kind), "")
    word = _OURS.sub("", word)
    ranked = _places_by_weight(article, mentions)
    for place in ranked:
        if (zone := gazetteer_zone(ZoneName(place.short, zone_name(word).kind, is_full=False))) is not None:
            return StoryZone(zone.name, zone_name(zone.name), is_known=True)
    if ranked and ranked[0].level != "province":
        name = ranked[0].short + word
        return StoryZone(name, zone_name(name), is_known=True)
    return StoryZone(word, zone_name(word), is_known=False)


def _places_by_weight(article: Article, mentions: tuple[Mention, ...]) -> list[Place]:
    """Prefectures and counties that the text names, also within longer names, the most named first."""
    index = place_index()
    counts: Counter[str] = Counter()
    text = article.text
    for mention in mentions:
        if mention.form is not MentionForm.NAME:
            continue
        for length in range(min(index.longest, len(mention.name)), 1, -1):
            if index.candidates(mention.name[:length]):
                counts[mention.name[:length]] += 1
                break
    found: dict[str, int] = {}
    for form in counts:
        place = index.choose(form, frozenset())
        if place is not None and place.level != "province":
            found[place.code] = max(found.get(place.code, 0), text.count(place.short))
    return [index.by_code[code] for code, _ in sorted(found.items(), key=lambda item: (-item[1], item[0]))]


def gazetteer_zone(parts: ZoneName) -> Zone | None:
    """The one zone of the gazetteer with that stem and kind; None if there is none, or more than one."""
    found = [zone for zone in _by_stem().get(parts.stem, ()) if same_zone(zone_name(zone.name), parts)]
    return found[0] if len(found) == 1 else None


_index: dict[str, list[Zone]] = {}


def _by_stem() -> dict[str, list[Zone]]:
    if not _index:
        for zone in zones():
            _index.setdefault(zone_name(zone.name).stem, []).append(zone)
    return _index


def zone_place(parts: ZoneName, near: frozenset[str]) -> Place | None:
    """The administrative place whose name a zone bears, or that the gazetteer gives for it."""
    zone = gazetteer_zone(parts)
    index = place_index()
    if zone is not None and zone.place and (place := index.by_code.get(zone.place)) is not None:
        return place
    return index.choose(parts.stem, near) if parts.stem else None


def meant_place(word: str, place: Place | None) -> Place | None:
    """The place that 全市, 全省 or 全县 means beside a zone that lies in ``place``."""
    level = bodies().generic_places.get(word)
    return place_index().at_level(place, level) if place is not None and level is not None else None
