"""What whole numbers cost the encoder: its names and its scores with sums of several kinds, beside those of floating point.

    python benchmarks/rounding.py [--part develop] [--pages seeds/corpus]

Prints a Markdown table. "Off" is the root of the mean square by which the scores of possible names (above -4 in floating point)
differ, "bias" by how much they are higher or lower in the mean. Needs the `train` extra.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnx
from onnx import ModelProto, NodeProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from kg_build.evaluation.language.names import ALL, count
from kg_build.evaluation.language.pages import read_pages, seen
from kg_build.language import load_pipeline
from kg_build.language.encoder import ENCODER
from kg_build.language.encoder.components import EncoderComponent
from kg_build.language.training.export import BLOCKS, pack
from kg_build.model import EntityType

if TYPE_CHECKING:
    from kg_build.language.encoder.encode import Encoded

POSSIBLE = -4.0


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--part", default="develop")
    parser.add_argument("--pages", type=Path, default=Path("seeds/corpus"))
    given = parser.parse_args()
    shipped = load_pipeline().get_pipe("encoder")
    if not isinstance(shipped, EncoderComponent) or shipped.folder is None:
        raise SystemExit("the pipeline has no encoder")
    pages = read_pages(given.pages, given.part)
    plain = floating(onnx.load(shipped.folder / ENCODER))
    variants: dict[str, Callable[[Path], None]] = {
        "floating point": lambda path: onnx.save(plain, path),
        "one scale for all inputs of a product": lambda path: whole_numbers(plain, path, ()),
        "scales of their own in the perceptrons (as it ships)": lambda path: whole_numbers(plain, path, BLOCKS),
        "in all products": pack_all(plain),
    }
    print("| sums | off | bias | P | R | micro F | MB | seconds |\n| --- " + "| ---: " * 7 + "|")
    true: list[Encoded] = []
    for name, write in variants.items():
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(shipped.folder, folder, dirs_exist_ok=True)
            write(Path(folder) / ENCODER)
            size = (Path(folder) / ENCODER).stat().st_size / 1e6
            component = EncoderComponent().from_disk(folder)
            begun = time.monotonic()
            read = [component.encode(page.article.text) for page in pages]
            seconds = time.monotonic() - begun
        true = true or read
        found = [(page.names, seen(component.names(encoded))) for page, encoded in zip(pages, read, strict=True)]
        score = count(found, EntityType)[ALL]
        off = differences(true, read)
        shown = (
            f"{np.sqrt(np.mean(off**2)):.2f} | {abs(off.mean()):.2f} | {score.precision:.3f} | {score.recall:.3f} | {score.f:.3f}"
        )
        print(f"| {name} | {shown} | {size:.1f} | {seconds:.1f} |", flush=True)


def differences(true: list[Encoded], read: list[Encoded]) -> np.ndarray:
    """By how much the scores of possible names are higher."""
    each = []
    for one, other in zip(true, read, strict=True):
        scores = other.scores
        each += [scores.get(span[:3], -8.0) - span.score for span in one.spans if span.score > POSSIBLE]
    return np.array(each)


def whole_numbers(plain: ModelProto, path: Path, blocks: tuple[str, ...]) -> None:
    """Write a graph as `export` does, with products whose names end so in blocks."""
    whole = [node.name for node in plain.graph.node if blocks and node.name.endswith(blocks)]
    quantize_dynamic(plain, path, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True, nodes_to_exclude=whole)
    pack(path)


def pack_all(plain: ModelProto) -> Callable[[Path], None]:
    """Writes the graph with all of its products in blocks."""

    def write(path: Path) -> None:
        onnx.save(plain, path)
        pack(path)

    return write


def floating(model: ModelProto) -> ModelProto:
    """The graph with weights and products in floating point, whose numbers are what the whole ones stand for."""
    graph = model.graph
    tables = {table.name: numpy_helper.to_array(table) for table in graph.initializer}
    made = {output: node for node in graph.node for output in node.output}
    after: dict[str, list[NodeProto]] = {}
    for node in graph.node:
        for name in node.input:
            after.setdefault(name, []).append(node)
    gone: set[str] = set()
    instead: dict[str, NodeProto] = {}

    def product(node: NodeProto, given: str, weights: np.ndarray, output: str, name: str) -> NodeProto:
        graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(weights, np.float32), f"{node.name}_plain"))
        return helper.make_node("MatMul", [given, f"{node.name}_plain"], [output], name=name)

    for node in graph.node:
        if node.op_type == "MatMulNBits":
            size = {a.name: a.i for a in node.attribute}
            parts = (tables[node.input[1]].astype(np.float32) - 128) * tables[node.input[2]].reshape(size["N"], -1, 1)
            weights = parts.reshape(size["N"], -1)[:, : size["K"]].T
            instead[node.name] = product(node, node.input[0], weights, node.output[0], node.name.removesuffix("_Q8"))
        elif node.op_type == "MatMulInteger" and made[node.input[0]].op_type == "DynamicQuantizeLinear":
            cast = after[node.output[0]][0]
            last = after[cast.output[0]][0]
            scales = made[next(name for name in last.input if name != cast.output[0])]
            scale = tables[next(name for name in scales.input if name in tables)]
            weights = (tables[node.input[1]].astype(np.float32) - tables[node.input[3]].astype(np.float32)) * scale
            given = made[node.input[0]].input[0]
            instead[last.name] = product(node, given, weights, last.output[0], node.name.removesuffix("_quant"))
            gone |= {node.name, cast.name, scales.name}
    nodes = [instead.get(node.name, node) for node in graph.node if node.name not in gone]
    used = {name for node in nodes for name in node.input}
    nodes = [node for node in nodes if node.op_type != "DynamicQuantizeLinear" or used & set(node.output)]
    kept = [table for table in graph.initializer if table.name in {name for node in nodes for name in node.input}]
    for field, values in ((graph.node, nodes), (graph.initializer, kept)):
        del field[:]
        field.extend(values)
    return model


if __name__ == "__main__":
    main()
