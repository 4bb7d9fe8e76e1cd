"""How processes of ours are started: with the modules that this one has, and nothing of the working folder."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Final

_BOOT: Final = """\
import importlib, json, sys
sys.path[:] = json.loads(sys.argv[1])
sys.exit(importlib.import_module(sys.argv[2]).main(*sys.argv[3:]))
"""


def command(module: str, *arguments: str) -> list[str]:
    """What calls ``main`` of a module with arguments, which are texts; what it returns is the exit code."""
    return [sys.executable, "-P", "-c", _BOOT, json.dumps(sys.path), module, *arguments]


@dataclass(frozen=True, slots=True)
class Child:
    """A process that serves this one: the socket to it, the pipe by which it lives, and the process."""

    end: socket.socket
    lifeline: FileIO
    process: subprocess.Popen[bytes]

    def hang_up(self) -> None:
        """Close what it lives by. Objects, not numbers: closed twice, a number may be somebody else's by then."""
        self.end.close()
        self.lifeline.close()


def start(module: str, *arguments: str) -> Child:
    """Start ``main`` of a module with the descriptors of its end of the socket and of the pipe, and further arguments.

    The pipe closes with this process, however it ends. Raises `OSError`, with nothing left open.
    """
    ours, theirs = socket.socketpair()
    reading, writing = os.pipe()
    try:
        process = subprocess.Popen(  # noqa: S603 - ourselves
            command(module, str(theirs.fileno()), str(reading), *arguments),
            stdin=subprocess.DEVNULL,
            pass_fds=(theirs.fileno(), reading),
            process_group=0,  # Ctrl-C is the server's to answer.
        )
    except BaseException:
        ours.close()
        os.close(writing)
        raise
    finally:
        theirs.close()
        os.close(reading)
    return Child(ours, FileIO(writing, "wb"), process)


def standing(pid: int) -> tuple[str, float]:
    """What a process is about, as the letter that ``proc(5)`` has for it, and seconds of a processor that it has had in its life.

    Nothing and nought where it has gone or the system doesn't tell.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return "", 0.0
    return fields[0].decode(), (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
