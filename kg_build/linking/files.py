"""Files that appear when they are complete."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from kg_build.errors import InputError


def write_text(path: Path, text: str) -> None:
    """Write a file beside its place and move it there. Raises `InputError` where that can't be done."""
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        new = Path(name)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            new.chmod(path.stat().st_mode if path.exists() else 0o644)
            new.replace(path)
        except BaseException:
            new.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise InputError(path, f"can't be written: {error.strerror}") from error
