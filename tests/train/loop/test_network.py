"""The network that is fine-tuned: loading a base, its learning rates, its logits."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="training needs torch: make test-train")

from safetensors.torch import load_file, save_file  # noqa: E402

from tweetmoji import TrainingError  # noqa: E402
from tweetmoji.train import TrainSettings  # noqa: E402
from tweetmoji.train.loop.network import compute_logits, load_base, parameter_groups  # noqa: E402

LABELS = ("good", "bad", "odd")


@pytest.fixture
def base(toy_base, tmp_path) -> Path:
    """A copy of the toy base, to be spoiled."""
    return Path(shutil.copytree(toy_base, tmp_path / "spoiled-bert"))


def cut_weights(base):
    path = base / "model.safetensors"
    path.write_bytes(path.read_bytes()[:1000])


def rename_weights(base):
    path = base / "model.safetensors"
    save_file({f"other.{name}": tensor for name, tensor in load_file(path).items()}, path, metadata={"format": "pt"})


def widen_config(base):
    config = json.loads((base / "config.json").read_text())
    (base / "config.json").write_text(json.dumps(config | {"hidden_size": 64}))


def pickle_weights(base):
    weights = load_file(base / "model.safetensors")
    (base / "model.safetensors").unlink()
    torch.save(weights, base / "pytorch_model.bin")


SPOILERS = {
    "no config": lambda base: (base / "config.json").unlink(),
    "no weights": lambda base: (base / "model.safetensors").unlink(),
    "no tokenizer": lambda base: (base / "tokenizer.json").unlink(),
    "config is no JSON": lambda base: (base / "config.json").write_text("{"),
    "tokenizer is no JSON": lambda base: (base / "tokenizer.json").write_text("{"),
    "tokenizer is empty": lambda base: (base / "tokenizer.json").write_text("{}"),
    "weights only as a pickle": pickle_weights,
    "weights cut short": cut_weights,
    "weights of another architecture": rename_weights,
    "weights of another width": widen_config,
}


@pytest.mark.parametrize("spoil", SPOILERS.values(), ids=SPOILERS)
def test_base_that_cannot_be_used_is_refused_by_name(base, spoil):
    spoil(base)
    with pytest.raises(TrainingError) as caught:
        load_base(str(base), LABELS, TrainSettings())
    message = str(caught.value)
    assert f"--base {base}: " in message
    assert all(name in message for name in ("config.json", "model.safetensors", "tokenizer.json"))


@pytest.mark.parametrize("base", ["no-such-folder/anywhere/here", "no-such-owner/no-such-model"])
def test_base_that_does_not_exist_is_refused_by_name(base):
    with pytest.raises(TrainingError, match=f"--base {base}: no usable local folder or reachable model") as caught:
        load_base(base, LABELS, TrainSettings())
    assert "\n" not in str(caught.value)


def test_base_stored_in_half_precision_is_trained_in_float32(toy_base, base):
    path = base / "model.safetensors"
    weights = {name: tensor.to(torch.bfloat16) for name, tensor in load_file(path).items()}
    save_file(weights, path, metadata={"format": "pt"})
    config = json.loads((base / "config.json").read_text())
    (base / "config.json").write_text(json.dumps(config | {"dtype": "bfloat16"}))
    network, _ = load_base(str(base), LABELS, TrainSettings())
    assert {parameter.dtype for parameter in network.parameters()} == {torch.float32}


def test_tokenizer_reads_as_many_tokens_as_asked_for_and_pads_as_the_base_does(toy_base):
    _, tokenizer = load_base(str(toy_base), LABELS, TrainSettings(max_tokens=5))
    (short, long) = tokenizer.encode(["i feel", "i feel so happy today"])
    assert (len(short.ids), short.truncated) == (4, False)
    assert (len(long.ids), long.truncated) == (5, True)
    assert tokenizer.pad_id == 0


def test_new_head_answers_with_one_logit_a_label_and_comes_from_the_seed(toy_base):
    def answer(seed):
        network, tokenizer = load_base(str(toy_base), LABELS, TrainSettings(seed=seed))
        return compute_logits(network, [tokens.ids for tokens in tokenizer.encode(["i feel happy"])], 0)

    assert answer(0).shape == (1, len(LABELS))
    assert np.array_equal(answer(0), answer(0))
    assert not np.allclose(answer(0), answer(1))


def test_a_base_with_fewer_positions_than_tokens_to_read_is_refused(toy_base):
    with pytest.raises(TrainingError, match=r"max_tokens.*129.*128"):
        load_base(str(toy_base), LABELS, TrainSettings(max_tokens=129))


def test_each_weight_is_trained_at_one_rate_the_new_ones_at_the_heads(toy_base):
    settings = TrainSettings(encoder_lr=0.25, head_lr=0.5, weight_decay=0.125)
    model = load_base(str(toy_base), LABELS, settings)[0]
    groups = parameter_groups(model, settings)
    rates = {id(parameter): group["lr"] for group in groups for parameter in group["params"]}
    assert sum(len(group["params"]) for group in groups) == len(rates)
    assert set(rates) == {id(parameter) for parameter in model.parameters()}

    stored = load_file(toy_base / "model.safetensors")
    encoder = [tensor for name, tensor in stored.items() if tensor.ndim > 1 and not name.startswith("pooler.")]
    for tensor in encoder:
        (rate,) = [rates[id(parameter)] for parameter in model.parameters() if torch.equal(parameter, tensor)]
        assert rate == 0.25
    new = [p for p in model.parameters() if not any(torch.equal(p, tensor) for tensor in stored.values())]
    assert new
    assert {rates[id(parameter)] for parameter in new} == {0.5}


def test_matrices_alone_are_decayed(toy_base):
    settings = TrainSettings(weight_decay=0.125)
    for group in parameter_groups(load_base(str(toy_base), LABELS, settings)[0], settings):
        assert {parameter.ndim > 1 for parameter in group["params"]} == {group["weight_decay"] == 0.125}
        assert group["weight_decay"] in (0.0, 0.125)


def test_logits_come_in_the_order_of_the_texts(uninterrupted, toy):
    ids = toy.encoded["val"].ids
    logits = compute_logits(uninterrupted[0], ids, 0)
    assert (logits.shape, logits.dtype) == ((len(ids), 6), np.float32)
    assert compute_logits(uninterrupted[0], ids[::-1], 0) == pytest.approx(logits[::-1], abs=1e-4)


@pytest.mark.parametrize("pad_id", [0, 7])
def test_padding_changes_no_logits(uninterrupted, toy, pad_id):
    ids = [[2, 3], *toy.encoded["val"].ids[:20], toy.encoded["val"].ids[0] * 8]
    alone = np.concatenate([compute_logits(uninterrupted[0], [row], pad_id) for row in ids])
    assert alone.std(axis=0).min() > 0.2, "the texts are hardly told apart, so that the test would prove little"
    for batch_size in (3, 64):
        assert compute_logits(uninterrupted[0], ids, pad_id, batch_size=batch_size) == pytest.approx(alone, abs=1e-4)


def test_logits_are_computed_without_dropout_also_amid_training(toy, settings):
    network = toy.make_network(settings).train()
    ids = toy.encoded["val"].ids[:5]
    assert np.array_equal(compute_logits(network, ids, 0), compute_logits(network.train(), ids, 0))
