"""``zonekg evaluate``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from kg_build.cli.options import settings, store_option
from kg_build.errors import InputError, ValidationError


@click.command("evaluate")
@click.argument("gold", nargs=-1, required=True, metavar="GOLD…")
@store_option
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--errors", is_flag=True, help="List what is missing (-) and what is wrong (+), too.")
@click.option(
    "--floor", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="JSON of rows and the least F each must have."
)
def command(gold: tuple[str, ...], store: Path | None, as_json: bool, errors: bool, floor: Path | None) -> None:
    """Compare the store with gold annotations (files or folders; format: docs/evaluation.md).

    \b
    zonekg build seeds/articles --fresh && zonekg evaluate seeds/gold
    """
    chosen = settings(store=store)
    from kg_build.evaluation import evaluate, load_gold
    from kg_build.store import open_for_reading

    golds = [g for path in _files(gold) if (g := load_gold(path)) is not None]
    if not golds:
        raise InputError(", ".join(gold), "no gold annotation there")
    with open_for_reading(chosen.store) as reader:
        result = evaluate(reader.database, golds)
    rows = {name: row for name, row in result.rows.items() if row.said or row.gold}
    if as_json:
        table = {
            name: {"precision": r.precision, "recall": r.recall, "f": r.f, "right": r.right, "said": r.said, "gold": r.gold}
            for name, r in rows.items()
        }
        click.echo(json.dumps(table, ensure_ascii=False, indent=1))
    else:
        if errors:
            click.echo("\n".join(result.errors))
        for name, r in rows.items():
            click.echo(
                f"{name:26} P {r.precision:.3f}  R {r.recall:.3f}  F {r.f:.3f}   "
                f"({r.right} right of {r.said} said, {r.gold} in gold)"
            )
    if floor is not None:
        try:
            least = {str(name): float(low) for name, low in json.loads(floor.read_text(encoding="utf-8")).items()}
        except (OSError, ValueError, AttributeError, TypeError) as error:
            raise InputError(floor, f"no JSON of rows and numbers: {error}") from error
        fallen = [
            f"{n} {result.rows[n].f:.3f} < {low}" for n, low in least.items() if n not in result.rows or result.rows[n].f < low
        ]
        if fallen:
            raise ValidationError(f"scores fell: {'; '.join(fallen)}")


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
