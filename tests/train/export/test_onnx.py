"""ONNX export and quantization of BERT and of others: the logits of torch, in less space."""

import logging

import numpy as np
import onnxruntime
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="training needs torch: make test-train")

import transformers  # noqa: E402
from tests.toys.training import write_base  # noqa: E402

from tweetmoji.runtime.classifier import BATCH_INVARIANT  # noqa: E402
from tweetmoji.train.export.onnx import export_onnx, quantize  # noqa: E402
from tweetmoji.train.loop.network import compute_logits, load_base  # noqa: E402

MAX_TOKENS = 128
LENGTHS = (2, 3, 7, 16, 61, MAX_TOKENS)


@pytest.fixture(scope="module", params=["BERT", "DistilBERT"])
def network(request, uninterrupted, toy, settings):
    """A trained BERT, or a network of another architecture, of seeded noise."""
    if request.param == "BERT":
        return uninterrupted[0]
    torch.manual_seed(0)
    shape = {"dim": 32, "hidden_dim": 64, "n_layers": 2, "n_heads": 2}
    words = uninterrupted[0].config.vocab_size
    config = transformers.DistilBertConfig(vocab_size=words, num_labels=6, initializer_range=0.3, **shape)
    return transformers.DistilBertForSequenceClassification(config).eval()


@pytest.fixture(scope="module")
def float32(network) -> bytes:
    return export_onnx(network)


@pytest.fixture(scope="module")
def int8(network, float32, toy) -> bytes:
    return quantize(network, float32, toy.encoded["train"].ids)


def make_ids(toy, tokens, texts):
    """Random known words between the two special tokens that every text has."""
    known = sorted({token for ids in toy.encoded["train"].ids for token in ids[1:-1]})
    words = np.random.default_rng(tokens).choice(known, size=(texts, tokens - 2))
    return np.hstack([np.full((texts, 1), 2), words, np.full((texts, 1), 3)])


def open_session(weights):
    return onnxruntime.InferenceSession(weights, providers=["CPUExecutionProvider"])


def run(session, ids):
    return session.run(["logits"], {"input_ids": np.asarray(ids, dtype=np.int64)})[0]


@pytest.mark.parametrize("tokens", LENGTHS)
@pytest.mark.parametrize("texts", [1, 3])
def test_export_onnx_gives_the_logits_of_torch_at_every_length(network, float32, toy, tokens, texts):
    ids = make_ids(toy, tokens, texts)
    expected = compute_logits(network, ids.tolist(), 0)
    assert np.abs(expected).max() > 0.5, "the logits are too small to be compared"
    assert run(open_session(float32), ids) == pytest.approx(expected, abs=1e-4)


def test_quantize_changes_logits_little(float32, int8, toy):
    texts = [*toy.encoded["val"].ids, *toy.encoded["test"].ids]
    sessions = [open_session(weights) for weights in (float32, int8)]
    exact, close = (np.concatenate([run(session, [ids]) for ids in texts]) for session in sessions)
    assert not np.array_equal(exact, close), "the weights are not quantized at all"
    assert np.abs(exact - close).mean() < 0.05 * exact.std()
    assert (exact.argmax(axis=1) == close.argmax(axis=1)).mean() > 0.95


def test_onnx_models_take_input_ids_of_any_shape_and_give_logits(float32, int8):
    for weights in (float32, int8):
        check_signature(open_session(weights))


def check_signature(session):
    ((taken,), (given,)) = session.get_inputs(), session.get_outputs()
    assert (taken.name, taken.type) == ("input_ids", "tensor(int64)")
    assert (given.name, given.type) == ("logits", "tensor(float)")
    assert len(taken.shape) == 2
    assert not any(isinstance(size, int) for size in taken.shape)
    assert given.shape[-1] == 6


def test_quantize_makes_less_than_a_third_of_the_size_and_export_leaves_the_network_as_it_was(toy, tmp_path, settings):
    base = write_base(tmp_path / "wordy-bert", spare_words=30_000)  # mostly vocabulary, as small networks are
    wordy = load_base(str(base), ("a", "b"), settings)[0]
    ids = [[2, 5, 6, 7, 3], [2, 3]]
    before = compute_logits(wordy, ids, 0)
    weights = export_onnx(wordy)
    assert len(weights) > 30_000 * 32 * 4
    assert len(quantize(wordy, weights, toy.encoded["val"].ids)) < len(weights) / 3
    assert np.array_equal(compute_logits(wordy, ids, 0), before)


def test_onnx_models_have_no_path_of_the_machine(float32, int8):
    for path in (__file__, torch.__file__, export_onnx.__code__.co_filename):
        folder = path.rpartition("/")[0].encode()
        assert folder not in float32
        assert folder not in int8


def test_only_the_graph_written_for_bert_says_that_batches_do_not_matter(network, float32, int8):
    marked = [
        BATCH_INVARIANT in open_session(weights).get_modelmeta().custom_metadata_map for weights in (float32, int8)
    ]
    assert marked == [False, isinstance(network, transformers.BertForSequenceClassification)]


@pytest.mark.parametrize("change", [{"hidden_act": "relu"}, {"is_decoder": True}], ids=str)
def test_a_bert_of_another_kind_is_traced_and_the_log_says_so(toy, settings, caplog, change):
    config = transformers.BertConfig.from_pretrained(toy.base, num_labels=6, **change)
    torch.manual_seed(0)
    other = transformers.BertForSequenceClassification(config).eval()
    with caplog.at_level(logging.INFO, logger="tweetmoji"):
        weights = export_onnx(other)
    assert "torch exports its graph" in caplog.text
    ids = make_ids(toy, 7, 1)
    assert run(open_session(weights), ids) == pytest.approx(compute_logits(other, ids.tolist(), 0), abs=1e-4)
