"""Which text belongs to which source: a table from (file, row) to the SHA-256 of the text."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from kg_build.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Key = tuple[str, int | None]


def digest(text: str) -> str:
    """The name under which a text is kept: SHA-256 of its UTF-8."""
    return hashlib.sha256(encode(text)).hexdigest()


def encode(text: str) -> bytes:
    """UTF-8; lone surrogates, which a broken JSON line may hold, are kept so that no text stops a build."""
    return text.encode("utf-8", "surrogatepass")


def decode(data: bytes) -> str:
    """The inverse of `encode`: every code point, CRLF too, comes back as it was."""
    return data.decode("utf-8", "surrogatepass")


class TextIndex:
    """The table, kept in memory (some 200 bytes a source) and written as JSON lines in the order of the files' names."""

    def __init__(self, entries: dict[Key, str] | None = None) -> None:
        self._entries: dict[Key, str] = entries or {}

    @classmethod
    def read(cls, path: Path) -> TextIndex:
        """Read a table; `StoreError` where it is damaged."""
        entries: dict[Key, str] = {}
        try:
            with path.open(encoding="utf-8", errors="surrogatepass") as lines:
                for line in lines:
                    source_file, row, sha256 = json.loads(line)
                    entries[source_file, row] = sha256
        except FileNotFoundError:
            return cls()
        except (ValueError, TypeError) as error:
            raise StoreError(f"{path}: damaged table of texts") from error
        return cls(entries)

    def write(self, path: Path) -> None:
        """Write the table; the same entries give the same bytes."""
        with path.open("w", encoding="utf-8", errors="surrogatepass", newline="\n") as file:
            for (source_file, row), sha256 in self.items():
                file.write(json.dumps([source_file, row, sha256], ensure_ascii=False) + "\n")

    def items(self) -> Iterator[tuple[Key, str]]:
        """The entries by name of the file, then row."""
        return iter(sorted(self._entries.items(), key=lambda e: (e[0][0], -1 if e[0][1] is None else e[0][1])))

    def hashes(self) -> set[str]:
        """Every text that is in use."""
        return set(self._entries.values())

    def get(self, source_file: str, row: int | None) -> str | None:
        """The hash of a source's text."""
        return self._entries.get((source_file, row))

    def set(self, source_file: str, row: int | None, sha256: str) -> None:
        """Enter or replace a source's text."""
        self._entries[source_file, row] = sha256

    def discard(self, source_file: str) -> None:
        """Drop a file with all its rows."""
        for key in [key for key in self._entries if key[0] == source_file]:
            del self._entries[key]

    def __len__(self) -> int:
        return len(self._entries)
