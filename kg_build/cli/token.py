"""``zonekg token``."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg_build.cli.options import settings, store_option

if TYPE_CHECKING:
    from endpoint.writing.tokens import Token

_UNITS = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800}
SCOPES = ("update", "graphs", "both")


def _duration(_context: click.Context, _parameter: click.Parameter, value: str | None) -> int | None:
    if value is None:
        return None
    match = re.fullmatch(r"(\d{1,6})([mhdw])", value)
    if match is None or int(match[1]) == 0:
        raise click.BadParameter("a number and m, h, d or w (minutes, hours, days, weeks): 90d")
    return int(match[1]) * _UNITS[match[2]]


@click.group("token")
def command() -> None:
    """Say who may write over HTTP. A running server sees every change at once; without any token it takes no writes.

    \b
    zonekg token add robot --scope update --expires 90d
    zonekg token list
    zonekg token revoke robot
    """


@command.command("add")
@click.argument("name")
@click.option(
    "--scope",
    type=click.Choice(SCOPES),
    multiple=True,
    default=("both",),
    show_default="both",
    help="Updates at /update, writing at /graphs, or both; may be given more than once.",
)
@click.option("--expires", metavar="TIME", callback=_duration, help="How long it is good, as 12h or 90d  [default: for ever]")
@store_option
def add(name: str, scope: tuple[str, ...], expires: int | None, store: Path | None) -> None:
    """Make a token and print it, this once: only its hash is kept."""
    from endpoint.writing.tokens import SCOPES as ALL
    from endpoint.writing.tokens import TokenFile, tokens_path

    file = TokenFile(tokens_path(settings(store=store)))
    end = None if expires is None else int(time.time()) + expires
    secret = file.add(name, ALL if "both" in scope else tuple(one for one in ALL if one in scope), end)
    click.echo(f"The token of {name}, which can't be shown again:", err=True)
    click.echo(secret)


@command.command("list")
@store_option
def show(store: Path | None) -> None:
    """List the tokens: name, scopes, when made, until when good."""
    from endpoint.writing.tokens import TokenFile, tokens_path

    file = TokenFile(tokens_path(settings(store=store)))
    known = file.tokens()
    if not known:
        click.echo(f"no tokens in {file.path}: the server takes no writes")
    for token in known:
        click.echo(f"{token.name}\t{'+'.join(token.scopes)}\tmade {_day(token.created)}\t{_end(token)}")


@command.command("revoke")
@click.argument("name")
@store_option
def revoke(name: str, store: Path | None) -> None:
    """Make a token worthless, from the next request on."""
    from endpoint.writing.tokens import TokenFile, tokens_path

    TokenFile(tokens_path(settings(store=store))).revoke(name)
    click.echo(f"{name} is revoked")


def _day(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _end(token: Token) -> str:
    if token.expires is None:
        return "for ever"
    return f"{'expired' if token.is_expired(time.time()) else 'until'} {_day(token.expires)}"
