"""``zonekg evaluate``."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import click

from kg_build.cli.options import settings, store_option
from kg_build.errors import InputError, ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg_build.store import Reader

NAMES = ("table", "json", "html")
SUFFIXES = {".json": "json", ".html": "html", ".htm": "html"}


@click.command("evaluate")
@click.argument("gold", nargs=-1, required=True, metavar="GOLD…")
@store_option
@click.option("--format", "format_", type=click.Choice(NAMES), help="[default: by the ending of FILE, else table]")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="[default: standard output]"
)
@click.option("--errors", is_flag=True, help="List what is missing (-) and what is wrong (+) in the table, too.")
@click.option(
    "--floor", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="JSON of rows and the least F each must have."
)
def command(
    gold: tuple[str, ...],
    store: Path | None,
    format_: str | None,
    as_json: bool,
    output: Path | None,
    errors: bool,
    floor: Path | None,
) -> None:
    """Compare the store with gold annotations (files or folders; format: docs/evaluation.md).

    Scores are told per class, property and rule. JSON and HTML hold the errors, too, each in its sentence.

    \b
    zonekg build seeds/articles --fresh && zonekg evaluate seeds/gold
    zonekg evaluate seeds/gold -o report.html
    """
    chosen = settings(store=store)
    from kg_build.evaluation import load_gold
    from kg_build.evaluation.formats import FORMATS, as_table
    from kg_build.evaluation.report import make_report
    from kg_build.store import open_for_reading

    name = format_ or ("json" if as_json else SUFFIXES.get(output.suffix.lower() if output else "", "table"))
    golds = [g for path in _files(gold) if (g := load_gold(path)) is not None]
    if not golds:
        raise InputError(", ".join(gold), "no gold annotation there")
    floors = {} if floor is None else _floors(floor)
    with open_for_reading(chosen.store) as reader:
        texts = (lambda stem: _texts(reader, stem)) if chosen.texts else None
        report = make_report(reader.database, golds, texts, floors)
    _write(as_table(report, errors=errors) if name == "table" else FORMATS[name](report), output)
    if report.fallen:
        raise ValidationError(f"scores fell: {'; '.join(f'{row} {f:.3f} < {floors[row]}' for row, f in report.fallen.items())}")


def _texts(reader: Reader, stem: str) -> Iterator[tuple[str, int | None, str]]:
    for source_file, row in reader.sources():
        if PurePosixPath(source_file).stem == stem and (text := reader.text(source_file, row)) is not None:
            yield source_file, row, text


def _floors(path: Path) -> dict[str, float]:
    try:
        return {str(name): float(low) for name, low in json.loads(path.read_text(encoding="utf-8")).items()}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise InputError(path, f"no JSON of rows and numbers: {error}") from error


def _write(text: str, output: Path | None) -> None:
    """To standard output, or to a file that appears when it is complete. What UTF-8 has no bytes for becomes ``?``."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        with click.open_file(str(output), "w", encoding="utf-8", atomic=True) as stream:
            stream.write(text)
    except OSError as error:
        raise InputError(output, f"can't be written: {error.strerror}") from error


def _files(paths: tuple[str, ...]) -> list[Path]:
    found: list[Path] = []
    for name in paths:
        path = Path(name)
        if path.is_dir():
            found.extend(sorted(path.rglob("*.json")))
        elif path.is_file():
            found.append(path)
        else:
            raise InputError(name, "no such file or folder")
    return found
