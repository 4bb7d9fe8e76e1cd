"""Claims: for every statement and every place that makes it a node with the quote, where it stands, rule and confidence.

A claim is an rdf:Statement too (RDF 1.1 Semantics, reification) and points to its article (PROV-O); where the words
stand is said with the selectors of the Web Annotation model, section 4.2.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from decimal import Decimal

from pyoxigraph import Literal, Quad

from kg_build.graph.mapping import Triple, statement_triples
from kg_build.graph.quads import Graphs, Sink, decimal, integer, zh
from kg_build.model import Article, ResolvedArticle, Span
from ontology.terms import OA, PROV, RDF, ZONE

CONTEXT = 24
"""Characters of context beside a quote, so that it can be found again in another copy of the text."""
BYLINE = 0.95
"""How sure it is that who stands in a byline wrote the article."""
LONGEST = 2000
"""Characters of a sentence that are quoted on either side of a name: a page may have no full stop at all."""
_TITLE = re.compile(r"《[^》\n]{1,60}》")
_NAME = re.compile(r"[!-~]+")
_SENTENCE_END = re.compile(r"[。!?！?;；\n]")


def claim_quads(article: ResolvedArticle, base_iri: str, activity: str) -> list[Quad]:
    """The claims of one article, for the claims' graph."""
    sink = Sink(Graphs(base_iri)["claims"])
    types = {use.entity.iri: use.entity.type for use in article.entities}
    named = _Named(article)
    prefix = article.iri.replace(f"{base_iri}article/", f"{base_iri}claim/", 1)
    source = article.article
    for use in article.entities:
        if use.spans:
            triple = (use.entity.iri, ZONE.mentionedIn, article.iri)
            _claim(sink, prefix, article, triple, sentence_around(source, use.spans[0]), use.rule, use.confidence, activity)
    for author in article.authors:
        spans = [u.spans[0] for u in article.entities if u.entity.iri == author and u.spans]
        for span in spans:
            triple = (article.iri, "https://schema.org/author", author)
            _claim(sink, prefix, article, triple, sentence_around(source, span), "reading.byline", BYLINE, activity)
    for statement in article.statements:
        first, *rest = statement_triples(statement, article, types, base_iri)
        # A post is claimed by where it is; the shortcut that follows from it is a statement that people ask for, too.
        ends = (statement.subject, str(statement.object))
        for span in statement.evidence:
            context = named.around(span, ends)
            for claimed in (first, *(t for t in rest if t[1] == ZONE.officialOf)):
                _claim(sink, prefix, article, claimed, span, statement.rule, statement.confidence, activity, context)
    for observation in article.observations:
        figure = observation.figure
        about = (observation.iri, ZONE.observedEntity, observation.of)
        # Number and noun alone show neither whose figure it is nor when it held.
        span = sentence_around(source, figure.evidence)
        context = named.around(span, (observation.of,))
        _claim(sink, prefix, article, about, span, figure.rule, figure.confidence, activity, context)
    return list(dict.fromkeys(sink.quads))


def conform(article: ResolvedArticle) -> bool:
    """Whether all claims of an article conform to their shapes, by what they are made of.

    They are made alike, so what can be wrong with one is that its words are empty, its rule is no name or its confidence none.
    """
    told = [(use.rule, use.confidence, use.spans) for use in article.entities]
    told += [(statement.rule, statement.confidence, statement.evidence) for statement in article.statements]
    told += [(o.figure.rule, o.figure.confidence, (o.figure.evidence,)) for o in article.observations]
    return all(
        _NAME.fullmatch(rule) is not None
        and 0 <= confidence <= 1
        and all(article.article.text[span.start : span.end].strip() for span in spans)
        for rule, confidence, spans in told
    )


def sentence_around(article: Article, span: Span) -> Span:
    """The sentence of the text in which a range stands, without white space at its ends."""
    low, high = max(0, span.start - LONGEST), min(len(article.text), span.end + LONGEST)
    start = max((m.end() for m in _SENTENCE_END.finditer(article.text, low, span.start)), default=low)
    # A range that ends like a sentence is one already.
    after = _SENTENCE_END.search(article.text, max(span.start, span.end - 1), high)
    end = after.end() if after else high
    text = article.text[start:end]
    return Span(start + len(text) - len(text.lstrip()), end - (len(text) - len(text.rstrip())))


class _Named:
    """Where an article speaks of its entities, and where it does so by a name: 该区 and 公司 tell a reader nothing."""

    def __init__(self, article: ResolvedArticle) -> None:
        self._article = article.article
        text = self._article.text
        self._titles = [Span(*m.span()) for m in _TITLE.finditer(text)]
        self._spoken: dict[str, list[Span]] = {}
        self._places: dict[str, list[Span]] = {}
        for use in article.entities:
            spoken = self._spoken[use.entity.iri] = sorted(use.spans, key=lambda span: span.start)
            named = [s for s in spoken if text[s.start : s.end] in use.names]
            # A document that is called after a zone doesn't say that the next sentence is about it.
            told = [s for s in named if not self._is_in_title(s)]
            self._places[use.entity.iri] = told or named or spoken

    def around(self, quote: Span, iris: Iterable[str]) -> tuple[Span, ...]:
        """What tells of entities that a quote doesn't name: the rest of its sentence where it speaks of them, and the sentence
        nearest to it, one before it first, that names them. An entity that the article never names has the nearest words for it.
        """
        sentence = sentence_around(self._article, quote)
        found: set[Span] = set()
        for iri in iris:
            places, spoken = self._places.get(iri, ()), self._spoken.get(iri, ())
            if not places or _is_within(quote, places):
                continue
            if _is_within(sentence, spoken) and not _is_within(quote, spoken):
                found.add(sentence)
            if not _is_within(sentence, places):
                behind = bisect_left(places, quote.start, key=lambda span: span.start)
                found.add(sentence_around(self._article, places[max(behind - 1, 0)]))
        return tuple(sorted((s for s in found if not quote.contains(s)), key=lambda span: span.start))

    def _is_in_title(self, span: Span) -> bool:
        return any(title.contains(span) for title in self._titles)


def _is_within(part: Span, places: Sequence[Span]) -> bool:
    return any(part.contains(place) for place in places)


def _claim(
    sink: Sink,
    prefix: str,
    article: ResolvedArticle,
    triple: Triple,
    span: Span,
    rule: str,
    confidence: float,
    activity: str,
    context: Iterable[Span] = (),
) -> None:
    subject, predicate, value = triple
    text = article.article.text
    key = "\n".join((subject, predicate, str(value), str(span.start), str(span.end)))
    node = f"{prefix}/{hashlib.sha256(key.encode()).hexdigest()[:16]}"
    sink.add(node, RDF.type, ZONE.Claim)
    sink.add(node, RDF.type, RDF.Statement)
    sink.add(node, RDF.subject, subject)
    sink.add(node, RDF.predicate, predicate)
    sink.add(node, RDF.object, value)
    sink.add(node, PROV.wasDerivedFrom, article.iri)
    sink.add(node, PROV.wasGeneratedBy, activity)
    sink.add(node, ZONE.quote, zh(text[span.start : span.end]))
    for sentence in context:
        sink.add(node, ZONE.context, zh(text[sentence.start : sentence.end]))
    sink.add(node, ZONE.rule, Literal(rule))
    sink.add(node, ZONE.confidence, decimal(Decimal(f"{confidence:.3f}")))
    for place in article.article.to_source(span):
        selector = f"{node}/{place.start}-{place.end}"
        sink.add(node, OA.hasSelector, selector)
        sink.add(selector, RDF.type, OA.TextPositionSelector)
        sink.add(selector, OA.start, integer(place.start))
        sink.add(selector, OA.end, integer(place.end))
    selector = f"{node}/quote"
    sink.add(node, OA.hasSelector, selector)
    sink.add(selector, RDF.type, OA.TextQuoteSelector)
    sink.add(selector, OA.exact, zh(text[span.start : span.end]))
    if before := text[max(0, span.start - CONTEXT) : span.start].replace("\n", " ").strip():
        sink.add(selector, OA.prefix, zh(before))
    if after := text[span.end : span.end + CONTEXT].replace("\n", " ").strip():
        sink.add(selector, OA.suffix, zh(after))
