"""How processes of ours are started: with the modules that this one has, and nothing of the working folder."""

from __future__ import annotations

import json
import sys
from typing import Final

_BOOT: Final = """\
import importlib, json, sys
sys.path[:] = json.loads(sys.argv[1])
sys.exit(importlib.import_module(sys.argv[2]).main(*sys.argv[3:]))
"""


def command(module: str, *arguments: str) -> list[str]:
    """What calls ``main`` of a module with arguments, which are texts; what it returns is the exit code."""
    return [sys.executable, "-P", "-c", _BOOT, json.dumps(sys.path), module, *arguments]
