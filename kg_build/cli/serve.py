"""``zonekg serve``."""

from __future__ import annotations

from pathlib import Path

import click

from kg_build.cli.options import settings, store_option


@click.command("serve")
@store_option
@click.option("--host", help="Address to listen on  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on, 0 for any free one  [default: 8000]")
@click.option("--check", is_flag=True, help="Only check that the settings are good and the store can be served.")
def command(store: Path | None, host: str | None, port: int | None, check: bool) -> None:
    """Serve the store: SPARQL at /sparql, things at /id/…, the ontology at /ontology, dumps at /dump/….

    \b
    zonekg serve --port 8080
    curl -G localhost:8080/sparql --data-urlencode 'query=SELECT * { ?zone a <https://w3id.org/zonekg/ontology#Zone> }'
    """
    chosen = settings(store=store, host=host, port=port)
    if check:
        from kg_build.store import open_for_reading

        with open_for_reading(chosen.store) as reader:
            click.echo(f"{chosen.store}: good, {len(reader.database)} quads; would listen on {chosen.host}:{chosen.port}")
        return
    from endpoint.server import serve

    serve(chosen)
