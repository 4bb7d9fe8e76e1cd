"""The graphs that ship say what the trained ones do."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="the training extra is not installed")

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from kg_build.language.training.export import LARGE, pack

DRAW = np.random.default_rng(7)
WEIGHT = DRAW.normal(size=(256, 64)).astype(np.float32)
TABLE = DRAW.normal(size=(LARGE // 64 + 1, 64)).astype(np.float32)


@pytest.fixture
def graph(tmp_path):
    """A product with a table's first row added, in a file."""
    nodes = [
        helper.make_node("MatMul", ["x", "weight"], ["product"], name="/layers.0/wide/MatMul"),
        helper.make_node("Gather", ["table", "row"], ["first"]),
        helper.make_node("Add", ["product", "first"], ["y"]),
    ]
    tables = [
        numpy_helper.from_array(WEIGHT, "weight"),
        numpy_helper.from_array(TABLE, "table"),
        numpy_helper.from_array(np.array(0), "row"),
    ]
    given = [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 256])]
    wanted = [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 64])]
    made = helper.make_graph(nodes, "small", given, wanted, tables)
    path = tmp_path / "plain.onnx"
    onnx.save(helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), path)
    return path


def test_a_large_input_leaves_the_others_what_they_say(graph):
    x = DRAW.normal(size=(8, 256)).astype(np.float32)
    x[0, 3] = 500
    small = graph.with_name("small.onnx")
    quantize_dynamic(graph, small, weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul"])
    with_one_scale = _error(small, x)
    pack(graph)
    assert {node.op_type for node in onnx.load(graph).graph.node} == {"MatMulNBits", "Gather", "Add", "Cast"}
    assert _error(graph, x) < 0.02
    assert with_one_scale > 0.5


def test_large_tables_take_half(graph):
    before = graph.stat().st_size
    pack(graph)
    assert graph.stat().st_size < before - TABLE.nbytes // 2


def _error(path, x):
    """How far the rows that have no large input are off, to what they are."""
    (y,) = onnxruntime.InferenceSession(path).run(None, {"x": x})
    true = x @ WEIGHT + TABLE[0]
    return np.linalg.norm((y - true)[1:]) / np.linalg.norm(true[1:])
