"""The command line: a module a command, each loaded when it is called, so that ``--help`` is instant."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

import click

from kg_build.errors import ZonekgError

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = {
    "build": "Read newspaper pages and add what they say to the store.",
    "remove": "Take files out of the store.",
    "refresh": "Make anew what follows from the rest: description, inferred triples.",
    "load": "Load other people's RDF into the store.",
    "link": "Link the graph's things to gazetteers.",
    "serve": "Serve the store by SPARQL and as linked data.",
    "export": "Write the graph to a file.",
    "validate": "Check the store against the shapes.",
    "query": "Ask the store a SPARQL query.",
    "stats": "Count what the store holds.",
    "token": "Say who may write over HTTP.",
    "evaluate": "Compare the store with gold annotations.",
    "explain": "Show how a file was read, or where a statement comes from.",
}
"""Name and one line of help; the module of the same name (``evaluate.py`` …) has the command as ``command``."""


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"kg_build.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def main(self, args: Sequence[str] | None = None, *rest: Any, **extra: Any) -> Any:
        """Run; an error of the program is one clear line and its exit code, never a traceback."""
        try:
            return super().main(args, *rest, **{**extra, "standalone_mode": True})
        except ZonekgError as error:
            click.echo(f"zonekg: {_line(str(error))}", err=True)
            sys.exit(error.exit_code)


def _line(text: str) -> str:
    """A text as one line for a terminal, which would do as control characters, quoted from a file, tell it."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in " ".join(text.split()))


@click.group(
    cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]}, epilog="Settings: zonekg.toml, ZONEKG_… ; see the docs."
)
@click.version_option(package_name="zonekg", message="%(prog)s %(version)s")
def main() -> None:
    """Read Chinese newspaper stories about development zones into a knowledge graph, and serve it.

    \b
    zonekg build pages/              read every page of a folder
    zonekg serve                     SPARQL at http://127.0.0.1:8000/sparql
    zonekg export -o zones.ttl       the graph as Turtle
    """
