"""`tools/rewrite_graph.py` reads the integers of an exporter's graph, and refuses what is none."""

import numpy as np
import onnx
import onnxruntime
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="training needs torch: make test-train")

import transformers  # noqa: E402
from tests.toys.training import write_base  # noqa: E402

import rewrite_graph  # noqa: E402
from tweetmoji.train.export import onnx as export  # noqa: E402
from tweetmoji.train.export.graph import write_graph  # noqa: E402
from tweetmoji.train.export.ranges import measure_ranges  # noqa: E402

IDS = [[2, 5, 9, 7, 3], [2, 8, 3], [2, 12, 5, 5, 13, 20, 11, 3]]


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """An int8 BERT with the graph that torch exports, as earlier versions wrote it."""
    base = write_base(tmp_path_factory.mktemp("base") / "toy-bert")
    torch.manual_seed(0)
    network = transformers.BertForSequenceClassification.from_pretrained(base, num_labels=6).eval()
    with torch.no_grad():
        for parameter in network.parameters():  # as training leaves them: the exporter merges weights that are equal
            parameter += 0.05 * torch.randn_like(parameter)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(export.BertClassifier, "from_network", classmethod(lambda *_: None))
        return export.quantize(network, export.export_onnx(network), IDS)


def run(weights, ids):
    session = onnxruntime.InferenceSession(weights, providers=["CPUExecutionProvider"])
    return session.run(["logits"], {"input_ids": np.array([ids], dtype=np.int64)})[0]


def read_integers(weights):
    """The int8 matrices of a graph, flattened and sorted, and so independent of their names."""
    tensors = map(onnx.numpy_helper.to_array, onnx.load_model_from_string(weights).graph.initializer)
    return sorted(tensor.tobytes() for tensor in tensors if tensor.dtype == np.int8 and tensor.ndim == 2)


def test_rewritten_graph_has_the_same_integers_and_close_logits(exported):
    bert = rewrite_graph.read_bert(exported, heads=2)
    rewritten = write_graph(bert, measure_ranges(bert, IDS))
    assert (bert.layers, bert.heads) == (2, 2)
    assert read_integers(rewritten) == read_integers(exported)
    before, after = (np.concatenate([run(weights, ids) for ids in IDS]) for weights in (exported, rewritten))
    assert np.abs(before - after).max() < 0.1 * before.std()


def test_graph_of_another_kind_is_refused(exported):
    bert = rewrite_graph.read_bert(exported, heads=2)
    with pytest.raises(ValueError, match="the graph has 0 MatMulInteger; expected 6 a layer and two of the head"):
        rewrite_graph.read_bert(write_graph(bert), heads=2)


def test_matrices_that_would_change_are_refused(exported):
    model = onnx.load_model_from_string(exported)
    matrix = next(
        tensor
        for tensor in model.graph.initializer
        if tensor.data_type == onnx.TensorProto.INT8 and len(tensor.dims) == 2
    )
    matrix.CopyFrom(onnx.numpy_helper.from_array(onnx.numpy_helper.to_array(matrix) // 2, matrix.name))
    with pytest.raises(ValueError, match="would not quantize to the same integers again"):
        rewrite_graph.read_bert(model.SerializeToString(), heads=2)
