"""From the trained network to the files that ship: ONNX graphs with weights of eight bits.

Most products have one scale for all of their inputs, found while they run. Those of `BLOCKS` have more of them.
"""

from __future__ import annotations

import json
import logging
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import ModelProto, TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, matmul_nbits_quantizer, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import nn

from kg_build.language.encoder import CHARACTERS, ENCODER, NAMES, PAIRS, PARSER, POSSIBLE, PROPERTIES, SETTINGS, SUBWORDS
from kg_build.language.encoder.pairs import INPUTS, Possible, Thing, features
from kg_build.language.encoder.subwords import PLACES
from kg_build.language.training.fit import Trained
from kg_build.language.training.pairs import Facts, PairNet

OPSET = 17
BLOCKS = ("/wide/MatMul", "/narrow/MatMul")
"""Ends of the names of the products in a layer's perceptron. A few of their inputs are far larger than all others, of which one
scale for a whole text leaves little (Dettmers et al., arXiv:2208.07339): names then score 0.2 lower, and differ by 0.7 from what
the network was trained to say. So each `BLOCK` inputs of a character have a scale of their own."""
BLOCK = 128
ACCURACY = 4
"""MatMulNBits's level for sums of whole numbers, the quick ones."""
LARGE = 100_000
"""Numbers of a table from which on it ships with sixteen bits, where the graph has it with thirty-two."""


def export(trained: Trained, out: Path) -> None:
    """Write ``encoder.onnx``, ``parser.onnx``, ``characters.txt``, ``subwords.txt`` and ``settings.json`` to a folder."""
    out.mkdir(parents=True, exist_ok=True)
    trained.encoder.eval()
    trained.parser.eval()
    characters = torch.randint(4, len(trained.characters), (2, 40))
    subwords = torch.randint(PLACES * (len(trained.subwords) + 1), (2, 40))
    rows = {0: "batch", 1: "length"}
    _write(
        trained.encoder,
        (characters, subwords),
        out / ENCODER,
        inputs={"characters": rows, "subwords": rows},
        outputs={"vectors": rows, "starts": {0: "batch", 2: "length"}, "ends": {0: "batch", 2: "length"}},
    )
    words = torch.randn(7, 2 * trained.encoder.norm.weight.shape[0])
    count = {0: "words"}
    outputs = {"tags": count, "arcs": {0: "words", 1: "heads"}, "words_side": count, "heads_side": {0: "heads"}}
    _write(trained.parser, (words,), out / PARSER, inputs={"words": count}, outputs=outputs)
    trained.characters.save(out / CHARACTERS)
    trained.subwords.save(out / SUBWORDS)
    _write_settings({NAMES: trained.labels, "tags": trained.tags, "relations": trained.relations}, out)


def export_pairs(pairs: PairNet, facts: Facts, out: Path) -> None:
    """Write ``pairs.onnx`` and ``settings.json`` to the folder ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    pairs.eval()
    width = pairs.between.in_features
    text = "甲公司落户乙区。"
    ends = Thing(0, 3, "Enterprise", general=False), Thing(5, 7, "Zone", general=True)
    shown = features(text, ends, Possible(("locatedIn",), {("Enterprise", "locatedIn", "Zone")}))
    example = (torch.randn(len(text), width), *(torch.from_numpy(values) for values in shown.values))
    one, two, some = {0: "mentions"}, {0: "mentions", 1: "others"}, {0: "pairs"}
    axes = dict(zip(INPUTS, ({0: "characters"}, one, one, one, one, one, two, some, some, some, some), strict=True))
    _write(pairs, example, out / PAIRS, inputs=axes, outputs={"scores": some})
    _write_settings({PROPERTIES: facts.properties, POSSIBLE: sorted(map(list, facts.possible))}, out)


def _write_settings(settings: dict[str, Any], out: Path) -> None:
    (out / SETTINGS).write_text(json.dumps(settings, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _write(
    module: nn.Module, example: tuple[torch.Tensor, ...], path: Path, *, inputs: dict[str, Any], outputs: dict[str, Any]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        plain, ready = Path(folder) / "plain.onnx", Path(folder) / "ready.onnx"
        torch.onnx.export(
            module,
            example,
            str(plain),
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_axes={**inputs, **outputs},
            opset_version=OPSET,
            dynamo=False,
        )
        quant_pre_process(str(plain), str(ready), skip_symbolic_shape=True)
        whole = [node.name for node in onnx.load(ready).graph.node if node.name.endswith(BLOCKS)]
        # Seven bits: eight overflow in the 16-bit sums of processors without VNNI.
        quantize_dynamic(ready, path, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True, nodes_to_exclude=whole)
    pack(path)


def pack(path: Path) -> None:
    """Make a graph's file smaller: weights of products that still have thirty-two bits go into blocks, large tables by half."""
    logging.getLogger(matmul_nbits_quantizer.__name__).setLevel(logging.WARNING)  # It tells of each node.
    blocks = matmul_nbits_quantizer.MatMulNBitsQuantizer(
        onnx.load(path), bits=8, block_size=BLOCK, is_symmetric=True, accuracy_level=ACCURACY
    )
    blocks.process()
    model = blocks.model.model
    _halve(model)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def _halve(model: ModelProto) -> None:
    graph = model.graph
    for table in list(graph.initializer):
        if table.data_type == TensorProto.FLOAT and np.prod(table.dims) >= LARGE:
            half = numpy_helper.from_array(numpy_helper.to_array(table).astype(np.float16), f"{table.name}_half")
            graph.initializer.remove(table)
            graph.initializer.append(half)
            graph.node.insert(0, helper.make_node("Cast", [half.name], [table.name], to=TensorProto.FLOAT))
