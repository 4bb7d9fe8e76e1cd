"""``zonekg refresh``."""

from __future__ import annotations

from pathlib import Path

import click

from kg_build.cli.options import settings, store_option


@click.command("refresh")
@store_option
def command(store: Path | None) -> None:
    """Make anew what follows from the rest of a store: its description and, where it has such, the inferred triples.

    Every build does that. Use it after updates over HTTP, after which a server describes the store anew but doesn't infer.

    \b
    zonekg refresh
    """
    chosen = settings(store=store)
    from kg_build.build import finish
    from kg_build.store import open_for_build, open_for_reading

    open_for_reading(chosen.store).close()  # A build would make one.
    with open_for_build(chosen.store) as target:
        finish(target, chosen)
        click.echo(f"{chosen.store}: {len(target.database)} statements, described anew")
