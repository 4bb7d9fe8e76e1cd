"""A small file of weights in the format that training begins with."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kg_build.language.encoder.characters import MARKS
from kg_build.language.training.weights import LAYER, MAGIC, NORMS

WIDTH, HEADS, INNER, LAYERS, POSITIONS = 32, 2, 64, 2, 420
PIECES = (
    *MARKS,
    "▁",
    *"赛川集团投资项目王凡来到云岭市位于白水河边亿元远山公司建设园区总统说话他欢迎开工0123456789.",
    "，",
    "。",
    "集团",
)
Array = npt.NDArray[np.float32]


def small_arrays() -> dict[str, Array]:
    """The numbers before they are packed."""
    draw = np.random.default_rng(1)
    shapes: dict[str, tuple[int, ...]] = {
        "emb.word": (len(PIECES), WIDTH),
        "emb.pos": (POSITIONS, WIDTH),
        "emb.type": (1, WIDTH),
        "emb.ln.w": (WIDTH,),
        "emb.ln.b": (WIDTH,),
    }
    for layer in range(LAYERS):
        for name in LAYER:
            rows, columns = {"fi": (INNER, WIDTH), "fo": (WIDTH, INNER)}.get(name, (WIDTH, WIDTH))
            shapes |= {f"l{layer}.{name}.w": (rows, columns), f"l{layer}.{name}.b": (rows,)}
        for name in NORMS:
            shapes |= {f"l{layer}.{name}.w": (WIDTH,), f"l{layer}.{name}.b": (WIDTH,)}
    return {name: draw.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


def _packed(array: Array) -> bytes:
    out = b""
    for block in array.reshape(-1, 32):
        factor = np.float16(np.abs(block).max() / 7)
        numbers = np.clip(np.round(block / np.float32(factor)) + 8, 0, 15).astype(np.uint8)
        out += factor.tobytes() + (numbers[:16] | numbers[16:] << 4).tobytes()
    return out


def write_weights(path: Path, leave_out: str = "") -> Path:
    """Write the file; gives its path."""
    blob = "".join(PIECES).encode()
    edges = np.cumsum([0, *(len(piece.encode()) for piece in PIECES)]).astype("<u4").tobytes()
    head = MAGIC + struct.pack("<i", 1)
    head += struct.pack("<7i", WIDTH, LAYERS, HEADS, INNER, len(PIECES), POSITIONS, 1)
    head += struct.pack("<fi5iQ", 1e-12, 0, len(PIECES), 0, 0, 0, 0, len(blob))
    head += edges + bytes(4 * len(PIECES)) + blob + struct.pack("<iI", 0, 3) + b"xyz"
    packed = {name: array.tobytes() for name, array in small_arrays().items() if name != leave_out}
    for name, array in small_arrays().items():
        if name in packed and (name == "emb.word" or (name.endswith(".w") and name.split(".")[1] in LAYER)):
            packed[name] = _packed(array)
    size = len(head) + 4 + sum(2 + len(name) + 5 + 16 for name in packed)
    table = struct.pack("<i", len(packed))
    for name, part in packed.items():
        table += struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", 0, 0, size, len(part))
        size += len(part)
    path.write_bytes(head + table + b"".join(packed.values()))
    return path
