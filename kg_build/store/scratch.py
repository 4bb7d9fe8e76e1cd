"""Folders of temporary files that go with their owner: what a process that was killed left, the next one takes away."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import weakref
from pathlib import Path

from kg_build.store.locks import hold, is_free

MARK = "in-use"
"""The file in such a folder that its owner holds."""


class ScratchFolder:
    """A new folder among the temporary files, there as long as this object is, or its process.

    Args:
        prefix: What the names of such folders begin with; those of the same prefix that nobody holds are removed.
    """

    def __init__(self, prefix: str) -> None:
        made = Path(tempfile.mkdtemp(prefix=f".{prefix}"))
        (made / MARK).touch()
        descriptor = hold(made / MARK)
        # Only now has it a name under which others look for what is left over.
        self.path = made.rename(made.with_name(made.name.removeprefix(".")))
        self.remove = weakref.finalize(self, _remove, self.path, descriptor)
        for other in self.path.parent.glob(f"{prefix}*"):
            with contextlib.suppress(OSError):  # Other users' are not ours to look into.
                if other != self.path and (other / MARK).exists() and is_free(other / MARK):
                    shutil.rmtree(other, ignore_errors=True)


def _remove(path: Path, descriptor: int) -> None:
    shutil.rmtree(path, ignore_errors=True)
    os.close(descriptor)
