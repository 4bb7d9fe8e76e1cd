"""``zonekg load``."""

from __future__ import annotations

from pathlib import Path

import click

from kg_build.cli.options import settings, store_option


@click.command("load")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@store_option
def command(files: tuple[str, ...], store: Path | None) -> None:
    """Load RDF files (Turtle, TriG, N-Triples, N-Quads, RDF/XML, JSON-LD) into the store, each into a graph of its own.

    \b
    zonekg load gazetteer.ttl links.nq
    """
    chosen = settings(store=store)
    from kg_build.build import finish
    from kg_build.graph.quads import Graphs
    from kg_build.store import load_files, open_for_build

    with open_for_build(chosen.store) as build:
        done = load_files(build, files, graph_prefix=Graphs(chosen.base_iri)["loaded/"])
        finish(build, chosen)
    for one in done:
        click.echo(f"{one.path}: {one.quads} quads, graph <{one.graph}>")
