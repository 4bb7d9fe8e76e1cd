# ruff: noqa: INP001 - a script beside the pages that it writes
"""Runs the commands shown in the pages and puts their output in again: ``python docs/outputs.py``.

A block is marked by a comment and holds one command; the lines that go on begin with ``>``::

    <!-- output -->
    ```console
    $ zonekg stats --store demo.store
    quads: …
    ```

Commands run in a folder with ``seeds``, ``docs`` and ``demo.store``, which is built from ``seeds/articles``.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

DOCS = Path(__file__).resolve().parent
BLOCK = re.compile(r"(?<=<!-- output -->\n)```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def command_of(block: str) -> tuple[str, str]:
    """The command of a block, and the lines that show it."""
    lines = block.splitlines()
    shown = [lines[0], *takewhile(lambda line: line == ">" or line.startswith("> "), lines[1:])]
    return "\n".join(line[2:] for line in shown), "\n".join(shown)


def run(command: str, folder: Path) -> str:
    """What a command prints, on either stream; `RuntimeError` where it fails."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(  # noqa: S603 - the commands of our own pages
        ["bash", "-c", command],  # noqa: S607
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    # Not by pipefail: a command whose reader (`head`) has seen enough ends badly, too.
    if done.returncode or re.search(r"^zonekg: |^Traceback", done.stdout, re.MULTILINE):
        raise RuntimeError(f"{command}\n{done.stdout}")
    return done.stdout


def pages() -> Iterator[Path]:
    """The pages that have such blocks."""
    return (path for path in sorted(DOCS.glob("*.md")) if BLOCK.search(path.read_text(encoding="utf-8")))


def prepare(folder: Path, store: Path | None = None) -> None:
    """Make a folder that commands can run in; ``store`` is taken for ``demo.store`` instead of building one."""
    for name in ("seeds", "docs"):
        (folder / name).symlink_to(DOCS.parent / name)
    if store is not None:
        (folder / "demo.store").symlink_to(store)
    else:
        run("zonekg build seeds/articles --fresh --store demo.store", folder)


def main() -> int:
    """Write all outputs anew."""
    with tempfile.TemporaryDirectory() as name:
        prepare(Path(name))
        for path in pages():

            def renew(match: re.Match[str]) -> str:
                command, shown = command_of(match[1])
                return f"```console\n{shown}\n{run(command, Path(name)).strip(chr(10))}\n```"

            path.write_text(BLOCK.sub(renew, path.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
