"""The network: loading a base, its learning rates, logits and embeddings."""

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
from tweetmoji.train.loop import network as network_module  # noqa: E402
from tweetmoji.train.loop.network import compute_logits, embed, load_base, parameter_groups  # noqa: E402

LABELS = ("good", "bad", "odd")


@pytest.fixture
def base(toy_base, tmp_path) -> Path:
    """A copy of the toy base, to be damaged."""
    return Path(shutil.copytree(toy_base, tmp_path / "damaged-bert"))


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


DAMAGES = {
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


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_unusable_base_is_refused_and_named(base, damage):
    damage(base)
    with pytest.raises(TrainingError) as caught:
        load_base(str(base), LABELS, TrainSettings())
    message = str(caught.value)
    assert f"--base {base}: " in message
    assert all(name in message for name in ("config.json", "model.safetensors", "tokenizer.json"))


@pytest.mark.parametrize("base", ["no-such-folder/anywhere/here", "no-such-owner/no-such-model"])
def test_base_that_does_not_exist_is_refused_and_named(base):
    with pytest.raises(TrainingError, match=f"--base {base}: no usable local folder or reachable model") as caught:
        load_base(base, LABELS, TrainSettings())
    assert "\n" not in str(caught.value)


@pytest.fixture
def base_with_head(base) -> Path:
    """The toy base with a head for `LABELS`."""
    load_base(str(base), LABELS, TrainSettings())[0].save_pretrained(base)
    return base


def test_head_with_the_same_labels_is_kept(base_with_head):
    stored = load_file(base_with_head / "model.safetensors")["classifier.weight"]
    network, _ = load_base(str(base_with_head), LABELS, TrainSettings(seed=1))
    assert torch.equal(network.classifier.weight, stored)


@pytest.mark.parametrize(
    "labels", [("good", "bad"), ("good", "bad", "odd", "new"), ("good", "bad", "new"), ("bad", "good", "odd")]
)
def test_head_with_other_labels_is_refused_and_both_are_named(base_with_head, labels):
    with pytest.raises(TrainingError) as caught:
        load_base(str(base_with_head), labels, TrainSettings())
    message = str(caught.value)
    assert (
        f"--base {base_with_head}: its head has 3 labels (good, bad, odd), and the model has {len(labels)} " in message
    )
    assert f"({', '.join(labels)}); expected a base without a head, or with the same labels" in message


def test_advice_to_drop_a_head_works(base_with_head, tmp_path):
    import transformers

    shutil.copytree(base_with_head, tmp_path / "headless")
    transformers.AutoModel.from_pretrained(base_with_head).save_pretrained(tmp_path / "headless")
    network, _ = load_base(str(tmp_path / "headless"), ("good", "bad"), TrainSettings())
    assert network.classifier.out_features == 2


def test_message_about_many_labels_names_only_some(base):
    many = [f"label-{i}" for i in range(30)]
    load_base(str(base), many, TrainSettings())[0].save_pretrained(base)
    with pytest.raises(
        TrainingError, match=r"30 labels \(label-0, .*, label-7, …\), and the model has 3 labels"
    ) as caught:
        load_base(str(base), LABELS, TrainSettings())
    assert "label-8" not in str(caught.value)


def test_slow_tokenizer_is_refused_and_tokenizer_json_named(base):
    (base / "tokenizer.json").unlink()
    (base / "tokenizer_config.json").write_text('{"tokenizer_class": "CanineTokenizer"}')  # has no fast version
    with pytest.raises(TrainingError, match=r"its tokenizer is a CanineTokenizer.*expected a fast .*tokenizer\.json"):
        load_base(str(base), LABELS, TrainSettings())


def test_base_stored_in_16_bits_is_loaded_in_float32(toy_base, base):
    path = base / "model.safetensors"
    weights = {name: tensor.to(torch.bfloat16) for name, tensor in load_file(path).items()}
    save_file(weights, path, metadata={"format": "pt"})
    config = json.loads((base / "config.json").read_text())
    (base / "config.json").write_text(json.dumps(config | {"dtype": "bfloat16"}))
    network, _ = load_base(str(base), LABELS, TrainSettings())
    assert {parameter.dtype for parameter in network.parameters()} == {torch.float32}


@pytest.mark.parametrize(("device", "attention"), [("cpu", "eager"), ("cuda", None)])
def test_attention_is_eager_on_a_processor_and_the_default_of_transformers_on_a_gpu(
    toy_base, monkeypatch, device, attention
):
    monkeypatch.setattr(network_module, "choose_device", lambda: torch.device(device))
    network, _ = load_base(str(toy_base), LABELS, TrainSettings())
    default = type(network).from_pretrained(toy_base).config._attn_implementation
    assert default != "eager"
    assert network.config._attn_implementation == (attention or default)


def test_tokenizer_truncates_to_max_tokens_and_pads_as_the_base(toy_base):
    _, tokenizer = load_base(str(toy_base), LABELS, TrainSettings(max_tokens=5))
    (short, long) = tokenizer.encode(["i feel", "i feel so happy today"])
    assert (len(short.ids), short.truncated) == (4, False)
    assert (len(long.ids), long.truncated) == (5, True)
    assert tokenizer.pad_id == 0


def test_new_head_has_a_logit_for_each_label_and_comes_from_the_seed(toy_base):
    def predict(seed):
        network, tokenizer = load_base(str(toy_base), LABELS, TrainSettings(seed=seed))
        return compute_logits(network, [tokens.ids for tokens in tokenizer.encode(["i feel happy"])], 0)

    assert predict(0).shape == (1, len(LABELS))
    assert np.array_equal(predict(0), predict(0))
    assert not np.allclose(predict(0), predict(1))


def test_max_tokens_beyond_the_positions_of_the_base_is_refused(toy_base):
    with pytest.raises(TrainingError, match=r"max_tokens.*129.*128"):
        load_base(str(toy_base), LABELS, TrainSettings(max_tokens=129))


def test_parameter_groups_give_the_encoder_encoder_lr_and_new_weights_head_lr(toy_base):
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


def test_parameter_groups_decay_matrices_only(toy_base):
    settings = TrainSettings(weight_decay=0.125)
    for group in parameter_groups(load_base(str(toy_base), LABELS, settings)[0], settings):
        assert {parameter.ndim > 1 for parameter in group["params"]} == {group["weight_decay"] == 0.125}
        assert group["weight_decay"] in (0.0, 0.125)


def test_compute_logits_keeps_the_order_of_the_texts(uninterrupted, toy):
    ids = toy.encoded["val"].ids
    logits = compute_logits(uninterrupted[0], ids, 0)
    assert (logits.shape, logits.dtype) == ((len(ids), 6), np.float32)
    assert compute_logits(uninterrupted[0], ids[::-1], 0) == pytest.approx(logits[::-1], abs=1e-4)


@pytest.mark.parametrize("pad_id", [0, 7])
def test_compute_logits_does_not_depend_on_padding(uninterrupted, toy, monkeypatch, pad_id):
    ids = [[2, 3], *toy.encoded["val"].ids[:20], toy.encoded["val"].ids[0] * 8]
    alone = np.concatenate([compute_logits(uninterrupted[0], [row], pad_id) for row in ids])
    assert alone.std(axis=0).min() > 0.2, "the texts are hardly told apart, so the test would prove little"
    for batch_size in (3, 64):
        monkeypatch.setattr(network_module, "BATCH_SIZE", batch_size)
        assert compute_logits(uninterrupted[0], ids, pad_id) == pytest.approx(alone, abs=1e-4)


def test_compute_logits_turns_dropout_off(toy, settings):
    network = toy.make_network(settings).train()
    ids = toy.encoded["val"].ids[:5]
    assert np.array_equal(compute_logits(network, ids, 0), compute_logits(network.train(), ids, 0))


TEXTS = ["i feel happy", "she made me feel so furious and i told her so", "scared", "so happy right now", "i am"]


@pytest.mark.parametrize("batch_size", [1, 2, 64])
def test_embed_is_the_mean_of_the_last_hidden_states_in_the_order_of_the_texts(toy_base, monkeypatch, batch_size):
    monkeypatch.setattr(network_module, "BATCH_SIZE", batch_size)
    network, tokenizer = load_base(str(toy_base), LABELS, TrainSettings())
    ids = [tokens.ids for tokens in tokenizer.encode(TEXTS)]
    embeddings = embed(network.train(), ids, tokenizer.pad_id)
    with torch.inference_mode():
        hidden = [network.eval().base_model(input_ids=torch.tensor([row])).last_hidden_state[0] for row in ids]
    assert (embeddings.shape, embeddings.dtype) == ((len(TEXTS), network.config.hidden_size), np.float32)
    np.testing.assert_allclose(embeddings, [row.mean(dim=0).numpy() for row in hidden], atol=1e-5)


def test_embed_in_mixed_precision_differs_by_rounding_only(toy_base, monkeypatch):
    monkeypatch.setattr("tweetmoji.train.loop.precision.choose_dtype", lambda _: torch.bfloat16)
    network, tokenizer = load_base(str(toy_base), LABELS, TrainSettings())
    ids = [tokens.ids for tokens in tokenizer.encode(TEXTS)]
    exact, mixed = (embed(network, ids, tokenizer.pad_id, mixed=mixed) for mixed in (False, True))
    assert not np.array_equal(exact, mixed)
    np.testing.assert_allclose(mixed, exact, atol=0.03)  # bfloat16 has 8 bits, and the numbers are around 1
