"""What several commands share: the store's option, settings, progress."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from kg_build.settings import Settings

Function = TypeVar("Function", bound=Callable[..., Any])


def store_option(function: Function) -> Function:
    """``--store DIR``."""
    return click.option(
        "--store",
        type=click.Path(path_type=Path, file_okay=True),
        help="Folder of the store  [default: zonekg.store; setting: store, ZONEKG_STORE]",
    )(function)


def settings(**given: Any) -> Settings:
    """The settings, what was given on the command line over the rest."""
    return Settings.load(**given)


def progress() -> Callable[[str, int, int], None]:
    """A progress bar on a terminal; nothing where the output goes elsewhere."""
    if not sys.stderr.isatty():
        return lambda _stage, _done, _of: None
    from tqdm import tqdm

    bars: dict[str, tqdm[Any]] = {}

    def show(stage: str, done: int, of: int) -> None:
        if stage not in bars:
            bars[stage] = tqdm(total=of, desc=stage, unit=" articles", leave=False)
        bars[stage].update(done - bars[stage].n)
        if done >= of:
            bars[stage].close()

    return show
