"""``zonekg build``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from kg_build.cli.options import progress, settings, store_option


@click.command("build")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@store_option
@click.option("--fresh", is_flag=True, help="Begin with an empty store.")
@click.option("--date", "published", type=click.DateTime(["%Y-%m-%d"]), help="Date of pages that don't tell theirs.")
@click.option("--pipeline", metavar="NAME", help="Installed spaCy pipeline to read with  [default: the one that ships]")
@click.option("--second-opinion", metavar="NAME", help="Add another analyser's names: lac  [default: none]")
@click.option("--min-confidence", type=click.FloatRange(0, 1), metavar="X", help="Leave out what is said with less confidence.")
@click.option(
    "--infer/--no-infer", default=None, help="Add what follows by OWL 2 RL  [default: where the store has such triples already]"
)
@click.option("--strict", is_flag=True, help="Stop at the first file that can't be read; the store stays as it was.")
@click.option(
    "--report", is_flag=True, help="Tell for each file what was taken as caption, byline or masthead, and what was left unread."
)
def command(
    paths: tuple[str, ...],
    store: Path | None,
    fresh: bool,
    published: datetime | None,
    pipeline: str | None,
    second_opinion: str | None,
    min_confidence: float | None,
    infer: bool | None,
    strict: bool,
    report: bool,
) -> None:
    """Read newspaper pages (.txt, .html, .pdf, .jsonl, .csv; folders, globs, - for standard input) into the store.

    A file that was built before replaces its articles. Either all of the build gets into the store, or nothing.

    \b
    zonekg build pages/ --fresh
    zonekg build 'pages/2024-*.txt' --date 2024-11-01
    cat page.txt | zonekg build -
    """
    chosen = settings(store=store, pipeline=pipeline, second_opinion=second_opinion, min_confidence=min_confidence)
    from kg_build.build import build

    done = build(
        paths,
        chosen,
        fresh=fresh,
        published=published.date() if published else None,
        strict=strict,
        infer=infer,
        progress=progress(),
    )
    if report:
        for one in done.reports:
            click.echo(one.to_text())
    for error in done.errors:
        click.echo(f"zonekg: left out: {' '.join(str(error).split())}", err=True)
    for violation in done.violations:
        click.echo(f"zonekg: kept out of the store: {violation}", err=True)
    click.echo(
        f"{chosen.store}: {done.files} files, {done.articles} articles read: {done.statements} statements, "
        f"{done.observations} figures; {done.quads} quads in the store"
    )
