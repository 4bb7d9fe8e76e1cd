"""What an article says surely enough."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kg_build.model import ResolvedArticle
from kg_build.resolution.words import likely_table


def only_sure(article: ResolvedArticle, least: float) -> ResolvedArticle:
    """The article without what is said with less confidence than ``least`` (0 to 1).

    Statements and figures below it go, and so do things whose names are below it, unless something that stays speaks of them.
    """
    statements = tuple(s for s in article.statements if s.confidence >= least)
    observations = tuple(o for o in article.observations if o.figure.confidence >= least)
    used = set(_things(replace(article, statements=statements, observations=observations)))
    entities = tuple(use for use in article.entities if use.confidence >= least or use.entity.iri in used)
    return replace(article, entities=entities, statements=statements, observations=observations)


def without_doubtful(article: ResolvedArticle) -> ResolvedArticle:
    """The article without what rules guess that ``likely.yaml`` calls doubtful, where the confidence is below their mark."""
    marks = likely_table().doubtful
    return replace(article, statements=tuple(s for s in article.statements if s.confidence >= marks.get(s.rule, 0.0)))


def _things(article: ResolvedArticle) -> Iterator[str]:
    yield from article.authors
    for statement in article.statements:
        yield statement.subject
        if statement.is_link:
            yield str(statement.object)
    yield from (observation.of for observation in article.observations)
