"""The whole line: files → articles → annotated text → statements → resolved graph → store. One build, all or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg_build.errors import InputError, ZonekgError
from kg_build.exchange.articles import article_graphs
from kg_build.exchange.description import redescribe
from kg_build.graph.claims import claim_quads, conform
from kg_build.graph.mapping import article_quads
from kg_build.graph.provenance import SEPARATOR, activity_iri, provenance_quads
from kg_build.graph.quads import Graphs
from kg_build.graph.repair import mend
from kg_build.graph.shapes import Violation
from kg_build.linking.graph import rewrite_places
from kg_build.model import Article, EntityType, Extraction, ResolvedArticle, SourceDocument
from kg_build.reading import FileReport, Found, find_sources, read_articles, read_documents
from kg_build.resolution import Known, article_path, only_sure, resolve
from kg_build.settings import Settings
from kg_build.store import Build, open_for_build
from ontology.documents import ontology_triples
from ontology.terms import ONTOLOGY, PROV, RDF, SKOS, ZONE

CHECKED_AT_ONCE = 100
"""Articles whose graphs are checked against the shapes together; the checker's memory grows with it."""

_SURROGATE = re.compile("[\ud800-\udfff]")

Progress = Callable[[str, int, int], None]
"""Told the stage, how many are done and how many there are."""


@dataclass(slots=True)
class BuildReport:
    """What a build did."""

    files: int = 0
    articles: int = 0
    statements: int = 0
    observations: int = 0
    quads: int = 0
    errors: list[ZonekgError] = field(default_factory=list)
    """One a file (or row) that was left out."""
    violations: list[Violation] = field(default_factory=list)
    reports: list[FileReport] = field(default_factory=list)


def software_version() -> str:
    """The installed version of zonekg."""
    try:
        return version("zonekg")
    except PackageNotFoundError:
        return "0+source"


def _quiet(_stage: str, _done: int, _of: int) -> None:
    """The progress of a build that nobody watches."""


def build(
    paths: Sequence[str | Path],
    settings: Settings,
    *,
    fresh: bool = False,
    published: date | None = None,
    strict: bool = False,
    infer: bool | None = None,
    progress: Progress = _quiet,
) -> BuildReport:
    """Read files and add what they say to the store.

    Args:
        paths: Files, folders, globs or ``-``.
        settings: Where the store is, which pipeline reads, what IRIs begin with.
        fresh: Begin with an empty store.
        published: The date of articles that don't tell theirs.
        strict: Stop at the first file that can't be read; else it is left out and told in the report.
        infer: Add what follows by OWL 2 RL, in a graph of its own; None: where the store has such a graph already.
        progress: Told how far the build is.

    Raises:
        InputError: With ``strict``, or when none of the files could be read.
        StoreError: The store is in use, damaged or can't be written; it is as it was before.
    """
    report = BuildReport()
    with open_for_build(settings.store, fresh=fresh) as target:
        documents, extractions, pipeline = _read(paths, settings, published, strict, progress, report)
        if not documents:
            first = report.errors[0] if report.errors else InputError(", ".join(map(str, paths)), "no readable file")
            raise first
        _write(target, documents, extractions, pipeline, settings, progress, report)
        progress("finishing", 0, 1)
        finish(target, settings, infer=infer)
        progress("finishing", 1, 1)
        report.quads = len(target.database)
    return report


def remove(names: Iterable[str], settings: Settings) -> int:
    """Take files (by their ``zone:sourceFile``) out of the store; the number of articles that went.

    What was inferred is inferred anew. Raises `InputError` for a name that the store doesn't have; nothing is removed then.
    """
    with open_for_build(settings.store) as target:
        wanted = list(dict.fromkeys(names))
        known = _source_files(target)
        for name in wanted:
            if name not in known:
                raise InputError(name, "the store has no article of that file (see `zonekg stats --files`)")
        gone = _remove_files(target, wanted, settings)
        _rewrite_places(target, settings)
        _drop_unused_activities(target, settings)
        finish(target, settings)
    return gone


def finish(target: Build, settings: Settings, *, infer: bool | None = None) -> None:
    """Make anew what follows from the rest of a store: the inferred triples and the description. The last step of a change.

    Args:
        target: The version in the making.
        settings: What IRIs begin with, the licence.
        infer: Whether to infer; None: where the store has a graph of inferred triples already, be it empty.
    """
    graphs = Graphs(settings.base_iri)
    inferred = ox.NamedNode(graphs["inferred"])
    if infer is None:
        infer = target.database.contains_named_graph(inferred)
    target.remove_graph(inferred)
    if infer:
        target.database.add_graph(inferred)  # It stays where nothing follows yet, so that later builds infer, too.
        target.extend(ox.Quad(t.subject, t.predicate, t.object, inferred) for t in _inferred(target.database, graphs))
    redescribe(target.database, settings.base_iri, settings.licence)


def _inferred(database: ox.Store, graphs: Graphs) -> list[ox.Triple]:
    from kg_build.graph.inference import inferred_triples  # noqa: PLC0415

    ontology = (q.triple for q in database.quads_for_pattern(None, None, None, ox.NamedNode(ONTOLOGY)))
    names = (*article_graphs(database), ox.NamedNode(graphs["places"]))
    data = (q.triple for name in names for q in database.quads_for_pattern(None, None, None, name))
    return inferred_triples(ontology, data)


def _read(
    paths: Sequence[str | Path],
    settings: Settings,
    published: date | None,
    strict: bool,
    progress: Progress,
    report: BuildReport,
) -> tuple[list[SourceDocument], list[Extraction], str]:
    # spaCy takes a second to import: not before there is something to read.
    from kg_build.extraction import extract, year_of_page  # noqa: PLC0415
    from kg_build.language import load_pipeline, load_second_opinion, pipeline_id  # noqa: PLC0415

    documents: list[SourceDocument] = []
    articles: list[tuple[Article, int | None]] = []
    for document in _documents(paths, settings, strict, report):
        try:
            result = read_articles(document, date=published)
            if (length := max((len(a.text) for a in result.articles), default=0)) > settings.max_article_length:
                reason = f"a story of {length} characters, the limit is {settings.max_article_length} (max_article_length)"
                raise InputError(document.source_file, reason)
        except ZonekgError as error:
            _left_out(error, strict, report)
            continue
        documents.append(document)
        report.reports.append(result.report)
        year = year_of_page(document.text)
        articles.extend((article, year) for article in result.articles)
    if not documents:
        return [], [], ""
    nlp, second = load_pipeline(settings.pipeline), load_second_opinion(settings.second_opinion)
    extractions = []
    for number, (article, year) in enumerate(articles):
        progress("reading", number, len(articles))
        extractions.append(extract(nlp, article, page_year=year, second=second))
    progress("reading", len(articles), len(articles))
    return documents, extractions, SEPARATOR.join([pipeline_id(nlp), *([second.id] if second else [])])


def _documents(paths: Sequence[str | Path], settings: Settings, strict: bool, report: BuildReport) -> Iterator[SourceDocument]:
    paths_of: dict[str, Path] = {}
    store = settings.store.resolve()
    for found in find_sources(paths, on_error=lambda error: _left_out(error, strict, report)):
        if store in found.path.resolve().parents:
            continue  # `zonekg build .` with the store below: its files are no pages
        try:
            _check_name(found)
            # Two spellings of a name (é in one or in two code points) would get one IRI.
            other = paths_of.setdefault(article_path(found.source_file), found.path)
            if other != found.path:
                reason = f"{other} is called {found.source_file} in this build already; build their common folder"
                raise InputError(found.path, reason)
            yield from map(_without_surrogates, read_documents(found, settings.max_file_size))
            report.files += 1
        except ZonekgError as error:
            _left_out(error, strict, report)


def _check_name(found: Found) -> None:
    try:
        found.source_file.encode()
    except UnicodeEncodeError:
        raise InputError(
            str(found.path).encode("utf-8", "backslashreplace").decode(),
            "its name is not UTF-8, so the graph can't tell it; rename it",
        ) from None


def _without_surrogates(document: SourceDocument) -> SourceDocument:
    """The document with U+FFFD for each half of a surrogate pair: JSON can hold one, no graph can."""
    texts = ("text", "title", "url", "author", "publisher")
    clean: dict[str, Any] = {
        name: _SURROGATE.sub("\ufffd", value) for name in texts if (value := getattr(document, name)) and _SURROGATE.search(value)
    }
    return replace(document, **clean) if clean else document


def _left_out(error: ZonekgError, strict: bool, report: BuildReport) -> None:
    if strict:
        raise error
    report.errors.append(error)


def _write(
    target: Build,
    documents: Sequence[SourceDocument],
    extractions: Sequence[Extraction],
    pipeline: str,
    settings: Settings,
    progress: Progress,
    report: BuildReport,
) -> None:
    base = settings.base_iri
    known = list(_known(target.database, base))
    _remove_files(target, list(dict.fromkeys(d.source_file for d in documents)), settings)
    resolved = [only_sure(article, settings.min_confidence) for article in resolve(extractions, base, known)]
    activity = activity_iri(base, software_version(), pipeline)
    target.extend(_checked(resolved, base, activity, progress, report))
    for document in documents:
        target.add_text(document.source_file, document.text, document.row)
    target.extend(provenance_quads(base, software_version(), pipeline))
    _rewrite_places(target, settings)
    _drop_unused_activities(target, settings)
    _rewrite_ontology(target)
    report.articles = len(resolved)
    report.statements = sum(len(a.statements) for a in resolved)
    report.observations = sum(len(a.observations) for a in resolved)


def _checked(
    resolved: Sequence[ResolvedArticle], base: str, activity: str, progress: Progress, report: BuildReport
) -> Iterator[ox.Quad]:
    """The quads of articles and of their claims that break no shape; what breaks one goes into the report."""
    for start in range(0, len(resolved), CHECKED_AT_ONCE):
        progress("checking", start, len(resolved))
        batch = resolved[start : start + CHECKED_AT_ONCE]
        parts: list[tuple[list[ox.Quad], list[ox.Quad]]] = []
        for article in batch:
            quads, claims = article_quads(article, base), claim_quads(article, base, activity)
            parts.append((quads, claims) if conform(article) else ([*quads, *claims], []))
        kept, broken = mend(parts)
        report.violations.extend(broken)
        yield from kept
    progress("checking", len(resolved), len(resolved))


def _source_files(target: Build) -> set[str]:
    return {
        q.object.value
        for q in target.database.quads_for_pattern(None, ox.NamedNode(ZONE.sourceFile), None, None)
        if isinstance(q.object, ox.Literal)
    }


def _remove_files(target: Build, names: Sequence[str], settings: Settings) -> int:
    """Remove the articles of these files with their claims and texts; the number of articles."""
    database = target.database
    claims = ox.NamedNode(Graphs(settings.base_iri)["claims"])
    gone = 0
    for name in names:
        found = [
            q.subject
            for q in database.quads_for_pattern(None, ox.NamedNode(ZONE.sourceFile), ox.Literal(name), None)
            if isinstance(q.subject, ox.NamedNode)
        ]
        for article in found:
            derived = database.quads_for_pattern(None, ox.NamedNode(PROV.wasDerivedFrom), article, claims)
            nodes = [q.subject for q in derived if isinstance(q.subject, ox.NamedNode)]
            quads = [q for node in nodes for q in _with_selectors(database, node, claims)]
            target.remove(quads)
            target.remove_graph(article)
            gone += 1
        target.remove_texts(name)
    return gone


def _with_selectors(database: ox.Store, claim: ox.NamedNode, graph: ox.NamedNode) -> Iterator[ox.Quad]:
    for quad in list(database.quads_for_pattern(claim, None, None, graph)):
        yield quad
        if quad.predicate.value.endswith("#hasSelector") and isinstance(quad.object, ox.NamedNode | ox.BlankNode):
            yield from database.quads_for_pattern(quad.object, None, None, graph)


def _drop_unused_activities(target: Build, settings: Settings) -> None:
    """Take out the activities that made no claim that is still there, and the software that only they name."""
    database, graph = target.database, ox.NamedNode(Graphs(settings.base_iri)["claims"])

    def subjects(kind: str) -> list[ox.NamedNode]:
        found = database.quads_for_pattern(None, ox.NamedNode(RDF.type), ox.NamedNode(kind), graph)
        return [q.subject for q in found if isinstance(q.subject, ox.NamedNode)]

    for kind, link in ((PROV.Activity, PROV.wasGeneratedBy), (PROV.SoftwareAgent, PROV.wasAssociatedWith)):
        for node in subjects(kind):
            if next(database.quads_for_pattern(None, ox.NamedNode(link), node, graph), None) is None:
                target.remove(list(database.quads_for_pattern(node, None, None, graph)))


def _known(database: ox.Store, base_iri: str) -> Iterator[Known]:
    """The entities that the articles of the store name, with all their names."""
    for kind in EntityType:
        if kind is EntityType.PERSON:
            continue  # read below, officials left out
        for node in _of_type(database, kind, base_iri):
            yield _known_entity(database, node, kind, base_iri)
    officials = set(_of_type(database, EntityType.OFFICIAL, base_iri))
    for node in _of_type(database, EntityType.PERSON, base_iri):
        if node not in officials:
            yield _known_entity(database, node, EntityType.PERSON, base_iri)


def _in_article(quad: ox.Quad, base_iri: str) -> bool:
    """Whether an article says it: the ontology's concepts and loaded files hand out no IRIs, whether there yet or not."""
    return isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value.startswith(f"{base_iri}article/")


def _of_type(database: ox.Store, kind: EntityType, base_iri: str) -> list[str]:
    quads = database.quads_for_pattern(None, ox.NamedNode(RDF.type), ox.NamedNode(ZONE[kind.value]), None)
    return sorted({q.subject.value for q in quads if isinstance(q.subject, ox.NamedNode) and _in_article(q, base_iri)})


def _known_entity(database: ox.Store, node: str, kind: EntityType, base_iri: str) -> Known:
    names = {
        predicate: sorted(
            {
                q.object.value
                for q in database.quads_for_pattern(ox.NamedNode(node), ox.NamedNode(predicate), None, None)
                if isinstance(q.object, ox.Literal) and q.object.language == "zh" and _in_article(q, base_iri)
            }
        )
        for predicate in (SKOS.prefLabel, SKOS.altLabel)
    }
    preferred = names[SKOS.prefLabel] or [node.rsplit("/", 1)[-1]]
    return Known(node, kind, preferred[0], tuple(dict.fromkeys((*preferred, *names[SKOS.altLabel]))))


def _rewrite_places(target: Build, settings: Settings) -> None:
    """Make the places' graph anew from the places and zones that the articles name now, and from their links."""
    base = settings.base_iri
    graph = Graphs(base)["places"]
    target.remove_graph(graph)
    nodes = {
        kind: [(node, _known_entity(target.database, node, kind, base).name) for node in _of_type(target.database, kind, base)]
        for kind in (EntityType.PLACE, EntityType.ZONE)
    }
    target.extend(rewrite_places(target.database, nodes[EntityType.PLACE], nodes[EntityType.ZONE], base))


def _rewrite_ontology(target: Build) -> None:
    """Put the ontology's graph of this version in."""
    graph = ox.NamedNode(ONTOLOGY)
    target.replace_graphs([graph], (ox.Quad(t.subject, t.predicate, t.object, graph) for t in ontology_triples()))
