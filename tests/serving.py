"""Servers that tests start as users do: the port is the system's to choose, and no time runs out on a busy machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from urllib.parse import SplitResult

PATIENCE = 600.0
"""Seconds to wait for what takes a second where nothing else runs."""
CODE = """
import json, sys
from endpoint.server import serve
from kg_build.settings import Settings
serve(Settings.load(environ={}, port=0, **json.loads(sys.argv[1])))
"""


def command(store: Path) -> list[str]:
    """``zonekg serve`` over a store."""
    return [sys.executable, "-m", "kg_build", "serve", "--store", str(store), "--port", "0"]


def with_settings(store: Path, **settings: object) -> list[str]:
    """The same with settings."""
    return [sys.executable, "-c", CODE, json.dumps({"store": str(store), **settings})]


@contextmanager
def started(command: Sequence[str], **options: Any) -> Iterator[tuple[SplitResult, subprocess.Popen[str]]]:
    """What a command starts, once it says that it serves: its address, and its process, which is killed in the end.

    ``options`` are those of `subprocess.Popen`.
    """
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("Serving "), line
            yield urlsplit(line.split()[-1]), process
        finally:
            process.kill()


def stop(process: int) -> None:
    """Stop a process, and wait until all of its threads stand still: one takes the signal, and the others go on meanwhile."""
    os.kill(process, signal.SIGSTOP)
    end = time.monotonic() + PATIENCE
    while not all(_state(thread) in {"T", "Z"} for thread in Path(f"/proc/{process}/task").iterdir()):
        assert time.monotonic() < end, "it doesn't stop"
        time.sleep(0.005)


def _state(thread: Path) -> str:
    try:
        stat = (thread / "stat").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return "Z"  # It has ended since it was listed.
    return stat.rpartition(b")")[2].split()[0].decode()
