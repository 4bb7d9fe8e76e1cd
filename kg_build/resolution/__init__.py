"""Mentions → entities: short names, general words and pronouns within an article, one node across articles, IRIs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from kg_build.model import Article, Entity, EntityUse, Extraction, MentionForm, ResolvedArticle, Role
from kg_build.resolution.article import LocalResolution, resolve_article
from kg_build.resolution.confidence import calibrate
from kg_build.resolution.corpus import ClusterId, Known, resolve_corpus
from kg_build.resolution.names import iri_name
from kg_build.resolution.partners import with_partners
from kg_build.resolution.settling import settle
from kg_build.resolution.statements import resolve_observations, resolve_statements
from kg_build.resolution.sure import only_sure, without_doubtful

__all__ = ["Known", "article_iri", "article_path", "only_sure", "resolve", "settled"]

_SPACE = re.compile(r"(\s+)")


def resolve(
    extractions: Sequence[Extraction], base_iri: str, known: Iterable[Known] = (), *, every: bool = False
) -> tuple[ResolvedArticle, ...]:
    """Resolve the articles together; ``known`` are the entities that a store already holds.

    Guesses that are too doubtful to be said (`without_doubtful`) are left out, but for those who ask for ``every`` one.
    The result doesn't depend on the order of ``extractions`` but for its own order, which is theirs.
    """
    local = [with_partners(settle(resolve_article(e))) for e in extractions]
    entities = resolve_corpus(local, base_iri, known)
    articles = (calibrate(_article(i, one, entities, base_iri)) for i, one in enumerate(local))
    return tuple(articles if every else map(without_doubtful, articles))


def settled(extraction: Extraction) -> Extraction:
    """An article's statements and figures as a build takes them: the rules' weighed against the scorer of pairs."""
    return with_partners(settle(resolve_article(extraction))).extraction


def article_iri(article: Article, base_iri: str) -> str:
    """The IRI of an article: its file's path and its number there."""
    return f"{base_iri}article/{article_path(article.source_file)}/{article.number}"


def article_path(source_file: str) -> str:
    """A file's path in IRIs. White space is encoded and not left out: ``page 1.txt`` and ``page1.txt`` are two files."""
    segments = (_SPACE.split(segment) for segment in source_file.split("/") if segment not in ("", "."))
    return "/".join("".join(quote(part) if part.isspace() else iri_name(part) for part in parts) for parts in segments)


def _article(index: int, local: LocalResolution, entities: dict[ClusterId, Entity], base_iri: str) -> ResolvedArticle:
    extraction = local.extraction
    uses: dict[str, EntityUse] = {}
    for number, cluster in enumerate(local.clusters):
        entity = entities[index, number]
        mentions = [extraction.mentions[m] for m in cluster.mentions]
        named = [m for m in mentions if m.form is MentionForm.NAME] or mentions
        if not named and not any(local.cluster_of.get(m.id) == number for m in extraction.mentions):
            continue
        best = max(named, key=lambda m: (m.confidence, -m.span.start), default=None)
        use = EntityUse(
            entity,
            tuple(sorted(cluster.names)),
            tuple(sorted({m.span for m in mentions})),
            best.confidence if best else 0.5,
            best.rule if best else "story.zone",
        )
        other = uses.get(entity.iri)
        uses[entity.iri] = use if other is None else _joined(other, use)
    authors: list[str] = []
    for who in extraction.article.contributors:
        if who.role is Role.PHOTOGRAPHER:
            continue
        authors.extend(
            entities[index, local.cluster_of[m.id]].iri
            for m in extraction.mentions
            if m.span == who.span and m.id in local.cluster_of
        )
    return ResolvedArticle(
        article=extraction.article,
        iri=article_iri(extraction.article, base_iri),
        entities=tuple(uses[iri] for iri in sorted(uses)),
        authors=tuple(dict.fromkeys(authors)),
        statements=resolve_statements(index, local, entities),
        observations=resolve_observations(index, local, entities, base_iri),
    )


def _joined(a: EntityUse, b: EntityUse) -> EntityUse:
    best = max(a, b, key=lambda u: u.confidence)
    return EntityUse(
        a.entity, tuple(sorted({*a.names, *b.names})), tuple(sorted({*a.spans, *b.spans})), best.confidence, best.rule
    )
