"""``zonekg stats``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg_build.cli.options import settings, store_option

if TYPE_CHECKING:
    from kg_build.store import Reader


@click.command("stats")
@store_option
@click.option("--files", is_flag=True, help="List the files that the articles came from instead.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(store: Path | None, files: bool, as_json: bool) -> None:
    """Count entities by class, statements by property, and graphs.

    \b
    zonekg stats
    zonekg stats --files --json
    """
    chosen = settings(store=store)
    from kg_build.store import open_for_reading

    with open_for_reading(chosen.store) as reader:
        table = _files(reader) if files else _counts(reader)
    if as_json:
        click.echo(json.dumps(table, ensure_ascii=False, indent=1))
        return
    for name, value in table.items():
        if isinstance(value, dict):
            click.echo(f"{name}:")
            for key, count in value.items():
                click.echo(f"  {count:>8}  {key}")
        else:
            click.echo(f"{name}: {value}")


def _counts(reader: Reader) -> dict[str, object]:
    from ontology.terms import CORE_CLASSES, PROPERTIES, ZONE

    classes = _count(reader, "SELECT ?key (COUNT(DISTINCT ?s) AS ?n) { ?s a ?key } GROUP BY ?key")
    properties = _count(reader, "SELECT ?key (COUNT(*) AS ?n) { ?s ?key ?o } GROUP BY ?key")
    return {
        "quads": len(reader.database),
        "graphs": sum(1 for _ in reader.database.named_graphs()),
        "entities": {ZONE.local(k): n for k, n in classes.items() if ZONE.local(k) in CORE_CLASSES},
        "statements": {ZONE.local(k): n for k, n in properties.items() if ZONE.local(k) in PROPERTIES},
    }


def _files(reader: Reader) -> dict[str, object]:
    from ontology.terms import ZONE

    query = f"SELECT ?key (COUNT(DISTINCT ?a) AS ?n) {{ ?a <{ZONE.sourceFile}> ?key }} GROUP BY ?key"
    return {"files": dict(sorted(_count(reader, query).items()))}


def _count(reader: Reader, query: str) -> dict[str, int]:
    """Rows ?key ?n, the most first."""
    rows: Any = reader.query(query)
    counts = {row["key"].value: int(row["n"].value) for row in rows}
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
