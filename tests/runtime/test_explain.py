"""Explanations: the weight of a word is what its label loses without it."""

from dataclasses import FrozenInstanceError, fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.toys.model import EMOTION_WORDS

import tweetmoji
from tweetmoji import Explanation, SettingError, TooManyWordsError, TweetmojiError, WordWeight
from tweetmoji.runtime.artifact import with_changes, write_artifact
from tweetmoji.runtime.explain import MAX_WORDS, leave_out

TEXT = "I am so happy, and not sad 😂"


def list_words(text, explanation):
    return {text[word.start : word.end]: word.weight for word in explanation.words}


@pytest.fixture
def shuffled_emojifier(tiny_artifact, tmp_path):
    """The tiny model with its words' vectors in another order."""
    import onnx

    model = onnx.load_model_from_string(tiny_artifact.weights)
    [tensor] = [tensor for tensor in model.graph.initializer if tensor.name == "table"]
    table = np.random.default_rng(1).permutation(onnx.numpy_helper.to_array(tensor))
    tensor.CopyFrom(onnx.numpy_helper.from_array(table, "table"))
    artifact = with_changes(tiny_artifact, weights=model.SerializeToString())
    write_artifact(replace(artifact, folder=tmp_path / "shuffled"))
    return tweetmoji.load(tmp_path / "shuffled")


def test_weight_is_the_score_lost_without_the_word(tiny_emojifier):
    text = "so happy :) today"
    explanation = tiny_emojifier.explain(text)
    without = ["happy :) today", "so :) today", "so happy today", "so happy :)"]
    whole, *others = tiny_emojifier.predict_proba([text, *without])[:, tiny_emojifier.labels.index("joy")].tolist()

    assert explanation.prediction == tiny_emojifier(text)
    assert explanation.words == tuple(
        WordWeight(start, end, whole - other)
        for (start, end), other in zip([(0, 2), (3, 8), (9, 11), (12, 17)], others, strict=True)
    )
    assert {type(word.weight) for word in explanation.words} == {float}


@pytest.mark.parametrize("word", EMOTION_WORDS)
def test_the_word_that_makes_the_emotion_is_the_heaviest_and_without_it_the_label_loses(tiny_emojifier, word):
    text = f"the cat and my {word} dog today"
    explanation = tiny_emojifier.explain(text)
    weights = list_words(text, explanation)
    label = EMOTION_WORDS[word]

    assert explanation.prediction.label == label
    assert max(weights, key=weights.get) == word
    assert tiny_emojifier(text.replace(word, "")).scores[label] < explanation.prediction.scores[label] - 0.1


def test_a_word_for_another_label_weighs_less_than_nothing(tiny_emojifier):
    explanation = tiny_emojifier.explain(TEXT)
    assert explanation.prediction.label == "joy"
    assert list_words(TEXT, explanation)["sad"] < -0.01


def test_two_words_that_say_the_same_each_weigh_less_than_one_alone(tiny_emojifier):
    once, twice = (list_words(text, tiny_emojifier.explain(text)) for text in ("happy day", "happy good day"))
    assert 0 < twice["happy"] < once["happy"]


@pytest.mark.parametrize("text", ["", "  \n", "...", "?! *"])
def test_a_text_without_words_has_a_prediction_and_no_weights(tiny_emojifier, text):
    assert tiny_emojifier.explain(text) == Explanation(tiny_emojifier(text), ())


def test_the_only_word_is_compared_with_no_words(tiny_emojifier):
    [word] = tiny_emojifier.explain("happy").words
    assert word.weight == tiny_emojifier("happy").scores["joy"] - tiny_emojifier("").scores["joy"]


def test_weights_compare_scores_given_an_emotion_where_the_model_knows_none(heads_emojifier):
    text = "so happy http"
    explanation = heads_emojifier.explain(text)
    scores = heads_emojifier.predict_proba([text, "happy http", "so http", "so happy"])[:, 1].tolist()

    assert heads_emojifier.labels[1] == explanation.prediction.label == "joy"
    assert [word.weight for word in explanation.words] == [scores[0] - score for score in scores[1:]]
    lost = explanation.prediction.confidence - heads_emojifier("so happy").confidence
    assert explanation.words[2].weight != pytest.approx(lost, abs=0.01)


def test_the_prior_reaches_the_weights(tiny_folder, tiny_emojifier):
    prior = dict(zip(tiny_emojifier.labels, [0.9, 0.02, 0.02, 0.02, 0.02, 0.02], strict=True))
    emojifier = tweetmoji.load(tiny_folder, prior=prior)
    explanation = emojifier.explain("so happy")

    assert explanation.prediction == emojifier("so happy")
    assert explanation.words != tiny_emojifier.explain("so happy").words


def test_weights_are_those_of_the_model_and_not_of_the_text(tiny_emojifier, shuffled_emojifier):
    """What a model with shuffled weights explains alike explains no model (Adebayo et al. 2018)."""
    trained, shuffled = (
        np.array([word.weight for word in emojifier.explain(TEXT).words])
        for emojifier in (tiny_emojifier, shuffled_emojifier)
    )
    assert trained.shape == shuffled.shape
    assert np.abs(trained - shuffled).max() > 0.1
    assert trained.argsort().tolist() != shuffled.argsort().tolist()


def test_spans_point_into_the_text_as_it_came(tiny_emojifier):
    text = "  R&amp;B &lt;3 @you #soHappy\n😂😂 cafe\u0301 "
    words = tiny_emojifier.explain(text).words
    assert [text[word.start : word.end] for word in words] == [
        *("R&amp;B", "&lt;3", "@you", "#soHappy", "😂😂", "cafe\u0301")
    ]


def test_64_words_are_explained_and_65_are_refused(tiny_emojifier):
    assert len(tiny_emojifier.explain("day " * MAX_WORDS).words) == MAX_WORDS == 64
    with pytest.raises(TooManyWordsError) as caught:
        tiny_emojifier.explain("day " * (MAX_WORDS + 1))
    assert str(caught.value) == "the text has 65 words; expected at most 64: explain a part of it at a time"
    assert isinstance(caught.value, TweetmojiError)
    assert isinstance(caught.value, ValueError)
    assert not isinstance(caught.value, SettingError)


@pytest.mark.parametrize(("text", "kind"), [(None, "None"), (b"happy", "a bytes"), (["happy"], "a list")])
def test_anything_but_a_string_is_refused(tiny_emojifier, text, kind):
    with pytest.raises(TypeError, match=f"^text is {kind}; expected a str$"):
        tiny_emojifier.explain(text)


def test_an_explanation_is_frozen(tiny_emojifier):
    explanation = tiny_emojifier.explain("happy")
    for value, names in ((explanation, ["prediction", "words"]), (explanation.words[0], ["start", "end", "weight"])):
        assert [field.name for field in fields(value)] == names
        for name in names:
            with pytest.raises(FrozenInstanceError):
                setattr(value, name, None)


@pytest.mark.parametrize(
    ("text", "start", "end", "left"),
    [
        ("a b c", 2, 3, "a c"),
        ("a b c", 0, 1, "b c"),
        ("a b c", 4, 5, "a b"),
        ("a  b \n c", 3, 4, "a c"),
        ("a  b  c d", 8, 9, "a  b  c"),
        ("so😂sad", 2, 3, "so sad"),
        ("(sad)", 1, 4, "( )"),
        (":sad)", 1, 4, ": )"),
        ("sad!", 0, 3, "!"),
        ("sad", 0, 3, ""),
    ],
)
def test_leaving_a_word_out_leaves_all_else_apart(text, start, end, left):
    assert leave_out(text, start, end) == left


@given(text=st.text(max_size=30))
def test_any_string_is_explained(tiny_emojifier, text):
    explanation = tiny_emojifier.explain(text)
    assert explanation.prediction == tiny_emojifier(text)
    assert all(-1 <= word.weight <= 1 for word in explanation.words)
    assert all(text[word.start : word.end].strip() for word in explanation.words)
