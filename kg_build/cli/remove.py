"""``zonekg remove``."""

from __future__ import annotations

from pathlib import Path

import click

from kg_build.cli.options import settings, store_option


@click.command("remove")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@store_option
def command(paths: tuple[str, ...], store: Path | None) -> None:
    """Take files, with all that only they say, out of the store.

    PATH is a file as the store knows it (zone:sourceFile: the path under what was given to build).

    \b
    zonekg remove 2024-11-01_page.txt
    """
    chosen = settings(store=store)
    from kg_build.build import remove

    gone = remove(paths, chosen)
    click.echo(f"{chosen.store}: {gone} articles removed")
