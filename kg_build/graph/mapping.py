"""One resolved article → the quads of its own graph: types, names and statements that it supports, nothing inferred."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from importlib.resources import files

from pyoxigraph import Literal, Quad

from kg_build.graph.quads import Sink, boolean, day, decimal, integer, zh
from kg_build.model import EntityType, EntityUse, ResolvedArticle, ResolvedObservation, ResolvedStatement
from kg_build.resolution.names import iri_name
from kg_build.resolution.places import place_index
from kg_build.yamlfiles import load_yaml
from ontology.terms import DCTERMS, QB, RDF, RDFS, SCHEMA, SKOS, ZONE

_SCHEMES = {EntityType.INDUSTRY: ZONE.industryScheme, EntityType.HONOUR: ZONE.honourScheme}


def article_quads(article: ResolvedArticle, base_iri: str) -> list[Quad]:
    """The quads of the article's graph (its name is the article's IRI)."""
    sink = Sink(article.iri)
    _article(sink, article)
    for use in article.entities:
        _entity(sink, use, article.iri)
    types = {use.entity.iri: use.entity.type for use in article.entities}
    for statement in article.statements:
        for subject, predicate, value in statement_triples(statement, article, types, base_iri):
            sink.add(subject, predicate, value)
    for observation in article.observations:
        _observation(sink, observation, base_iri)
    return list(dict.fromkeys(sink.quads))


def _article(sink: Sink, article: ResolvedArticle) -> None:
    source = article.article
    sink.add(article.iri, RDF.type, ZONE.Article)
    sink.add(article.iri, RDFS.label, zh(source.title))
    sink.add(article.iri, DCTERMS.title, zh(source.title))
    sink.add(article.iri, ZONE.sourceFile, Literal(source.source_file))
    if source.published is not None:
        sink.add(article.iri, SCHEMA.datePublished, day(source.published))
    if source.publisher:
        sink.add(article.iri, DCTERMS.publisher, zh(source.publisher))
    if source.url:
        sink.add(article.iri, SCHEMA.url, Literal(source.url))
    for author in article.authors:
        sink.add(article.iri, SCHEMA.author, author)


def _entity(sink: Sink, use: EntityUse, article: str) -> None:
    entity = use.entity
    sink.add(entity.iri, RDF.type, ZONE[entity.type.value])
    if entity.type is EntityType.OFFICIAL:
        sink.add(entity.iri, RDF.type, ZONE.Person)
    if entity.subclass and entity.subclass in ZONE:
        sink.add(entity.iri, RDF.type, ZONE[entity.subclass])
    sink.add(entity.iri, SKOS.prefLabel, zh(entity.name))
    sink.add(entity.iri, RDFS.label, zh(entity.name))
    for name in use.names:
        if name != entity.name:
            sink.add(entity.iri, SKOS.altLabel, zh(name))
    if (scheme := _SCHEMES.get(entity.type)) is not None:
        sink.add(entity.iri, SKOS.inScheme, scheme)
    if entity.type is EntityType.HONOUR and (level := honour_level(entity.name)):
        sink.add(entity.iri, ZONE.honourLevel, ZONE[level])
    sink.add(entity.iri, ZONE.mentionedIn, article)


def post_iri(statement: ResolvedStatement, base_iri: str) -> str:
    """The node of a post: whose, where and which."""
    holder = statement.subject.removeprefix(f"{base_iri}person/")
    where = str(statement.object).removeprefix(base_iri)
    return f"{base_iri}post/{holder}/{where}/{iri_name(statement.title or '任职')}"


Triple = tuple[str, str, str | Literal]


def statement_triples(
    statement: ResolvedStatement, article: ResolvedArticle, types: dict[str, EntityType], base_iri: str
) -> list[Triple]:
    """The triples that a statement becomes; the first is the one that its claims are about."""
    subject, value = statement.subject, statement.object
    match statement.predicate:
        case "officialOf":
            post = post_iri(statement, base_iri)
            triples: list[Triple] = [
                (post, ZONE.postIn, str(value)),
                (post, RDF.type, ZONE.Post),
                (post, ZONE.postHolder, subject),
                (post, RDFS.label, zh(f"{_last(subject)} {statement.title or ''}".strip())),
            ]
            if statement.title:
                triples.append((post, ZONE.postTitle, zh(statement.title)))
            published = article.article.published
            if published is not None:
                triples.append((post, ZONE.postUntil if statement.former else ZONE.postSeen, day(published)))
            if types.get(subject) is EntityType.OFFICIAL and types.get(str(value)) is not EntityType.ENTERPRISE:
                triples.append((subject, ZONE.officialOf, str(value)))
            return triples
        case "status":
            return [(subject, ZONE.status, ZONE[str(value)])]
        case "totalInvestment":
            amount = decimal(Decimal(str(value)))
            if statement.currency and statement.currency != "CNY":
                return [(subject, ZONE.totalInvestmentAmount, amount), (subject, ZONE.currency, Literal(statement.currency))]
            return [(subject, ZONE.totalInvestment, amount)]
        case predicate:
            return [(subject, ZONE[predicate], str(value))]


def _last(iri: str) -> str:
    return iri.rsplit("/", 1)[-1]


def indicator_iri(indicator: str, base_iri: str) -> str:
    """The node of an indicator."""
    return f"{base_iri}indicator/{iri_name(indicator)}"


def _observation(sink: Sink, observation: ResolvedObservation, base_iri: str) -> None:
    node, figure = observation.iri, observation.figure
    indicator = indicator_iri(observation.indicator, base_iri)
    sink.add(indicator, RDF.type, ZONE.Indicator)
    sink.add(indicator, SKOS.prefLabel, zh(observation.indicator))
    sink.add(indicator, RDFS.label, zh(observation.indicator))
    sink.add(indicator, SKOS.inScheme, ZONE.indicatorScheme)
    sink.add(node, RDF.type, ZONE.Observation)
    sink.add(node, QB.dataSet, ZONE.observationDataSet)
    sink.add(node, ZONE.observedEntity, observation.of)
    sink.add(node, ZONE.indicator, indicator)
    if figure.value is not None:
        sink.add(node, ZONE.value, decimal(figure.value))
        sink.add(node, ZONE.unit, Literal(figure.unit or "个"))
    if figure.growth is not None:
        sink.add(node, ZONE.growthRate, decimal(figure.growth))
    if figure.is_share:
        sink.add(node, ZONE.isShare, boolean(True))
    if figure.rank is not None:
        sink.add(node, ZONE.rank, integer(figure.rank))
    if figure.period_start is not None:
        sink.add(node, ZONE.periodStart, day(figure.period_start))
    if figure.period_end is not None:
        sink.add(node, ZONE.periodEnd, day(figure.period_end))
    if figure.period_text:
        sink.add(node, ZONE.periodText, zh(figure.period_text))
    if figure.is_target:
        sink.add(node, ZONE.isTarget, boolean(True))


@cache
def _levels() -> tuple[tuple[str, tuple[str, ...]], ...]:
    rows = load_yaml(files("kg_build.graph").joinpath("data", "honour_levels.yaml").read_text(encoding="utf-8"))
    return tuple((row["level"], tuple(row["begins"])) for row in rows)


def honour_level(name: str) -> str | None:
    """The local name of an honour's level, as its name tells it."""
    for level, begins in _levels():
        if name.startswith(begins):
            return level
    index = place_index()
    by_level = {"province": "provincialLevel", "prefecture": "municipalLevel", "county": "countyLevel"}
    for length in range(min(index.longest, len(name)), 1, -1):
        if found := index.candidates(name[:length]):
            return by_level.get(found[0].level)
    return next((level for level, begins in _levels() if begins[0] in name), None)
