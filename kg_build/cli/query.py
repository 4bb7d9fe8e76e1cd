"""``zonekg query``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg_build.cli.options import settings, store_option
from kg_build.errors import InputError, QueryError

if TYPE_CHECKING:
    import pyoxigraph as ox

    from kg_build.settings import Settings

RESULTS = ("table", "json", "xml", "csv", "tsv")


@click.command("query")
@click.argument("file", metavar="FILE|-")
@store_option
@click.option(
    "--format", "format_", type=click.Choice(RESULTS), default="table", show_default=True, help="Of SELECT and ASK results."
)
def command(file: str, store: Path | None, format_: str) -> None:
    """Ask a SPARQL query; CONSTRUCT and DESCRIBE give Turtle.

    \b
    zonekg query zones.rq
    echo 'SELECT * { ?zone a <https://w3id.org/zonekg/ontology#Zone> }' | zonekg query -
    """
    chosen = settings(store=store)
    text = _text(file)
    import pyoxigraph as ox

    from kg_build.store import open_for_reading
    from ontology.terms import PREFIXES

    text = _guarded(text, file, chosen)
    with open_for_reading(chosen.store) as reader:
        try:
            result = reader.query(text, union=chosen.union_default_graph, prefixes=PREFIXES)
            if isinstance(result, ox.QueryTriples):
                sys.stdout.buffer.write(ox.serialize(result, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES) or b"")
            elif format_ != "table":
                written = result.serialize(format=_format(format_))
                sys.stdout.buffer.write(written or b"")
            elif isinstance(result, ox.QueryBoolean):
                click.echo("true" if result else "false")
            else:
                _table(result)
        except SyntaxError as error:
            raise QueryError(f"{file}: not a SPARQL query: {error.msg}") from error
        except (ValueError, RuntimeError) as error:
            raise QueryError(f"{file}: can't be evaluated: {error}") from error


def _guarded(text: str, file: str, chosen: Settings) -> str:
    """The query as the endpoint would run it: SERVICE asks the servers that the settings list, and no other."""
    from endpoint.sparql.federation import Federation, ServiceFailedError
    from endpoint.sparql.guard import ServiceRefusedError, TooDeepError

    try:
        return Federation.from_settings(chosen).guard(text, chosen.query_timeout).text
    except ServiceRefusedError:
        raise QueryError(f"{file}: SERVICE is switched off (setting service_hosts)") from None
    except TooDeepError:
        raise QueryError(f"{file}: brackets nested too deeply") from None
    except ServiceFailedError as error:
        raise QueryError(f"{file}: {error}") from None
    except SyntaxError as error:
        raise QueryError(f"{file}: not a SPARQL query: {error.msg}") from error


def _text(file: str) -> str:
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise InputError(file, error.strerror or "can't be read") from error
    except UnicodeDecodeError as error:
        raise InputError(file, "not UTF-8 text") from error


def _format(name: str) -> ox.QueryResultsFormat:
    import pyoxigraph as ox

    return {
        "json": ox.QueryResultsFormat.JSON,
        "xml": ox.QueryResultsFormat.XML,
        "csv": ox.QueryResultsFormat.CSV,
        "tsv": ox.QueryResultsFormat.TSV,
    }[name]


def _table(result: ox.QuerySolutions) -> None:
    """Columns parted by tabs, for a person: values alone, without datatypes and brackets."""
    click.echo("\t".join(v.value for v in result.variables))
    for row in result:
        click.echo("\t".join("" if term is None else str(getattr(term, "value", term)) for term in row))
