"""A network of a few hand-set weights in the files that the trained one has, so that its answers are known.

ONNX files are protocol buffers (https://onnx.ai/onnx/intro/concepts.html, ``onnx.proto``); the few messages that are needed
are written here, since the package ``onnx`` is for training only.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kg_build.language.encoder.pairs import INPUTS, TYPES
from kg_build.language.encoder.subwords import PLACES, Subwords

KNOWN = "云岭高新区管委会王凡说明园开工项目投产了。，a!"
WORDS = {"高新": -9.5, "高新区": -10.25, "委会": -9.0}
"""A character's vector begins with its number in them added to what it has by itself."""
WIDTH = 8
MARKED = {"Institution": ("云", "会"), "Person": ("王", "凡"), "Zone": ("云", "区")}
"""First and last character of what the network takes for a name; that is all it goes by."""
LABELS = tuple(MARKED)
SURE, NEVER = 5.0, -20.0
PROPERTIES = ("level", "locatedIn")
POSSIBLE = (("Institution", "locatedIn", "Zone"), ("Person", "locatedIn", "Zone"), ("Zone", "level", "Figure"))
"""The scorer of pairs goes by types alone: it is sure of the first and the last, and of the second that it isn't so."""
TAGS, RELATIONS = ("NN", "NR", "PU", "VV"), ("ROOT", "dobj", "nsubj", "punct")
KINDS = {np.dtype(np.float32): 1, np.dtype(np.int64): 7}


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def _message(*fields: tuple[int, int | str | bytes]) -> bytes:
    out = b""
    for number, value in fields:
        if isinstance(value, int):
            out += _varint(number << 3) + _varint(value)
        else:
            raw = value.encode() if isinstance(value, str) else value
            out += _varint(number << 3 | 2) + _varint(len(raw)) + raw
    return out


def _tensor(name: str, array: npt.NDArray[Any]) -> bytes:
    dims = [(1, size) for size in array.shape]
    return _message(*dims, (2, KINDS[array.dtype]), (8, name), (9, array.tobytes()))


def _node(kind: str, given: str, out: str, **attributes: int | list[int]) -> bytes:
    more = []
    for name, value in attributes.items():
        numbers = [(3, value), (20, 2)] if isinstance(value, int) else [*((8, one) for one in value), (20, 7)]
        more.append((5, _message((1, name), *numbers)))
    return _message(*((1, name) for name in given.split()), (2, out), (4, kind), *more)


def _value(name: str, kind: int, *dims: int | str) -> bytes:
    shape = _message(*((1, _message((1 if isinstance(size, int) else 2, size))) for size in dims))
    return _message((1, name), (2, _message((1, _message((1, kind), (2, shape))))))


def _write(path: Path, nodes: list[bytes], arrays: dict[str, npt.NDArray[Any]], given: list[bytes], outputs: list[bytes]) -> None:
    graph = _message(
        *((1, node) for node in nodes),
        (2, "tiny"),
        *((5, _tensor(name, array)) for name, array in arrays.items()),
        *((11, one) for one in given),
        *((12, out) for out in outputs),
    )
    path.write_bytes(_message((1, 8), (7, graph), (8, _message((2, 17)))))


def _dims(name: str) -> tuple[int | str, ...]:
    two = ("mentions", "others")
    more: dict[str, tuple[int | str, ...]] = {"vectors": ("characters", WIDTH), "pairs": (*two, 6)}
    more |= dict.fromkeys(("rows", "columns", "low", "high"), ("pairs",))
    return more.get(name, ("mentions",))


def write_tiny(folder: Path) -> Path:
    """Write encoder, parser, characters, words and settings into a folder; gives the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    draw = np.random.default_rng(7)
    rows = 4 + len(KNOWN)
    # The score of a span is what its first character brings plus what its last one does: (a, 1) · (1, b).
    sides = {name: np.ones((rows, len(LABELS), 2), dtype=np.float32) for name in ("first", "last")}
    for column, ends in enumerate(MARKED.values()):
        for (name, place), character in zip((("first", 0), ("last", 1)), ends, strict=True):
            sides[name][:, column, place] = NEVER
            sides[name][4 + KNOWN.index(character), column, place] = SURE
    words = np.zeros((PLACES * (len(WORDS) + 1), WIDTH), dtype=np.float32)
    words[:, 0] = np.arange(len(words))
    shape = np.array([0, 0, len(LABELS), 2], dtype=np.int64)
    flat = {name: side.reshape(rows, -1) for name, side in sides.items()}
    names = ["batch", "labels", "length", "size"]
    _write(
        folder / "encoder.onnx",
        [
            _node("Gather", "embed characters", "alone", axis=0),
            _node("Gather", "words subwords", "word", axis=0),
            _node("Add", "alone word", "vectors"),
            *(
                node
                for side, out in (("first", "starts"), ("last", "ends"))
                for node in (
                    _node("Gather", f"{side} characters", f"{side}_flat", axis=0),
                    _node("Reshape", f"{side}_flat shape", f"{side}_rows"),
                    _node("Transpose", f"{side}_rows", out, perm=[0, 2, 1, 3]),
                )
            ),
        ],
        {"embed": draw.normal(size=(rows, WIDTH)).astype(np.float32), "words": words, "shape": shape, **flat},
        [_value("characters", 7, "batch", "length"), _value("subwords", 7, "batch", "length")],
        [_value("vectors", 1, "batch", "length", WIDTH), _value("starts", 1, *names), _value("ends", 1, *names)],
    )
    sizes = {"tag": len(TAGS), "arc": 2 * WIDTH, "low": len(RELATIONS) * 3, "high": 3}
    arrays = {name: draw.normal(size=(2 * WIDTH, size)).astype(np.float32) for name, size in sizes.items()}
    arrays |= {"root": np.zeros((1, 2 * WIDTH), np.float32), "form": np.array([-1, len(RELATIONS), 3], dtype=np.int64)}
    _write(
        folder / "parser.onnx",
        [
            _node("Concat", "root words", "heads", axis=0),
            _node("MatMul", "words tag", "tags"),
            _node("MatMul", "words arc", "turned"),
            _node("Transpose", "heads", "columns", perm=[1, 0]),
            _node("MatMul", "turned columns", "arcs"),
            _node("MatMul", "words low", "low_flat"),
            _node("Reshape", "low_flat form", "words_side"),
            _node("MatMul", "heads high", "heads_side"),
        ],
        arrays,
        [_value("words", 1, "words", 2 * WIDTH)],
        [
            _value("tags", 1, "words", len(TAGS)),
            _value("arcs", 1, "words", "heads"),
            _value("words_side", 1, "words", len(RELATIONS), 3),
            _value("heads_side", 1, "heads", 3),
        ],
    )
    odds = np.full((len(TYPES), len(TYPES), len(PROPERTIES)), NEVER, dtype=np.float32)
    for (one, name, other), score in zip(POSSIBLE, (SURE, -SURE / 2, SURE), strict=True):
        odds[TYPES.index(one), TYPES.index(other), PROPERTIES.index(name)] = score
    kinds = {"vectors": 1}
    _write(
        folder / "pairs.onnx",
        [
            _node("Gather", "types rows", "one", axis=0),
            _node("Gather", "types columns", "other", axis=0),
            _node("Mul", "one count", "begin"),
            _node("Add", "begin other", "both"),
            _node("Gather", "odds both", "scores", axis=0),
        ],
        {"odds": odds.reshape(-1, len(PROPERTIES)), "count": np.array(len(TYPES), dtype=np.int64)},
        [_value(name, kinds.get(name, 7), *_dims(name)) for name in INPUTS],
        [_value("scores", 1, "pairs", len(PROPERTIES))],
    )
    (folder / "characters.txt").write_text(KNOWN, encoding="utf-8")
    Subwords(WORDS).save(folder / "subwords.txt")
    settings = {
        "labels": LABELS, "tags": TAGS, "relations": RELATIONS, "properties": PROPERTIES, "possible": POSSIBLE,
    }  # fmt: skip
    (folder / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    return folder
