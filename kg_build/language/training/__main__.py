"""``python -m kg_build.language.training``: make the language model that ships."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import click

from kg_build.errors import InputError, ZonekgError


def main(arguments: list[str] | None = None) -> int:
    """Run the workflow; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m kg_build.language.training", description=__doc__)
    parser.add_argument(
        "--corpora",
        type=Path,
        default=os.environ.get("ZONEKG_CORPORA"),
        help="folder with uner_zh_gsdsimp and ud_zh_pud (default: the environment's ZONEKG_CORPORA)",
    )
    parser.add_argument(
        "--pages",
        type=Path,
        default=Path("seeds/corpus"),
        help="folder with the annotated pages and trees (default: %(default)s)",
    )
    parser.add_argument("--out", type=Path, default=Path("kg_build/language/model"), help="where the model goes")
    parser.add_argument("--build", type=Path, default=Path("build/language"), help="where steps keep their results")
    given = parser.parse_args(arguments)
    if given.corpora is None:
        parser.error("say where the corpora are: --corpora DIR or ZONEKG_CORPORA")
    try:
        # Here, not above: without the training extra this is one line, too.
        from kg_build.language.training.workflow import Plan, run
    except ModuleNotFoundError as error:
        click.echo(f"{error.name}: not installed; training needs it (pip install 'zonekg[train]')", err=True)
        return InputError.exit_code
    try:
        if not given.pages.is_dir():
            raise InputError(given.pages, "no such folder of annotated pages")
        run(Plan(corpora=given.corpora, pages=given.pages, out=given.out, build=given.build))
    except ZonekgError as error:
        click.echo(error, err=True)
        return error.exit_code
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
