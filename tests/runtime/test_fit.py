"""Parts of a model that do not fit each other: found when it is loaded, not when it is asked."""

import json
from dataclasses import replace

import numpy as np
import pytest
from tokenizers import Tokenizer

import tweetmoji
from tweetmoji import ArtifactError
from tweetmoji.emotions import EMOTIONS
from tweetmoji.runtime.artifact import TOKENIZER, WEIGHTS, with_changes, write_artifact
from tweetmoji.runtime.config import NoneCalibration, SuggestionHead
from tweetmoji.runtime.prior import make_uniform_prior


@pytest.fixture
def load_changed(tiny_artifact, tmp_path):
    """Load a model, by default the tiny one, after some of its parts were replaced; its checksums are right."""

    def load(artifact=tiny_artifact, **changes):
        write_artifact(with_changes(replace(artifact, folder=tmp_path / "changed"), **changes))
        return tweetmoji.load(tmp_path / "changed")

    return load


def with_labels(config, labels):
    return replace(config, labels=labels, emoji=dict.fromkeys(labels, "🙂"), prior=make_uniform_prior(labels))


def projection(graph):
    (tensor,) = (tensor for tensor in graph.initializer if tensor.name == "projection")
    return tensor


@pytest.mark.parametrize("labels", [EMOTIONS[:5], (*EMOTIONS, "envy")])
def test_another_number_of_labels_than_the_weights_have_is_refused(load_changed, tiny_artifact, labels):
    config = with_labels(tiny_artifact.config, labels)
    with pytest.raises(ArtifactError) as caught:
        load_changed(config=config)

    assert f"{WEIGHTS}: answers (6,) finite logits; expected {len(labels)} finite ones" in str(caught.value)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_whose_answers_are_no_numbers_are_refused(load_changed, edit_weights, value):
    from onnx import numpy_helper

    def spoil(graph):
        tensor = projection(graph)
        table = numpy_helper.to_array(tensor) * value
        tensor.CopyFrom(numpy_helper.from_array(table.astype(np.float32), "projection"))

    with pytest.raises(ArtifactError, match=r"model.onnx: answers \(6,\) non-finite logits"):
        load_changed(weights=edit_weights(spoil))


def test_a_tokenizer_with_more_words_than_the_weights_is_refused(load_changed, tiny_artifact):
    grown = Tokenizer.from_str(tiny_artifact.tokenizer)
    grown.add_tokens(["tomorrow"])
    with pytest.raises(ArtifactError) as caught:
        load_changed(tokenizer=grown.to_str())

    assert f"{WEIGHTS}: does not run on 16 of the tokenizer's ids" in str(caught.value)
    assert f"{TOKENIZER}, config.json or {WEIGHTS} belongs to another model" in str(caught.value)


def test_a_tokenizer_whose_ids_have_gaps_is_checked_up_to_its_highest(load_changed, tiny_artifact):
    fields = json.loads(tiny_artifact.tokenizer)
    fields["model"]["vocab"]["dog"] = 5_000
    with pytest.raises(ArtifactError, match="does not run on 16 of the tokenizer's ids"):
        load_changed(tokenizer=json.dumps(fields))


def test_a_tokenizer_that_makes_nothing_of_an_empty_text_is_refused(load_changed, tiny_artifact):
    fields = json.loads(tiny_artifact.tokenizer) | {"post_processor": None}
    with pytest.raises(ArtifactError, match=TOKENIZER):
        load_changed(tokenizer=json.dumps(fields))


def test_more_tokens_than_the_weights_have_positions_for_are_refused(load_changed, edit_weights, tiny_artifact):
    """As with BERT, the weights add a vector for each position and have 16 of them."""
    from onnx import helper, numpy_helper

    def add_positions(graph):
        constants = {"zero": np.int64(0), "one": np.int64(1)}
        graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in constants.items())
        graph.initializer.append(numpy_helper.from_array(np.zeros((16, 8), dtype=np.float32), "position_table"))
        graph.node[1].input[0] = "placed"
        added = [
            helper.make_node("Shape", ["input_ids"], ["shape"]),
            helper.make_node("Gather", ["shape", "one"], ["length"]),
            helper.make_node("Range", ["zero", "length", "one"], ["positions"]),
            helper.make_node("Gather", ["position_table", "positions"], ["position_vectors"]),
            helper.make_node("Add", ["embedded", "position_vectors"], ["placed"]),
        ]
        for place, node in enumerate(added, start=1):
            graph.node.insert(place, node)

    weights = edit_weights(add_positions)
    assert load_changed(weights=weights)("dog " * 50).truncated  # the 16 that are there will do

    with pytest.raises(ArtifactError, match=r"model\.onnx|max_tokens"):
        load_changed(weights=weights, config=replace(tiny_artifact.config, max_tokens=17))


def test_an_absurd_number_of_tokens_is_refused(load_changed, tiny_artifact):
    with pytest.raises(ArtifactError, match="max_tokens"):
        load_changed(config=replace(tiny_artifact.config, max_tokens=2**70))


@pytest.mark.parametrize("end", ["input", "output"])
def test_weights_with_other_ends_are_refused(load_changed, edit_weights, end):
    def rename(graph):
        ends = {"input": (graph.input, "input_ids"), "output": (graph.output, "logits")}
        values, name = ends[end]
        values[0].name = "other"
        for node in graph.node:
            for names in (node.input, node.output):
                names[:] = ["other" if one == name else one for one in names]

    message = r"model.onnx: takes .*'other'.*expected int64 'input_ids' and float 'logits'"
    with pytest.raises(ArtifactError, match=message):
        load_changed(weights=edit_weights(rename))


def test_weights_that_want_a_second_input_are_refused(load_changed, edit_weights):
    from onnx import TensorProto, helper

    def add_mask(graph):
        graph.input.append(helper.make_tensor_value_info("attention_mask", TensorProto.INT64, ["texts", "tokens"]))
        graph.output.append(helper.make_tensor_value_info("masked", TensorProto.INT64, ["texts", "tokens"]))
        graph.node.append(helper.make_node("Identity", ["attention_mask"], ["masked"]))

    with pytest.raises(ArtifactError, match=r"model.onnx: takes .*'attention_mask'.*expected int64 'input_ids'"):
        load_changed(weights=edit_weights(add_mask))


def test_weights_of_another_number_type_are_refused(load_changed, edit_weights):
    from onnx import TensorProto

    def narrow(graph):
        graph.input[0].type.tensor_type.elem_type = TensorProto.INT32

    with pytest.raises(ArtifactError, match=r"model.onnx: takes .*int32.*expected int64 'input_ids'"):
        load_changed(weights=edit_weights(narrow))


def test_a_users_own_labels_and_emoji_work_the_same_way(load_changed, tiny_artifact):
    labels = ("rain", "sun", "snow", "wind", "fog", "hail")
    signs = ("🌧️", "🌞", "⛄", "🍃", "🌫️", "🧊")
    config = replace(
        with_labels(tiny_artifact.config, labels), emoji=dict(zip(labels, signs, strict=True)), name="weather"
    )
    emojifier = load_changed(config=config)
    prediction = emojifier("so happy")

    assert (emojifier.name, emojifier.labels) == ("weather", labels)
    assert (prediction.emoji, prediction.label) == ("🌞", "sun")
    assert tuple(prediction.scores) == labels


def test_emoji_are_given_in_the_order_of_the_labels(load_changed, tiny_artifact):
    shuffled = dict(sorted(tiny_artifact.config.emoji.items()))
    emojifier = load_changed(config=replace(tiny_artifact.config, emoji=shuffled))

    assert tuple(emojifier.emoji) == EMOTIONS


def test_weights_without_a_logit_for_none_are_refused_where_the_config_has_it(load_changed, tiny_artifact):
    with pytest.raises(ArtifactError) as caught:
        load_changed(config=replace(tiny_artifact.config, none=NoneCalibration(1.0, 0.0)))

    expected = "expected 7 finite ones, one for each label of config.json and one for none"
    assert f"{WEIGHTS}: answers (6,) finite logits; {expected}" in str(caught.value)


def test_weights_with_a_logit_for_none_are_refused_where_the_config_has_none(load_changed, heads_artifact):
    with pytest.raises(ArtifactError) as caught:
        load_changed(heads_artifact, config=replace(heads_artifact.config, none=None))

    assert f"{WEIGHTS}: answers (7,) finite logits; expected 6 finite ones, one for each label" in str(caught.value)
    assert not str(caught.value).endswith("none")


def test_weights_without_suggestions_are_refused_where_the_config_has_them(load_changed, tiny_artifact):
    config = replace(tiny_artifact.config, suggestions=SuggestionHead(("🐶",), 1.0))
    message = (
        r"model.onnx: takes .*expected int64 'input_ids' and float 'logits' and 'emoji_logits', because config.json"
    )
    with pytest.raises(ArtifactError, match=f"{message} has suggestions"):
        load_changed(config=config)


def test_weights_with_suggestions_are_refused_where_the_config_has_none(load_changed, heads_artifact):
    message = r"model.onnx: takes .*'emoji_logits'.*expected .* float 'logits', because config.json has no suggestions"
    with pytest.raises(ArtifactError, match=message):
        load_changed(heads_artifact, config=replace(heads_artifact.config, suggestions=None))


def test_weights_that_suggest_with_every_prediction_are_refused(load_changed, heads_artifact):
    import onnx

    model = onnx.load_model_from_string(heads_artifact.weights)
    model.graph.node[-1].CopyFrom(onnx.helper.make_node("MatMul", ["pooled", "emoji_projection"], ["emoji_logits"]))
    del model.graph.input[-1], model.graph.initializer[-1]
    message = (
        r"model.onnx: computes suggestions with every prediction.*expected a bool input 'suggest'.*train-suggestions"
    )
    with pytest.raises(ArtifactError, match=message):
        load_changed(heads_artifact, weights=model.SerializeToString())


@pytest.mark.parametrize("emoji", [("🐶", "🐱", "☔"), ("🐶", "🐱", "☔", "🌞", "🌈")])
def test_another_number_of_suggestions_than_the_weights_have_is_refused(load_changed, heads_artifact, emoji):
    config = replace(heads_artifact.config, suggestions=SuggestionHead(emoji, 1.0))
    with pytest.raises(ArtifactError) as caught:
        load_changed(heads_artifact, config=config)

    expected = f"expected {len(emoji)} finite ones, one for each suggested emoji of config.json"
    assert f"{WEIGHTS}: answers (4,) finite emoji_logits; {expected}" in str(caught.value)


def test_weights_whose_suggestions_are_no_numbers_are_refused(load_changed, heads_artifact):
    import onnx

    model = onnx.load_model_from_string(heads_artifact.weights)
    (tensor,) = (tensor for tensor in model.graph.initializer if tensor.name == "emoji_projection")
    values = onnx.numpy_helper.to_array(tensor) * np.float32(np.nan)
    tensor.CopyFrom(onnx.numpy_helper.from_array(values, "emoji_projection"))
    with pytest.raises(ArtifactError, match=r"model.onnx: answers \(4,\) non-finite emoji_logits; expected 4"):
        load_changed(heads_artifact, weights=model.SerializeToString())
