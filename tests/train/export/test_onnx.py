"""ONNX export and quantization: the logits of torch, in less space."""

import numpy as np
import onnxruntime
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="training needs torch: make test-train")

from tweetmoji.train.export.onnx import export_onnx, quantize  # noqa: E402
from tweetmoji.train.loop.network import compute_logits, load_base  # noqa: E402

MAX_TOKENS = 128
LENGTHS = (2, 3, 7, 16, 61, MAX_TOKENS)


@pytest.fixture(scope="module")
def float32(uninterrupted) -> bytes:
    return export_onnx(uninterrupted[0])


@pytest.fixture(scope="module")
def int8(float32) -> bytes:
    return quantize(float32)


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
def test_export_onnx_gives_the_logits_of_torch_at_every_length(uninterrupted, float32, toy, tokens, texts):
    ids = make_ids(toy, tokens, texts)
    expected = compute_logits(uninterrupted[0], ids.tolist(), 0)
    assert np.abs(expected).max() > 0.5, "the logits are too small to be compared"
    assert run(open_session(float32), ids) == pytest.approx(expected, abs=1e-4)


def test_quantize_changes_logits_little(float32, int8, toy):
    texts = [*toy.encoded["val"].ids, *toy.encoded["test"].ids]
    sessions = [open_session(weights) for weights in (float32, int8)]
    exact, close = (np.concatenate([run(session, [ids]) for ids in texts]) for session in sessions)
    assert not np.array_equal(exact, close), "the weights are not quantized at all"
    assert np.abs(exact - close).mean() < 0.05 * exact.std()
    assert (exact.argmax(axis=1) == close.argmax(axis=1)).mean() > 0.95


@pytest.mark.parametrize("variant", ["float32", "int8"])
def test_onnx_model_takes_input_ids_of_any_shape_and_gives_logits(request, variant):
    session = open_session(request.getfixturevalue(variant))
    ((taken,), (given,)) = session.get_inputs(), session.get_outputs()
    assert (taken.name, taken.type) == ("input_ids", "tensor(int64)")
    assert (given.name, given.type) == ("logits", "tensor(float)")
    assert len(taken.shape) == 2
    assert not any(isinstance(size, int) for size in taken.shape)
    assert given.shape[-1] == 6


def test_quantize_makes_less_than_a_third_of_the_size_and_export_leaves_the_network_as_it_was(
    make_base, tmp_path, settings
):
    base = make_base(tmp_path / "wordy-bert", spare_words=30_000)  # mostly vocabulary, as small networks are
    wordy = load_base(str(base), ("a", "b"), settings)[0]
    ids = [[2, 5, 6, 7, 3], [2, 3]]
    before = compute_logits(wordy, ids, 0)
    weights = export_onnx(wordy)
    assert len(weights) > 30_000 * 32 * 4
    assert len(quantize(weights)) < len(weights) / 3
    assert np.array_equal(compute_logits(wordy, ids, 0), before)


@pytest.mark.parametrize("variant", ["float32", "int8"])
def test_onnx_model_has_no_path_of_the_machine(request, variant):
    weights = request.getfixturevalue(variant)
    for path in (__file__, torch.__file__, export_onnx.__code__.co_filename):
        folder = path.rpartition("/")[0].encode()
        assert folder not in weights
