"""Mentions of one article → clusters: short names with their full names, general words with what they mean."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kg_build.model import EntityType, Extraction, Mention, MentionForm, PartKind
from kg_build.resolution.names import (
    company_core,
    honour_key,
    industry_key,
    normal,
    project_key,
    short_of,
    zone_name,
)
from kg_build.resolution.places import place_index, strip_places
from kg_build.resolution.shortening import is_own, is_short_body, is_short_firm, is_short_project, is_short_site
from kg_build.resolution.story import StoryZone, best_zone_name, main_zone, meant_place, zone_place
from kg_build.resolution.words import bodies

OFFICES = "厅局委办处科"
"""Last characters of offices: what is named before and isn't called so is another body."""
LOOK_BACK = 400
"""How far back, in characters, 该公司 or 该项目 looks for what it means."""

PEOPLE = (EntityType.PERSON, EntityType.OFFICIAL)


@dataclass(frozen=True, slots=True)
class Cluster:
    """All mentions of one thing in one article."""

    type: EntityType
    names: tuple[str, ...]
    """Non-generic forms, in order of appearance."""
    mentions: tuple[int, ...]
    zone: int | None
    """Index of the cluster of the zone in whose story it is first told; None for zones and where there is none."""
    canonical: str | None = None
    """The name that context makes certain: 濮阳市政府 for 市政府."""
    place: str | None = None
    """Code of the place that it is (Place) or lies in (Zone)."""


@dataclass(frozen=True, slots=True)
class LocalResolution:
    """One article's clusters, and the cluster of every mention that has one."""

    extraction: Extraction
    clusters: tuple[Cluster, ...]
    cluster_of: dict[int, int]


class _Groups:
    """Union-find over mentions' ids."""

    def __init__(self, ids: Iterable[int]) -> None:
        self.parent = {i: i for i in ids}

    def find(self, i: int) -> int:
        while self.parent[i] != i:
            self.parent[i] = self.parent[self.parent[i]]
            i = self.parent[i]
        return i

    def join(self, a: int, b: int) -> None:
        a, b = sorted((self.find(a), self.find(b)))
        self.parent[b] = a


def name_key(mention: Mention) -> tuple[str, str]:
    """What two forms of one name share, by the mention's type."""
    name = mention.name
    match mention.type:
        case EntityType.ZONE:
            parts = zone_name(name)
            return "Zone", f"{parts.stem} {parts.kind}"
        case EntityType.ENTERPRISE:
            return "Enterprise", company_core(name)
        case EntityType.INDUSTRY:
            return "Industry", industry_key(name)
        case EntityType.PROJECT:
            return "Project", project_key(mention.expansion or name)
        case EntityType.HONOUR:
            return "Honour", honour_key(name)
        case EntityType.PERSON | EntityType.OFFICIAL:
            return "Person", normal(name)
        case EntityType.PLACE:
            index = place_index()
            forms = {p.short for p in index.candidates(name)}
            return "Place", min(forms) if forms else normal(name)
        case EntityType.INSTITUTION:
            return "Institution", normal(mention.expansion or name)
        case other:
            return other.value, normal(name)


def local_places(mentions: Iterable[Mention]) -> frozenset[str]:
    """What the zones of a text are called by; companies there bear it in front, also where no gazetteer knows it."""
    stems = (zone_name(m.name).stem for m in mentions if m.type is EntityType.ZONE and m.form is MentionForm.NAME)
    return frozenset(stem for stem in stems if len(stem) >= 2)


def resolve_article(extraction: Extraction) -> LocalResolution:
    """Cluster one article's mentions."""
    return _Resolver(extraction).run()


class _Resolver:
    def __init__(self, extraction: Extraction) -> None:
        self.extraction = extraction
        self.article = extraction.article
        self.mentions = extraction.mentions
        self.named = [m for m in self.mentions if m.form is MentionForm.NAME and self._has_name(m)]
        self.story: StoryZone | None = main_zone(self.article, self.mentions)
        self.cluster_of: dict[int, int] = {}
        self.clusters: list[_Draft] = []

    @staticmethod
    def _has_name(mention: Mention) -> bool:
        return mention.type is not EntityType.ZONE or bool(zone_name(mention.name).stem)

    def run(self) -> LocalResolution:
        groups = self._group_names()
        for members in groups:
            kind = members[0].type
            if kind in PEOPLE and any(m.type is EntityType.OFFICIAL for m in members):
                kind = EntityType.OFFICIAL
            whole_first = kind is EntityType.INSTITUTION  # 管委会 by itself says less than whose it is
            forms = (pair for m in members for pair in ((m.expansion, m.name) if whole_first else (m.name, m.expansion)))
            names = dict.fromkeys(n for n in forms if n)
            self._add(_Draft(kind, dict(names), [m.id for m in members]))
        self._story_zones()
        self._places()
        self._general_words()
        self._bodies()
        order = sorted(range(len(self.clusters)), key=lambda i: (min(self.clusters[i].mentions, default=0), i))
        place_of = {old: new for new, old in enumerate(order)}
        final = tuple(self._freeze(self.clusters[i], place_of) for i in order)
        return LocalResolution(self.extraction, final, {m: place_of[c] for m, c in sorted(self.cluster_of.items())})

    def _freeze(self, draft: _Draft, place_of: dict[int, int]) -> Cluster:
        zone = None
        if draft.type is not EntityType.ZONE and draft.mentions:
            at = self._zone_at(self.mentions[draft.mentions[0]].span.start)
            zone = place_of[at] if at is not None else None
        return Cluster(draft.type, tuple(draft.names), tuple(sorted(draft.mentions)), zone, draft.canonical, draft.place)

    def _add(self, draft: _Draft) -> int:
        self.clusters.append(draft)
        index = len(self.clusters) - 1
        for mention in draft.mentions:
            self.cluster_of[mention] = index
        return index

    # names

    def _group_names(self) -> list[list[Mention]]:
        groups = _Groups(m.id for m in self.named)
        first: dict[tuple[str, str], int] = {}
        for mention in self.named:
            key = name_key(mention)
            groups.join(first.setdefault(key, mention.id), mention.id)
        local = local_places(self.mentions)
        here = local | self._places_told()
        self._join_short(
            groups,
            EntityType.ENTERPRISE,
            lambda a, b: is_short_firm(a, b, here),
            lambda a, b: short_of(a, b, local) and is_own(a, b),
        )
        self._join_short(groups, EntityType.PROJECT, is_short_project)
        self._join_bare_projects(groups, local)
        self._join_short(groups, EntityType.INSTITUTION, is_short_body)
        self._join_short(groups, EntityType.PARK, lambda a, b: is_short_body(a, b) or is_short_site(a, b))
        self._join_short(groups, EntityType.ZONE, is_short_site)
        found: dict[int, list[Mention]] = {}
        for mention in self.named:
            found.setdefault(groups.find(mention.id), []).append(mention)
        return list(found.values())

    def _places_told(self) -> frozenset[str]:
        """Places, zones and parks of the text, as they stand in front of a company's name, its first place taken off."""
        kinds = (EntityType.PLACE, EntityType.ZONE, EntityType.PARK)
        return frozenset(strip_places(normal(m.name))[1] or m.name for m in self.named if m.type in kinds)

    def _join_short(
        self,
        groups: _Groups,
        kind: EntityType,
        is_short: Callable[[str, str], bool],
        likelier: Callable[[str, str], bool] | None = None,
    ) -> None:
        """Join a short name to the one longer name of the article that it can be short for.

        Where there are two, to none; with ``likelier`` to the first that it holds of, else to the first.
        """
        names: dict[int, set[str]] = {}
        for mention in self.named:
            if mention.type is kind:
                names.setdefault(groups.find(mention.id), set()).add(mention.expansion or mention.name)
        # The longer ones first, so that of three forms of one name the shortest finds the others joined.
        for root in sorted(names, key=lambda r: (-max(map(len, names[r])), r)):
            own = max(names[root], key=lambda n: (len(n), n))
            longer = [r for r in sorted(names) if r != root and any(len(n) > len(own) and is_short(own, n) for n in names[r])]
            found = {groups.find(r) for r in longer}
            if len(found) > 1 and likelier is not None:
                found = {groups.find(r) for r in longer if any(likelier(own, n) for n in names[r])} or found
                found = {min(found)}
            if len(found) == 1:
                groups.join(root, found.pop())

    def _join_bare_projects(self, groups: _Groups, local: frozenset[str]) -> None:
        """华辰项目 is the one project of the article whose name begins with that company's."""
        projects = [m for m in self.named if m.type is EntityType.PROJECT]
        brands = {company_core(m.name, local) for m in self.named if m.type is EntityType.ENTERPRISE}
        for mention in projects:
            bare = company_core(project_key(mention.name), local)
            if bare not in brands:
                continue
            fuller = {
                groups.find(other.id)
                for other in projects
                if (key := company_core(project_key(other.name), local)) != bare and key.startswith(bare)
            }
            if len(fuller) == 1:
                groups.join(mention.id, fuller.pop())

    # zones and places

    def _story_zones(self) -> None:
        self.story_zone: int | None = None
        if self.story is not None:
            for index, draft in enumerate(self.clusters):
                if draft.type is EntityType.ZONE and normal(self.story.name) in {normal(n) for n in draft.names}:
                    self.story_zone = index
            if self.story_zone is None:
                self.story_zone = self._add(_Draft(EntityType.ZONE, {self.story.name: None}, [], self.story.name))
        self.section_zones = [(0, self.story_zone)]
        for mention in self.mentions:
            if mention.form is MentionForm.IMPLICIT and mention.span.start > 0:
                self.section_zones.append((mention.span.start, self._heading_zone(mention.span.start)))
        for mention in self.mentions:
            if mention.form is MentionForm.IMPLICIT and (zone := self._zone_at(mention.span.start)) is not None:
                self.cluster_of[mention.id] = zone
        for draft in self.clusters:
            if draft.type is EntityType.ZONE:
                here = [m.name for m in self.named if m.type is EntityType.PLACE]
                near = frozenset(p.code for name in here for p in place_index().candidates(name))
                place = zone_place(zone_name(best_zone_name(tuple(draft.names))), near)
                draft.place = place.code if place else None

    def _heading_zone(self, position: int) -> int | None:
        part = self.article.part_at(position)
        for mention in self.named:
            if mention.type is EntityType.ZONE and part is not None and part.span.contains(mention.span):
                return self.cluster_of[mention.id]
        return self.story_zone

    def _zone_at(self, position: int) -> int | None:
        return [zone for start, zone in self.section_zones if start <= position][-1]

    def _zone_place_code(self, zone: int | None) -> str | None:
        return self.clusters[zone].place if zone is not None else None

    def _places(self) -> None:
        index = place_index()
        home = self._zone_place_code(self.story_zone)
        near = frozenset([home]) if home else frozenset()
        for draft in self.clusters:
            if draft.type is not EntityType.PLACE:
                continue
            chosen = None
            for name in sorted(draft.names, key=lambda n: (-len(n), n)):
                chosen = chosen or index.choose(name, near)
            if chosen is not None:
                draft.place, draft.canonical = chosen.code, chosen.name

    # general words

    def _general_words(self) -> None:
        for mention in self.mentions:
            if mention.form is MentionForm.NAME and mention.id in self.cluster_of:
                continue
            if mention.form is MentionForm.IMPLICIT:
                continue
            found: int | None
            if mention.type is EntityType.ZONE:
                found = self._general_zone(mention)
            elif mention.type is EntityType.PLACE:
                found = self._general_place(mention)
            elif mention.type is EntityType.INSTITUTION:
                continue
            else:
                found = self._nearest_before(mention)
            if found is not None:
                self.cluster_of[mention.id] = found
                self.clusters[found].mentions.append(mention.id)

    def _general_zone(self, mention: Mention) -> int | None:
        here = self._zone_at(mention.span.start)
        kind = zone_name(mention.name).kind
        if not kind or mention.name in bodies().self_words:
            return here
        if here is not None:
            own = {k for n in self.clusters[here].names if (k := zone_name(n).kind)}
            if kind in own or not own:
                return here
        before = [
            self.cluster_of[m.id]
            for m in self.named
            if m.type is EntityType.ZONE and m.span.end <= mention.span.start and zone_name(m.name).kind == kind
        ]
        if before:
            return before[-1]
        return here if kind in ("EconomicDevelopmentZone", "IndustrialZone", "AdvancedManufacturingZone") else None

    def _general_place(self, mention: Mention) -> int | None:
        code = self._zone_place_code(self._zone_at(mention.span.start))
        place = meant_place(mention.name, place_index().by_code.get(code or ""))
        if place is None:
            return None
        for index, draft in enumerate(self.clusters):
            if draft.type is EntityType.PLACE and draft.place == place.code:
                return index
        return self._add(_Draft(EntityType.PLACE, {place.name: None}, [], place.name, place.code))

    def _nearest_before(self, mention: Mention) -> int | None:
        part = self.article.part_at(mention.span.start)
        if part is not None and part.kind is PartKind.CAPTION:
            return None
        kinds = PEOPLE if mention.type in PEOPLE else (mention.type,)
        for other in reversed(self.named):
            if other.span.end > mention.span.start or other.type not in kinds:
                continue
            if mention.type is EntityType.INSTITUTION and mention.name[-1] in OFFICES and other.name[-1] != mention.name[-1]:
                continue  # 经发局 is no institute
            if mention.span.start - other.span.end <= LOOK_BACK:
                return self.cluster_of[other.id]
            break
        return None

    def _bodies(self) -> None:
        """管委会 and 市政府: whose they are, from the zone of the story and its place."""
        drafts: dict[str, int] = {}
        for index, draft in enumerate(self.clusters):
            if draft.type is EntityType.INSTITUTION and draft.mentions:
                zone = self._zone_at(self.mentions[draft.mentions[0]].span.start)
                draft.canonical = self._body_name(next(iter(draft.names)), zone)
                drafts.setdefault(normal(draft.canonical), index)
        for mention in self.mentions:
            if mention.type is not EntityType.INSTITUTION or mention.id in self.cluster_of:
                continue
            name = self._body_name(mention.name, self._zone_at(mention.span.start))
            known = drafts.get(normal(name))
            if known is None and name == mention.name:
                known = self._nearest_before(mention)
                if known is None:
                    continue
            if known is None:
                known = self._add(_Draft(EntityType.INSTITUTION, {name: None, mention.name: None}, [], name))
                drafts[normal(name)] = known
            self.cluster_of[mention.id] = known
            self.clusters[known].mentions.append(mention.id)

    def _body_name(self, name: str, zone: int | None) -> str:
        if zone is None:
            return name
        words = bodies()
        zone_full = best_zone_name(tuple(self.clusters[zone].names))
        bare = name.removeprefix("区")
        if bare in words.zone_bodies:
            return zone_full + bare
        parts = zone_name(zone_full)
        for body in words.zone_bodies:
            if name.endswith(body) and len(name) > len(body):
                owner = zone_name(name[: -len(body)])
                if owner.kind and owner.stem in ("", parts.stem) and owner.kind == parts.kind:
                    return zone_full + body
        level = words.city_prefixes.get(name[0])
        if level is not None:
            place = place_index().by_code.get(self.clusters[zone].place or "")
            at = place_index().at_level(place, level) if place else None
            if at is not None:
                return at.name + name[1:]
        return name


@dataclass(slots=True)
class _Draft:
    type: EntityType
    names: dict[str, None]
    mentions: list[int]
    canonical: str | None = None
    place: str | None = None
