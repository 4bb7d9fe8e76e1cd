"""``zonekg serve``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg_build.cli.options import settings, store_option

if TYPE_CHECKING:
    from kg_build.settings import Settings


@click.command("serve")
@store_option
@click.option("--host", help="Address to listen on  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on, 0 for any free one  [default: 8000]")
@click.option("--check", is_flag=True, help="Only check what a server needs, a line each; exits with 1 where it wouldn't start.")
def command(store: Path | None, host: str | None, port: int | None, check: bool) -> None:
    """Serve the store: SPARQL at /sparql, things at /id/…, the ontology at /ontology, dumps at /dump/….

    \b
    zonekg serve --port 8080
    curl -G localhost:8080/sparql --data-urlencode 'query=SELECT * { ?zone a <https://w3id.org/zonekg/ontology#Zone> }'
    """

    def read() -> Settings:
        return settings(store=store, host=host, port=port)

    chosen = read()
    if check:
        from endpoint.operation.checking import check as look

        findings = look(chosen)
        for finding in findings:
            click.echo(finding)
        if not all(finding.is_good for finding in findings):
            raise SystemExit(1)
        return
    from endpoint.operation.logs import Log
    from endpoint.server import serve

    log = Log(chosen)

    def again() -> Settings:
        new = read()
        log.reopen(new)
        return new

    try:
        serve(chosen, reload=again, confined=True)
    finally:
        log.close()
