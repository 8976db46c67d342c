"""Parity of torch, float32 ONNX and int8, and an export without it, which is refused."""

from dataclasses import replace

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="training needs torch: make test-train")

from tweetmoji import TrainingError  # noqa: E402
from tweetmoji.data import LabelSet  # noqa: E402
from tweetmoji.emotions import EMOJI, EMOTIONS  # noqa: E402
from tweetmoji.runtime.artifact import make_artifact  # noqa: E402
from tweetmoji.runtime.config import ModelConfig, NoneCalibration  # noqa: E402
from tweetmoji.runtime.prior import make_uniform_prior  # noqa: E402
from tweetmoji.train.export.onnx import export_onnx, quantize  # noqa: E402
from tweetmoji.train.export.parity import COMPARED_TEXTS, compare_exports  # noqa: E402
from tweetmoji.train.loop.network import load_base  # noqa: E402


@pytest.fixture(scope="module")
def exported(toy, settings, tmp_path_factory):
    network, tokenizer = load_base(str(toy.base), EMOTIONS, settings)
    weights = export_onnx(network)
    config = ModelConfig("toy", EMOTIONS, dict(EMOJI), settings.max_tokens, 0.5, make_uniform_prior(EMOTIONS), {})
    folder = tmp_path_factory.mktemp("parity") / "toy"
    int8 = quantize(network, weights, toy.encoded["val"].ids)
    artifact = make_artifact(folder, config=config, weights=int8, tokenizer=tokenizer.to_json(), metrics={})
    return network, tokenizer, artifact, weights


def test_compare_exports_finds_float32_equal_and_int8_close(toy, exported):
    parity = compare_exports(*exported, [toy.data["val"], toy.data["test"]])
    assert parity["texts"] == min(COMPARED_TEXTS, len(toy.data["val"])) + len(toy.data["test"])
    assert 0 <= parity["torch_to_float32"] < 1e-5
    assert parity["torch_to_float32"] < parity["float32_to_int8"] < 0.5
    assert 0 <= parity["changed_labels"] <= 1


@pytest.mark.parametrize("change", [0.05, np.nan])
def test_export_with_other_probabilities_than_the_network_is_refused(toy, exported, settings, change):
    _, *rest = exported
    network = toy.make_network(settings)
    with torch.no_grad():
        network.classifier.bias[0] += change
    with pytest.raises(
        TrainingError, match=r"probabilities differ from the network's by up to .*; expected less than 0\.0001"
    ):
        compare_exports(network, *rest, [toy.data["val"]])


@pytest.fixture(scope="module")
def exported_with_none(toy, settings, exported, tmp_path_factory):
    """As `exported`, of a network with an output for none."""
    network, tokenizer = load_base(str(toy.base), LabelSet().outputs, settings)
    weights = export_onnx(network)
    config = replace(exported[2].config, none=NoneCalibration(1.0, 0.0))
    int8 = quantize(network, weights, toy.encoded["val"].ids)
    folder = tmp_path_factory.mktemp("parity") / "none"
    artifact = make_artifact(folder, config=config, weights=int8, tokenizer=tokenizer.to_json(), metrics={})
    return network, tokenizer, artifact, weights


def test_compare_exports_of_a_network_with_none(toy, exported_with_none):
    parity = compare_exports(*exported_with_none, [toy.data["val"]])
    assert 0 <= parity["torch_to_float32"] < 1e-5
    assert parity["torch_to_float32"] < parity["float32_to_int8"] < 0.5


@pytest.mark.parametrize("output", [3, len(EMOTIONS)], ids=["label", "none"])
def test_export_with_another_logit_of_any_output_is_refused(toy, exported_with_none, output):
    network, *rest = exported_with_none
    with torch.no_grad():
        network.classifier.bias[output] += 0.05
    try:
        with pytest.raises(TrainingError, match="probabilities differ from the network's by up to"):
            compare_exports(network, *rest, [toy.data["val"]])
    finally:
        with torch.no_grad():
            network.classifier.bias[output] -= 0.05
