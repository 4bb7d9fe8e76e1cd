"""Clusters of all articles → entities with canonical names and IRIs, the same in any order of the articles.

Zones first, since the names of the others count within them. Two clusters are one entity where they share an
identifying name (a company's name in full; a zone's place and kind), or a short name within the story of one zone.
Entities that a store already holds take part as they are: their IRI and canonical name stay.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg_build.gazetteers import Zone
from kg_build.model import Entity, EntityType, Strength
from kg_build.resolution.article import PEOPLE, Cluster, LocalResolution, local_places
from kg_build.resolution.names import (
    company_core,
    honour_key,
    industry_key,
    iri_name,
    legal_form,
    normal,
    project_key,
    short_of,
    zone_name,
)
from kg_build.resolution.places import place_index, place_path, strip_places
from kg_build.resolution.story import best_zone_name, gazetteer_zone
from kg_build.resolution.words import bodies

TOLD = ("officialOf", "locatedIn", "undertakenBy")
"""Properties that help to tell which thing of a name is meant."""
SCOPED = (EntityType.PERSON, EntityType.OFFICIAL, EntityType.PROJECT, EntityType.PARK)
"""Types whose names identify only within a zone, organisation or place (vocabulary, "IRIs of things")."""


@dataclass(frozen=True, slots=True)
class Known:
    """An entity that the store already holds."""

    iri: str
    type: EntityType
    name: str
    names: tuple[str, ...]
    """Canonical and alternative names."""


_SCOPING = {
    EntityType.PERSON: "officialOf",
    EntityType.OFFICIAL: "officialOf",
    EntityType.PROJECT: "locatedIn",
    EntityType.PARK: "locatedIn",
}
"""The property that tells which zone a name counts in, though the story be another's."""

_IDENTIFYING_PLACES = ("省", "市", "自治区", "自治州", "县")
"""Endings of places that are known by their name alone, also where the gazetteer lacks them."""

ClusterId = tuple[int, int]
"""Index of the article, index of its cluster."""


class _Union:
    def __init__(self) -> None:
        self.parent: dict[object, object] = {}

    def find(self, item: object) -> object:
        # Not recursive: a chain of names over a thousand articles is as long as that.
        path = []
        while (parent := self.parent.setdefault(item, item)) != item:
            path.append(item)
            item = parent
        for passed in path:
            self.parent[passed] = item
        return item

    def join(self, a: object, b: object) -> None:
        ra, rb = self.find(a), self.find(b)
        if ra != rb:
            self.parent[ra] = rb


def resolve_corpus(articles: Sequence[LocalResolution], base_iri: str, known: Iterable[Known] = ()) -> dict[ClusterId, Entity]:
    """The entity of every cluster of the articles."""
    resolver = _Corpus(articles, base_iri, tuple(sorted(known, key=lambda k: k.iri)))
    for types in (
        (EntityType.ZONE,),
        (EntityType.PLACE,),
        (EntityType.ENTERPRISE,),
        (EntityType.INSTITUTION,),
        (EntityType.INDUSTRY,),
        (EntityType.HONOUR,),
        (EntityType.PARK,),
        PEOPLE,
        (EntityType.PROJECT,),
    ):
        resolver.resolve(types)
    return resolver.entities


class _Corpus:
    def __init__(self, articles: Sequence[LocalResolution], base_iri: str, known: tuple[Known, ...]) -> None:
        self.articles = articles
        self.base = base_iri
        self.known = known
        self.entities: dict[ClusterId, Entity] = {}
        self.told = _told(articles)
        self.local = frozenset[str]().union(*(local_places(a.extraction.mentions) for a in articles))

    def resolve(self, types: tuple[EntityType, ...]) -> None:
        """Group and name the clusters of these types."""
        members: dict[ClusterId, Cluster] = {
            (a, c): cluster
            for a, article in enumerate(self.articles)
            for c, cluster in enumerate(article.clusters)
            if cluster.type in types
        }
        union = _Union()
        for identity, cluster in members.items():
            for key in self._keys(identity, cluster):
                union.join(("cluster", *identity), ("key", key))
        if EntityType.ENTERPRISE in types:
            self._join_short_names(members, union)
        groups: dict[object, list[ClusterId]] = defaultdict(list)
        for identity in members:
            groups[union.find(("cluster", *identity))].append(identity)
        known = self._known_by_key(types)
        for group in groups.values():
            clusters = [members[i] for i in group]
            keys = {k for i in group for k in self._keys(i, members[i])}
            old = min((known[k] for k in keys if k in known), key=lambda k: k.iri, default=None)
            entity = self._entity(group, clusters, old)
            for identity in group:
                self.entities[identity] = entity

    # identity

    def _scope(self, identity: ClusterId, cluster: Cluster) -> str:
        """What the name counts in: the zone that the text gives it, else the story's, else the article's publisher."""
        zone = self.told.get((*identity, _SCOPING.get(cluster.type, "")), cluster.zone)
        if zone is not None and self.articles[identity[0]].clusters[zone].type is EntityType.ZONE:
            return self.entities[identity[0], zone].name
        if cluster.zone is not None:
            return self.entities[identity[0], cluster.zone].name
        return self.articles[identity[0]].extraction.article.publisher or ""

    def _keys(self, identity: ClusterId, cluster: Cluster) -> tuple[tuple[str, ...], ...]:
        """What this cluster has in common with every other of the same entity, sorted."""
        found: set[tuple[str, ...]] = set()
        names = [cluster.canonical] if cluster.canonical else list(cluster.names)
        for name in names:
            match cluster.type:
                case EntityType.ZONE:
                    parts = zone_name(name)
                    local = ("", self._local(identity, name))
                    found.add((parts.stem, parts.kind) if parts.stem else local)
                case EntityType.PLACE:
                    found.add(("code", cluster.place) if cluster.place else (self._scope(identity, cluster), normal(name)))
                case EntityType.ENTERPRISE:
                    if legal_form(name):
                        found.add(("full", company_core(name) + legal_form(name)))
                    found.add((self._scope(identity, cluster), company_core(name, self.local)))
                case EntityType.INSTITUTION:
                    found.add((self._institution_scope(identity, cluster, name), normal(name)))
                case EntityType.INDUSTRY:
                    found.add((industry_key(name),))
                case EntityType.HONOUR:
                    found.add((honour_key(name),))
                case EntityType.PROJECT:
                    scope, key = self._scope(identity, cluster), self._project(identity, name)
                    found.add((scope, key))
                    firm = self.told.get((*identity, "undertakenBy"))
                    if firm is not None and self.articles[identity[0]].clusters[firm].type is EntityType.ENTERPRISE:
                        # 年产某某项目 of a firm is its 某某公司年产某某项目 in the next article.
                        found.add((scope, f"{company_core(self.entities[identity[0], firm].name)} {key.split(' ')[-1]}"))
                case EntityType.PERSON | EntityType.OFFICIAL | EntityType.PARK:
                    found.add(
                        (self._scope(identity, cluster), _park_key(name) if cluster.type is EntityType.PARK else normal(name))
                    )
        return tuple(sorted(found))

    def _local(self, identity: ClusterId, name: str) -> str:
        article = self.articles[identity[0]].extraction.article
        return f"{article.source_file} {article.number} {name}"

    def _institution_scope(self, identity: ClusterId, cluster: Cluster, name: str) -> str:
        words = bodies()
        text = normal(name)
        places, rest = strip_places(text)
        if (places and rest) or text.endswith(words.identifying_suffixes) or text.startswith(words.identifying_prefixes):
            return ""
        scope = self._scope(identity, cluster)
        return "" if scope and text.startswith(normal(scope)) else scope

    def _project(self, identity: ClusterId, name: str) -> str:
        """The project's key, an enterprise's name at its beginning replaced by the enterprise's brand."""
        key = project_key(name)
        for other, cluster in enumerate(self.articles[identity[0]].clusters):
            if cluster.type is not EntityType.ENTERPRISE:
                continue
            for form in sorted(cluster.names, key=lambda n: (-len(n), n)):
                if key.startswith(normal(form)) and len(key) > len(normal(form)):
                    return company_core(self.entities[identity[0], other].name) + " " + key[len(normal(form)) :]
        return key

    def _join_short_names(self, members: dict[ClusterId, Cluster], union: _Union) -> None:
        """Join a group that has only short names to the one group told of the same zone that it can be short for."""
        by_scope: dict[str, dict[object, set[str]]] = defaultdict(lambda: defaultdict(set))
        for identity, cluster in members.items():
            by_scope[self._scope(identity, cluster)][union.find(("cluster", *identity))].update(cluster.names)
        joins = []
        for groups in by_scope.values():
            # A core that another begins with has its first two characters: only those are compared, not all with all.
            by_beginning: dict[str, dict[object, set[str]]] = defaultdict(lambda: defaultdict(set))
            for root, names in groups.items():
                for name in names:
                    by_beginning[company_core(name, self.local)[:2]][root].add(name)
            for root, names in groups.items():
                if any(legal_form(n) for n in names):
                    continue
                longer = {
                    r: None
                    for n in sorted(names)
                    for r, others in by_beginning[company_core(n, self.local)[:2]].items()
                    if r != root and any(len(o) > len(n) and short_of(n, o, self.local) for o in others)
                }
                full = [r for r in longer if any(legal_form(o) for o in groups[r])] or list(longer)
                if len(full) == 1:
                    joins.append((root, full[0]))
        for a, b in joins:
            union.join(a, b)

    def _known_by_key(self, types: tuple[EntityType, ...]) -> dict[tuple[str, ...], Known]:
        """What the store holds, by the same keys; the scope of a scoped name is the middle of its IRI."""
        found: dict[tuple[str, ...], Known] = {}
        for known in self.known:
            if known.type not in types:
                continue
            segments = known.iri.removeprefix(self.base).split("/")
            scope = "/".join(segments[1:-1])
            for name in known.names:
                match known.type:
                    case EntityType.ZONE:
                        parts = zone_name(name)
                        key: tuple[str, ...] = (parts.stem, parts.kind)
                    case EntityType.PLACE:
                        places = [p for p in place_index().candidates(name) if p.name == name]
                        key = ("code", places[0].code) if len(places) == 1 else (scope, normal(name))
                    case EntityType.ENTERPRISE:
                        key = ("full", company_core(name) + legal_form(name))
                    case EntityType.INDUSTRY:
                        key = (industry_key(name),)
                    case EntityType.HONOUR:
                        key = (honour_key(name),)
                    case EntityType.PROJECT:
                        key = (scope, project_key(name))
                    case EntityType.PARK:
                        key = (scope, _park_key(name))
                    case _:
                        key = (scope, normal(name))
                found.setdefault(key, known)
        return found

    # names

    def _entity(self, group: list[ClusterId], clusters: list[Cluster], old: Known | None) -> Entity:
        kind = EntityType.OFFICIAL if any(c.type is EntityType.OFFICIAL for c in clusters) else clusters[0].type
        name = old.name if old else self._canonical(kind, clusters)
        codes = sorted({c.place for c in clusters if c.place})
        subclass, code = None, codes[0] if kind is EntityType.PLACE and codes else None
        if kind is EntityType.ZONE:
            parts = zone_name(name)
            listed: Zone | None = gazetteer_zone(parts)
            code = listed.code if listed else None
            # 某某工业区, told as a zone: its name's ending says Park, which is no kind of zone but a class beside it.
            subclass = next((k for k in (parts.kind, listed.kind if listed else "") if k and k != EntityType.PARK.value), None)
        if old:
            return Entity(old.iri, kind, name, subclass, code)
        return Entity(self._iri(kind, name, group, clusters), kind, name, subclass, code)

    @staticmethod
    def _canonical(kind: EntityType, clusters: list[Cluster]) -> str:
        names = sorted({n for c in clusters for n in ([c.canonical] if c.canonical else c.names)})
        if kind is EntityType.ZONE:
            best = best_zone_name(names)
            parts = zone_name(best)
            listed = gazetteer_zone(parts)
            # A short form only: the gazetteer's name in full; in a full form the text's own words, the province taken off.
            if listed is not None and not parts.is_full:
                return listed.name
            return _plain_zone(best)
        if kind is EntityType.INDUSTRY:
            return min(names, key=lambda n: (len(normal(n)), n))
        if kind is EntityType.PROJECT:
            return min(names, key=lambda n: (not normal(n).endswith(("项目", "工程")), -len(n), n))
        return min(names, key=lambda n: (-len(n), n))

    def _iri(self, kind: EntityType, name: str, group: list[ClusterId], clusters: list[Cluster]) -> str:
        folder = "person" if kind in PEOPLE else kind.value.lower()
        scope = ""
        if kind in SCOPED:
            scope = min(self._scope(i, c) for i, c in zip(group, clusters, strict=True))
        elif kind is EntityType.INSTITUTION:
            scope = min(self._institution_scope(i, c, name) for i, c in zip(group, clusters, strict=True))
        elif kind is EntityType.PLACE:
            scope = self._place_scope(name, group, clusters)
        elif kind is EntityType.ZONE and not zone_name(name).stem:
            article = self.articles[group[0][0]].extraction.article
            scope = f"{article.source_file}/{article.number}"
        elif kind is EntityType.ENTERPRISE and not legal_form(name):
            scope = ""
        parts = [folder, *(iri_name(s) for s in scope.split("/") if s), iri_name(name)]
        return self.base + "/".join(parts)

    def _place_scope(self, name: str, group: list[ClusterId], clusters: list[Cluster]) -> str:
        """The place that a place lies in, where its name alone is not enough."""
        codes = sorted({c.place for c in clusters if c.place})
        if not codes and name.endswith(_IDENTIFYING_PLACES):
            return ""
        if not codes:
            return min(self._scope(i, c) for i, c in zip(group, clusters, strict=True))
        return "/".join(place_path(place_index().by_code[codes[0]])[:-1])


def _told(articles: Sequence[LocalResolution]) -> dict[tuple[int, int, str], int]:
    """By article, cluster and property the cluster of the first object that the text states, where only one is right."""
    found: dict[tuple[int, int, str], int] = {}
    for index, article in enumerate(articles):
        for statement in article.extraction.statements:
            if statement.predicate not in TOLD or statement.strength is not Strength.STATED or statement.former:
                continue
            subject = article.cluster_of.get(statement.subject)
            value = article.cluster_of.get(statement.object) if isinstance(statement.object, int) else None
            if subject is None or value is None:
                continue
            is_zone = article.clusters[value].type is EntityType.ZONE
            if is_zone or statement.predicate == "undertakenBy":
                found.setdefault((index, subject, statement.predicate), value)
    return found


def _park_key(name: str) -> str:
    return project_key(name) if len(project_key(name)) >= 4 else normal(name)


def _plain_zone(name: str) -> str:
    """The name without provinces and cities before the place that it bears: 河南三门峡经济开发区 → 三门峡经济开发区."""
    index = place_index()
    rest = name
    while True:
        for length in range(min(index.longest, len(rest)), 1, -1):
            if index.candidates(rest[:length]) and strip_places(rest[length:])[0]:
                rest = rest[length:]
                break
        else:
            return rest
