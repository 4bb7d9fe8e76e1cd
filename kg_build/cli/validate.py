"""``zonekg validate``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg_build.cli.options import settings, store_option


@click.command("validate")
@store_option
def command(store: Path | None) -> None:
    """Check all that the store holds against the shapes (SHACL); exits 6 where something breaks one.

    \b
    zonekg validate --store zonekg.store
    """
    chosen = settings(store=store)
    from kg_build.errors import ValidationError
    from kg_build.graph.shapes import violations
    from kg_build.store import open_for_reading
    from ontology.terms import ONTOLOGY

    with open_for_reading(chosen.store) as reader:
        quads = [q for q in reader.database if getattr(q.graph_name, "value", "") != ONTOLOGY]
        found = violations(quads)
    for violation in found:
        click.echo(str(violation))
    if found:
        raise ValidationError(f"{chosen.store}: {len(found)} violations")
    click.echo(f"{chosen.store}: {len(quads)} quads conform")
    sys.exit(0)
