"""What is exported answers as what was trained, and an export that does not is refused."""

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="training needs torch: make test-train")

from tweetmoji import TrainingError  # noqa: E402
from tweetmoji.emotions import EMOJI, EMOTIONS  # noqa: E402
from tweetmoji.runtime.artifact import make_artifact  # noqa: E402
from tweetmoji.runtime.config import ModelConfig  # noqa: E402
from tweetmoji.train.export.onnx import export_onnx, quantize  # noqa: E402
from tweetmoji.train.export.parity import COMPARED_TEXTS, compare_exports  # noqa: E402
from tweetmoji.train.loop.network import load_base  # noqa: E402


@pytest.fixture(scope="module")
def exported(toy, settings, tmp_path_factory):
    network, tokenizer = load_base(str(toy.base), EMOTIONS, settings)
    weights = export_onnx(network)
    config = ModelConfig("toy", EMOTIONS, dict(EMOJI), settings.max_tokens, 0.5, {})
    folder = tmp_path_factory.mktemp("equivalence") / "toy"
    artifact = make_artifact(
        folder, config=config, weights=quantize(weights), tokenizer=tokenizer.to_json(), metrics={}
    )
    return network, tokenizer, artifact, weights


def test_float32_answers_as_torch_does_and_int8_nearly(toy, exported):
    figures = compare_exports(*exported, [toy.data["val"], toy.data["test"]])
    assert figures["texts"] == min(COMPARED_TEXTS, len(toy.data["val"])) + len(toy.data["test"])
    assert 0 <= figures["torch_to_float32"] < 1e-5
    assert figures["torch_to_float32"] < figures["float32_to_int8"] < 0.5
    assert 0 <= figures["changed_labels"] <= 1


@pytest.mark.parametrize("change", [0.05, np.nan])
def test_weights_that_answer_otherwise_than_the_network_are_refused(toy, exported, settings, change):
    _, *rest = exported
    network = toy.make_network(settings)
    with torch.no_grad():
        network.classifier.bias[0] += change
    with pytest.raises(TrainingError, match="otherwise than the network"):
        compare_exports(network, *rest, [toy.data["val"]])
