"""``python -m kg_build.language.training STEP``: one step of making the language model that ships; ``project.yml`` calls them."""

from __future__ import annotations

import argparse
import inspect
from pathlib import Path

import click

from kg_build.errors import InputError, ZonekgError
from kg_build.language.training.steps import STEPS

HELP = {
    "config": "recipes of segmenter, network and pairs",
    "corpora": "folder with uner_zh_gsdsimp and ud_zh_pud",
    "pages": "folder with the annotated pages and trees",
    "labels": "folder where CoreNLP's results are kept",
    "begin": "weights that training begins with",
    "own": "samples of the annotated pages",
    "general": "samples of the general text",
    "segmenter": "folder of the trained segmenter",
    "network": "folder of the trained encoder and parser",
    "pairs": "folder of the trained scorer of pairs",
    "out": "where the result goes, in place of an earlier one",
}


def main(arguments: list[str] | None = None) -> int:
    """Run a step; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m kg_build.language.training", description=__doc__)
    commands = parser.add_subparsers(metavar="STEP", required=True)
    for step in STEPS:
        said = inspect.getdoc(step)
        command = commands.add_parser(step.__name__, help=said, description=said)
        command.set_defaults(step=step)
        for name in inspect.signature(step).parameters:
            command.add_argument(f"--{name}", type=Path, required=True, metavar="PATH", help=HELP[name])
    given = vars(parser.parse_args(arguments))
    try:
        given.pop("step")(**given)
    except ModuleNotFoundError as error:
        click.echo(f"{error.name}: not installed; training needs it (pip install 'zonekg[train]')", err=True)
        return InputError.exit_code
    except ZonekgError as error:
        click.echo(error, err=True)
        return error.exit_code
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
