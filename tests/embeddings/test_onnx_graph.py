import numpy as np
import pytest

from graphrag_tools.embeddings.onnx import open_session
from graphrag_tools.embeddings.onnx_graph import FLOAT, OnnxGraph


def test_written_graph_is_run_by_onnxruntime() -> None:
    graph = OnnxGraph()
    table = np.arange(2000, dtype=np.float32).reshape(500, 4)
    rows = graph.node("Gather", graph.constant(table), "ids")
    left, right = graph.nodes("Split", graph.node("Transpose", rows, perm=(1, 0)), outputs=2, axis=0, num_outputs=2)
    joined = graph.node("Concat", right, left, axis=-2)
    kinds = [graph.constant(np.array(2, dtype=kind)) for kind in (np.int8, np.uint8, np.int64)]
    for kind in kinds:
        joined = graph.node("Mul", joined, graph.node("Cast", kind, to=FLOAT))
    slope = graph.node("LeakyRelu", graph.node("Neg", joined), alpha=0.5)
    total = graph.node("ReduceSum", slope, graph.integers(1, -2), keepdims=0)
    session = open_session(graph.model("ids", total, 1), "a graph", threads=1)
    (found,) = session.run(None, {"ids": np.array([3, 499])})
    assert found == pytest.approx(-0.5 * 8 * table[[3, 499]].sum())


def test_kind_of_number_that_is_not_known_is_an_error() -> None:
    with pytest.raises(KeyError, match="float64"):
        OnnxGraph().constant(np.zeros(2))
