"""``zonekg explain``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg_build.cli.options import settings, store_option
from kg_build.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg_build.explaining import Account
    from kg_build.settings import Settings


@click.command("explain")
@click.argument("what", metavar="FILE|IRI")
@store_option
@click.option("--pipeline", metavar="NAME", help="Installed spaCy pipeline to read a file with  [default: the one that ships]")
@click.option("--second-opinion", metavar="NAME", help="Add another analyser's names: lac  [default: none]")
@click.option("--sentence", metavar="TEXT", help="Only sentences of the file that contain this.")
@click.option("--tokens", is_flag=True, help="Show tokens, tags and parse of each sentence, too.")
@click.option("--near", is_flag=True, help="Show rules of which all conditions but one held, too.")
@click.option(
    "--html",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    metavar="OUT",
    help="Write all this as a page with drawings of names and parse instead; - is standard output.",
)
def command(
    what: str,
    store: Path | None,
    pipeline: str | None,
    second_opinion: str | None,
    sentence: str | None,
    tokens: bool,
    near: bool,
    html: Path | None,
) -> None:
    """Show how a file is read, sentence by sentence, or which claims say something about a thing of the store.

    Behind ⇒ stands what a build takes, behind ✗ what a rule says and the scorer of pairs finds too unlikely, behind ~ a rule
    that nearly fired and what was missing.

    \b
    zonekg explain page.txt --tokens
    zonekg explain page.txt --sentence 持股 --near
    zonekg explain page.txt --html page.html
    zonekg explain https://w3id.org/zonekg/id/zone/三门峡经济开发区
    """
    chosen = settings(store=store, pipeline=pipeline, second_opinion=second_opinion)
    if what.startswith(("http://", "https://")):
        _explain_iri(what, chosen)
    elif html is None:
        _as_text(_accounts(what, chosen, sentence, near=near), tokens=tokens)
    else:
        _as_page(list(_accounts(what, chosen, sentence, near=True)), what, html)


def _accounts(what: str, chosen: Settings, wanted: str | None, *, near: bool) -> Iterator[Account]:
    """What each article of a file gave; with words that are wanted, only articles with such a sentence."""
    from kg_build.explaining import give_account
    from kg_build.extraction import Trace, extract_with_doc, year_of_page
    from kg_build.language import load_pipeline, load_second_opinion
    from kg_build.reading import find_sources, read_articles, read_documents

    nlp, second = load_pipeline(chosen.pipeline), load_second_opinion(chosen.second_opinion)
    met = False
    for found in find_sources([what]):
        for document in read_documents(found, chosen.max_file_size, warn=_warn):
            for article in read_articles(document).articles:
                trace = Trace() if near else None
                extraction, doc = extract_with_doc(
                    nlp, article, page_year=year_of_page(document.text), second=second, trace=trace
                )
                account = give_account(extraction, doc, trace=trace, containing=wanted)
                if account.sentences or wanted is None:
                    met = True
                    yield account
    if not met:
        raise InputError(what, f"no sentence contains {wanted}")


def _warn(line: str) -> None:
    click.echo(f"zonekg: {_printable(line)}", err=True)


def _printable(text: str) -> str:
    """The text with \\x… for what no output can hold: a file's name may be no UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode()


def _as_text(accounts: Iterator[Account], *, tokens: bool) -> None:
    from kg_build.explaining import lines

    for account in accounts:
        article = account.article
        click.secho(_printable(f"{article.source_file} {article.number}: {article.title}"), bold=True)
        for line in lines(account, tokens=tokens):
            click.echo(line)


def _as_page(accounts: list[Account], what: str, out: Path) -> None:
    from kg_build.explaining import html_page

    data = html_page(accounts, Path(what).name).encode("utf-8", "backslashreplace")
    if str(out) == "-":
        sys.stdout.buffer.write(data)
        return
    try:
        out.write_bytes(data)
    except OSError as error:
        raise InputError(out, f"can't be written: {error.strerror}") from error
    click.echo(f"{out}: {len(accounts)} articles, {sum(len(account.sentences) for account in accounts)} sentences")


CLAIMS = """
SELECT ?claim ?s ?p ?o ?quote ?rule ?confidence ?article ?title (GROUP_CONCAT(?sentence; separator="”, “") AS ?context) WHERE {
  ?claim a zone:Claim ; rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; zone:quote ?quote ; zone:rule ?rule ;
    zone:confidence ?confidence ; prov:wasDerivedFrom ?article .
  OPTIONAL { ?article dcterms:title ?title }
  OPTIONAL { ?claim zone:context ?sentence }
  VALUES ?what { WHAT }
  FILTER (?claim = ?what || ?s = ?what || ?o = ?what || EXISTS { ?s zone:postHolder ?what })
} GROUP BY ?claim ?s ?p ?o ?quote ?rule ?confidence ?article ?title ORDER BY ?article ?s ?p ?o ?quote"""


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
        context = f"\n  named in “{row['context'].value}”" if row["context"] else ""
        click.echo(
            f"{claim}\n  “{row['quote'].value}”{context}\n  {row['title'].value if row['title'] else ''} "
            f"<{row['article'].value}>, rule {row['rule'].value}, confidence {row['confidence'].value}"
        )


def _short(term: Any, chosen: Settings) -> str:
    value = str(term.value)
    return value.removeprefix(chosen.base_iri) if value.startswith(chosen.base_iri) else value.rsplit("#", 1)[-1]
