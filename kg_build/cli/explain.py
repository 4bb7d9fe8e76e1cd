"""``zonekg explain``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg_build.cli.options import settings, store_option
from kg_build.errors import InputError

if TYPE_CHECKING:
    from kg_build.model import Extraction, Mention, Span
    from kg_build.settings import Settings


@click.command("explain")
@click.argument("what", metavar="FILE|IRI")
@store_option
@click.option("--pipeline", metavar="NAME", help="Installed spaCy pipeline to read a file with  [default: the one that ships]")
@click.option("--second-opinion", metavar="NAME", help="Add another analyser's names: lac  [default: none]")
@click.option("--sentence", metavar="TEXT", help="Only sentences of the file that contain this.")
@click.option("--tokens", is_flag=True, help="Show tokens, tags and parse of each sentence, too.")
def command(
    what: str, store: Path | None, pipeline: str | None, second_opinion: str | None, sentence: str | None, tokens: bool
) -> None:
    """Show how a file is read, sentence by sentence, or which claims say something about a thing of the store.

    Behind ⇒ stands what a build takes, behind ✗ what a rule says and the scorer of pairs finds too unlikely.

    \b
    zonekg explain page.txt --tokens
    zonekg explain https://w3id.org/zonekg/id/zone/三门峡经济开发区
    """
    chosen = settings(store=store, pipeline=pipeline, second_opinion=second_opinion)
    if what.startswith(("http://", "https://")):
        _explain_iri(what, chosen)
    else:
        _explain_file(what, chosen, sentence, tokens)


def _explain_file(what: str, chosen: Settings, wanted: str | None, tokens: bool) -> None:
    from kg_build.extraction import extract_with_doc, year_of_page
    from kg_build.language import load_pipeline, load_second_opinion
    from kg_build.reading import find_sources, read_articles, read_documents

    nlp, second = load_pipeline(chosen.pipeline), load_second_opinion(chosen.second_opinion)
    for found in find_sources([what]):
        for document in read_documents(found, chosen.max_file_size):
            for article in read_articles(document).articles:
                extraction, doc = extract_with_doc(nlp, article, page_year=year_of_page(document.text), second=second)
                click.secho(f"{article.source_file} {article.number}: {article.title}", bold=True)
                for line in _article_lines(extraction, doc, wanted, tokens):
                    click.echo(line)


def _article_lines(extraction: Extraction, doc: Any, wanted: str | None, tokens: bool) -> list[str]:
    from kg_build.model import Span
    from kg_build.resolution import settled

    lines: list[str] = []
    weighed = settled(extraction)
    gone = replace(
        extraction,
        statements=tuple(s for s in extraction.statements if s not in weighed.statements),
        observations=tuple(o for o in extraction.observations if o not in weighed.observations),
    )
    for sentence in doc.sents:
        text = sentence.text.strip()
        if not text or (wanted is not None and wanted not in text):
            continue
        here = Span(sentence.start_char, sentence.end_char)
        lines.append(f"\n{text}")
        if tokens:
            lines.append("  " + " ".join(f"{t.text}/{t.tag_}/{t.dep_}→{t.head.text}" for t in sentence if not t.is_space))
        lines += [f"  {_mention_line(m)}" for m in extraction.mentions if len(m.span) and here.contains(m.span)]
        lines += [f"  ⇒ {line}" for line in _statement_lines(weighed, here)]
        lines += [f"  ✗ {line}" for line in _statement_lines(gone, here)]
    return lines


def _mention_line(mention: Mention) -> str:
    more = f" = {mention.expansion}" if mention.expansion else ""
    return f"[{mention.name}]{more} {mention.type} {mention.form} {mention.confidence:.2f} ({mention.rule})"


def _statement_lines(extraction: Extraction, here: Span) -> list[str]:
    def name(end: object) -> str:
        if isinstance(end, int):
            return extraction.mentions[end].name or "(the story's zone)"
        return str(end)

    lines = [
        f"{name(s.subject)} {s.predicate} {name(s.object)}{f' “{s.title}”' if s.title else ''} "
        f"{s.confidence:.2f} {s.strength} ({s.rule})"
        for s in extraction.statements
        if here.contains(s.evidence)
    ]
    for o in extraction.observations:
        if here.contains(o.evidence):
            growth = f" {o.growth:+}%" if o.growth is not None else ""
            period = f" [{o.period_start or ''}..{o.period_end or ''}]" if o.period_start or o.period_end else ""
            target = " target" if o.is_target else ""
            lines.append(f"{name(o.of)}: {o.indicator} = {o.value} {o.unit or ''}{growth}{period}{target} ({o.rule})")
    return lines


CLAIMS = """
SELECT ?claim ?s ?p ?o ?quote ?rule ?confidence ?article ?title WHERE {
  ?claim a zone:Claim ; rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; zone:quote ?quote ; zone:rule ?rule ;
    zone:confidence ?confidence ; prov:wasDerivedFrom ?article .
  OPTIONAL { ?article dcterms:title ?title }
  VALUES ?what { WHAT }
  FILTER (?claim = ?what || ?s = ?what || ?o = ?what || EXISTS { ?s zone:postHolder ?what })
} ORDER BY ?article ?s ?p ?o ?quote"""


def _explain_iri(what: str, chosen: Settings) -> None:
    import pyoxigraph as ox

    from kg_build.store import open_for_reading
    from ontology.terms import PREFIXES

    try:
        node = ox.NamedNode(what)
    except ValueError as error:
        raise InputError(what, "not an IRI") from error
    with open_for_reading(chosen.store) as reader:
        query = CLAIMS.replace("WHAT", str(node))
        found: Any = reader.query(query, prefixes=PREFIXES)
        rows = list(found)
    if not rows:
        raise InputError(what, "the store has no claim about it")
    for row in rows:
        claim = " ".join(_short(row[v], chosen) for v in ("s", "p", "o"))
        click.echo(
            f"{claim}\n  “{row['quote'].value}”\n  {row['title'].value if row['title'] else ''} "
            f"<{row['article'].value}>, rule {row['rule'].value}, confidence {row['confidence'].value}"
        )


def _short(term: Any, chosen: Settings) -> str:
    value = str(term.value)
    return value.removeprefix(chosen.base_iri) if value.startswith(chosen.base_iri) else value.rsplit("#", 1)[-1]
