"""The library's contract: load a model, ask it, get predictions."""

import math
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import tweetmoji
from tweetmoji import EMOTIONS, Emojifier, NoSuggestionsError, Prediction, SettingError, Suggestion
from tweetmoji.emotions import EMOJI
from tweetmoji.runtime.artifact import Artifact, read_artifact

TEXTS = ["I am so happy", "so sad", "", "dog", "furious cat", "you " * 40, "adore"]


def test_a_call_answers_one_text(tiny_emojifier):
    prediction = tiny_emojifier("I am so happy")

    assert isinstance(prediction, Prediction)
    assert (prediction.emoji, prediction.label, prediction.truncated) == ("😂", "joy", False)
    assert prediction.confidence == prediction.scores["joy"] > 0.9


@pytest.mark.parametrize(
    ("word", "emotion"),
    [("sad", "sadness"), ("good", "joy"), ("adore", "love"), ("furious", "anger"), ("scared", "fear")],
)
def test_the_emoji_is_that_of_the_emotion(tiny_emojifier, word, emotion):
    prediction = tiny_emojifier(f"so {word}")
    assert (prediction.label, prediction.emoji) == (emotion, EMOJI[emotion])


def test_predict_answers_a_list_in_order(tiny_emojifier):
    assert tiny_emojifier.predict(TEXTS) == [tiny_emojifier(text) for text in TEXTS]


def test_scores_are_probabilities_in_label_order(tiny_emojifier):
    for prediction in tiny_emojifier.predict(TEXTS):
        assert tuple(prediction.scores) == EMOTIONS
        assert math.isclose(sum(prediction.scores.values()), 1, abs_tol=1e-6)
        assert prediction.confidence == max(prediction.scores.values()) == prediction.scores[prediction.label]
        assert {type(value) for value in prediction.scores.values()} == {type(prediction.confidence)} == {float}


def test_predict_proba_is_one_row_a_text_and_one_column_a_label(tiny_emojifier):
    probabilities = tiny_emojifier.predict_proba(TEXTS)

    assert probabilities.dtype == np.float32
    assert probabilities.shape == (len(TEXTS), len(tiny_emojifier.labels))
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-6)
    scores = [list(prediction.scores.values()) for prediction in tiny_emojifier.predict(TEXTS)]
    np.testing.assert_array_equal(probabilities, np.array(scores, dtype=np.float32))


def test_no_texts_get_no_answers(tiny_emojifier):
    assert tiny_emojifier.predict([]) == []
    assert tiny_emojifier.predict(iter(())) == []
    assert tiny_emojifier.predict_proba([]).shape == (0, 6)
    assert tiny_emojifier.predict_proba([]).dtype == np.float32


@pytest.mark.parametrize("wrap", [tuple, iter, lambda texts: (text for text in texts), np.array, dict.fromkeys])
def test_any_iterable_of_texts_will_do(tiny_emojifier, wrap):
    assert tiny_emojifier.predict(wrap(TEXTS)) == tiny_emojifier.predict(TEXTS)
    np.testing.assert_array_equal(tiny_emojifier.predict_proba(wrap(TEXTS)), tiny_emojifier.predict_proba(TEXTS))


def test_a_prediction_is_frozen(tiny_emojifier):
    prediction = tiny_emojifier("dog")
    names = [field.name for field in fields(prediction)]

    assert names == ["emoji", "label", "confidence", "none", "scores", "truncated"]
    for name in names:
        with pytest.raises(FrozenInstanceError):
            setattr(prediction, name, None)


def test_a_confidence_below_the_least_gives_no_emoji_but_all_else(tiny_emojifier):
    sure = tiny_emojifier("dog")
    unsure = tiny_emojifier("dog", min_confidence=math.nextafter(sure.confidence, 1))

    assert (unsure.emoji, unsure.label) == (None, None)
    assert (unsure.confidence, unsure.scores, unsure.truncated) == (sure.confidence, sure.scores, sure.truncated)


def test_a_confidence_of_just_the_least_is_enough(tiny_emojifier):
    sure = tiny_emojifier("dog")
    assert tiny_emojifier("dog", min_confidence=sure.confidence) == sure


def test_predict_holds_each_text_to_the_least_confidence(tiny_emojifier):
    predictions = tiny_emojifier.predict(["dog", "happy"], min_confidence=0.99)
    assert [prediction.label for prediction in predictions] == [None, "joy"]


@pytest.mark.parametrize("least", [0, 0.0, np.float32(0)])
def test_by_default_every_text_gets_an_emoji(tiny_emojifier, least):
    assert all(prediction.emoji for prediction in tiny_emojifier.predict(TEXTS))
    assert tiny_emojifier.predict(TEXTS, min_confidence=least) == tiny_emojifier.predict(TEXTS)


def test_a_least_confidence_of_one_is_allowed(tiny_emojifier):
    assert tiny_emojifier("dog", min_confidence=1).emoji is None


@pytest.mark.parametrize(
    "least", [math.nan, math.inf, -math.inf, 2, -0.1, 1.0000001, True, False, "0.5", None, [0.5], 1j]
)
def test_an_impossible_least_confidence_is_refused(tiny_emojifier, least):
    for ask in (
        lambda: tiny_emojifier("dog", min_confidence=least),
        lambda: tiny_emojifier.predict([], min_confidence=least),
    ):
        with pytest.raises(SettingError) as caught:
            ask()
        assert str(caught.value) == f"min_confidence is {least!r}; expected a number from 0 to 1"


def test_single_emoji_can_be_replaced(tiny_folder, tiny_emojifier):
    emojifier = tweetmoji.load(tiny_folder, emoji={"joy": "😊", "anger": "👿"})

    assert emojifier("so happy").emoji == "😊"
    assert emojifier("so happy").scores == tiny_emojifier("so happy").scores
    assert emojifier("so sad").emoji == EMOJI["sadness"]
    assert emojifier.emoji == dict(EMOJI) | {"joy": "😊", "anger": "👿"}
    assert tuple(emojifier.emoji) == EMOTIONS
    assert tweetmoji.load(tiny_folder).emoji == dict(EMOJI)


@pytest.mark.parametrize("emoji", [None, {}])
def test_no_replacement_leaves_the_models_emoji(tiny_folder, emoji):
    assert tweetmoji.load(tiny_folder, emoji=emoji).emoji == dict(EMOJI)


def test_emoji_that_are_no_mapping_are_a_type_error(tiny_folder):
    with pytest.raises(TypeError, match="emoji is a list; expected a mapping of label to emoji"):
        tweetmoji.load(tiny_folder, emoji=["😊"])


def test_an_emoji_of_several_code_points_and_any_mapping_will_do(tiny_folder):
    family = "👨‍👩‍👧"
    assert tweetmoji.load(tiny_folder, emoji=OrderedDict(love=family))("adore").emoji == family


def test_a_loaded_model_cannot_be_changed_from_outside(tiny_folder):
    given = {"joy": "😊"}
    emojifier = tweetmoji.load(tiny_folder, emoji=given)
    given["joy"] = "💀"
    emojifier.emoji["joy"] = "💀"

    assert emojifier("so happy").emoji == emojifier.emoji["joy"] == "😊"


@pytest.mark.parametrize(
    ("emoji", "message"),
    [
        ({"envy": "😒"}, "emoji for 'envy', which is no label of this model; expected sadness, joy, love, anger"),
        ({"Joy": "😊"}, "emoji for 'Joy', which is no label of this model"),
        ({0: "😊"}, "emoji for 0, which is no label of this model"),
        ({"joy": ""}, "the emoji for 'joy' is ''; expected a string that is not empty"),
        ({"joy": " \n"}, "the emoji for 'joy' is ' \\n'; expected a string that is not empty"),
        ({"joy": None}, "the emoji for 'joy' is None; expected a string that is not empty"),
        ({"joy": 128514}, "the emoji for 'joy' is 128514; expected a string that is not empty"),
    ],
)
def test_an_impossible_replacement_is_refused(tiny_folder, emoji, message):
    with pytest.raises(SettingError) as caught:
        tweetmoji.load(tiny_folder, emoji=emoji)

    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "text is None; expected a str (for many texts, call predict)"),
        (b"happy", "text is a bytes; expected a str"),
        (3, "text is a int; expected a str"),
        (["happy"], "text is a list; expected a str (for many texts, call predict)"),
    ],
)
def test_a_call_with_another_type_is_a_type_error(tiny_emojifier, text, message):
    with pytest.raises(TypeError) as caught:
        tiny_emojifier(text)

    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("method", [Emojifier.predict, Emojifier.predict_proba, Emojifier.suggest_proba])
@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ("happy", "texts is a str; expected a list of str (for one text, call the object itself)"),
        (b"happy", "texts is a bytes; expected a list of str"),
        (None, "texts is None; expected a list of str"),
        (3, "texts is a int; expected a list of str"),
        ([b"happy"], "texts[0] is a bytes; expected a str"),
        (["happy", None], "texts[1] is None; expected a str"),
        (["happy", "sad", 1.5], "texts[2] is a float; expected a str"),
        ([["happy"]], "texts[0] is a list; expected a str"),
    ],
)
def test_a_list_with_another_type_is_a_type_error(tiny_emojifier, method, texts, message):
    with pytest.raises(TypeError) as caught:
        method(tiny_emojifier, texts)

    assert str(caught.value).startswith(message)


@settings(max_examples=200)
@given(st.text(st.characters() | st.sampled_from("\ud800\udfff\x00\u200b\u200d\u202e\ufeff😂👩מש&#@ "), max_size=80))
@example("\ud83d")
@example("\x00")
@example("\u200b\u200d\ufeff")
@example("😂👩‍👩‍👧🏳️‍🌈")
@example("\u202eمرحبا بالعالم")
@example("[SEP] [PAD] [CLS] [MASK]")
@example("&#xD83D;&#0;&#1;&bogus;")
def test_any_string_is_answered(tiny_emojifier, text):
    prediction = tiny_emojifier(text)

    assert prediction.label in EMOTIONS
    assert 0 < prediction.confidence <= 1
    assert math.isclose(sum(prediction.scores.values()), 1, abs_tol=1e-6)


@pytest.mark.parametrize("text", [" ", "   ", "\n\t\r", "\u3000\u2028", "&nbsp;"])
def test_spaces_get_the_answer_of_the_empty_string(tiny_emojifier, text):
    assert tiny_emojifier(text) == tiny_emojifier("")
    assert not tiny_emojifier("").truncated


def test_lone_surrogates_are_read_as_replacement_characters(tiny_emojifier):
    assert tiny_emojifier("\ud83d so happy") == tiny_emojifier("\ufffd so happy")


def test_of_a_long_text_the_first_tokens_are_read(tiny_emojifier):
    long = tiny_emojifier("happy " * 14 + "sad " * 25_000)

    assert long.truncated
    assert long.scores == tiny_emojifier("happy " * 14).scores
    assert not tiny_emojifier("happy " * 14).truncated


def test_a_subclass_of_str_is_a_str(tiny_emojifier):
    class Tweet(str):
        __slots__ = ()

    assert tiny_emojifier(Tweet("so happy")) == tiny_emojifier("so happy")


@pytest.mark.parametrize("threads", [0, -1, 1.0, 1.5, "2", True, [2]])
def test_an_impossible_number_of_threads_is_refused(tiny_folder, threads):
    with pytest.raises(SettingError) as caught:
        tweetmoji.load(tiny_folder, threads=threads)

    assert str(caught.value) == f"threads is {threads!r}; expected a whole number above 0, or None for all cores"


@pytest.mark.parametrize("threads", [None, 1, 2, 7])
def test_the_number_of_threads_changes_no_answer(tiny_folder, tiny_emojifier, threads):
    assert tweetmoji.load(tiny_folder, threads=threads).predict(TEXTS * 20) == tiny_emojifier.predict(TEXTS) * 20


def test_threads_may_share_an_emojifier(tiny_emojifier):
    expected = {text: tiny_emojifier(text) for text in TEXTS}
    with ThreadPoolExecutor(8) as pool:
        singles = list(pool.map(tiny_emojifier, TEXTS * 30))
        lists = list(pool.map(tiny_emojifier.predict, [TEXTS * 10] * 8))

    assert singles == [expected[text] for text in TEXTS * 30]
    assert lists == [[expected[text] for text in TEXTS * 10]] * 8


@pytest.mark.parametrize("kind", [str, Path])
def test_a_folder_is_named_by_str_or_path(tiny_folder, kind):
    assert tweetmoji.load(kind(tiny_folder)).name == "tiny"


def test_an_emojifier_says_which_model_it_is(tiny_folder, tiny_emojifier):
    artifact = read_artifact(tiny_folder)

    assert (tiny_emojifier.name, tiny_emojifier.version) == ("tiny", artifact.version)
    assert tiny_emojifier.labels == EMOTIONS
    assert tiny_emojifier.metrics == artifact.metrics


def test_the_folder_is_no_longer_needed_once_loaded(tiny_folder):
    emojifier = tweetmoji.load(tiny_folder)
    before = emojifier("so happy")
    for path in tiny_folder.iterdir():
        path.unlink()

    assert emojifier("so happy") == before


@pytest.mark.parametrize("threads", [1, 3])
def test_with_threads_shares_the_model(tiny_emojifier, threads):
    other = tiny_emojifier.with_threads(threads)
    assert (other.threads, other.version) == (threads, tiny_emojifier.version)
    assert other.predict(TEXTS * 20) == tiny_emojifier.predict(TEXTS * 20)
    assert other._classifier is tiny_emojifier._classifier


def test_observer_hears_of_lengths_and_seconds_and_the_model_stays_without(tiny_emojifier):
    heard = []

    class Observer:
        def tokenized(self, lengths, seconds):
            heard.append((list(lengths), seconds))

        def computed(self, seconds):
            heard.append((None, seconds))

    observed = tiny_emojifier.with_threads(1).with_observer(Observer())
    texts = ["happy", "happy dog", "sad " * 500]
    assert observed.predict(texts) == tiny_emojifier.predict(texts)
    lengths = [length for row, _ in heard if row for length in row]
    assert lengths == [3, 4, tiny_emojifier.max_tokens]
    assert sum(row is None for row, _ in heard) >= 1
    assert all(0 < seconds < 30 for _, seconds in heard)
    heard.clear()
    tiny_emojifier.predict(texts)
    assert heard == []


def test_with_threads_refuses_what_load_refuses(tiny_emojifier):
    with pytest.raises(SettingError, match="threads is 0; expected a whole number above 0"):
        tiny_emojifier.with_threads(0)


def test_a_loaded_model_keeps_no_copy_of_its_weights(tiny_emojifier):
    kept = [value for value in vars(tiny_emojifier).values() if isinstance(value, bytes | Artifact)]
    assert kept == []


def test_a_model_without_none_says_so_and_its_confidence_is_the_score(tiny_emojifier):
    prediction = tiny_emojifier("dog")
    assert prediction.none is None
    assert prediction.confidence == max(prediction.scores.values())


def test_the_confidence_is_the_score_times_the_probability_of_any_label(heads_emojifier):
    for prediction in heads_emojifier.predict([*TEXTS, "http http", "happy http"]):
        assert type(prediction.none) is float
        assert prediction.confidence == (1 - prediction.none) * max(prediction.scores.values())
        assert sum(prediction.scores.values()) == pytest.approx(1, abs=1e-6)


def test_words_without_a_feeling_raise_none(heads_emojifier):
    happy, both, without = heads_emojifier.predict(["happy", "happy http", "http"])
    assert happy.none < 0.01 < both.none < 0.99 < without.none
    assert without.emoji  # there is always an emoji unless a least confidence is set


def test_the_least_confidence_holds_for_the_confidence_and_not_the_score(heads_emojifier):
    prediction = heads_emojifier("happy http")
    least = (prediction.confidence + prediction.scores["joy"]) / 2
    assert prediction.confidence < least < prediction.scores["joy"]
    assert heads_emojifier("happy http", min_confidence=least).emoji is None


def test_a_list_gets_the_none_of_its_texts_alone(heads_emojifier):
    texts = [*TEXTS, "http", "happy http"] * 20
    assert heads_emojifier.predict(texts) == [heads_emojifier(text) for text in texts]


def test_the_prior_is_the_models_own_unless_another_is_given(tiny_folder, tiny_emojifier, tiny_artifact):
    assert tiny_emojifier.prior == tiny_artifact.config.prior
    assert tuple(tiny_emojifier.prior) == EMOTIONS
    assert tweetmoji.load(tiny_folder, prior="uniform").prior == dict.fromkeys(EMOTIONS, 1 / 6)
    shares = dict(zip(reversed(EMOTIONS), [0.5, 0.1, 0.1, 0.1, 0.1, 0.1], strict=True))
    assert list(tweetmoji.load(tiny_folder, prior=shares).prior.items()) == list(reversed(shares.items()))


def test_another_prior_multiplies_the_probabilities_by_new_over_old(tiny_folder, tiny_emojifier):
    shares = dict(zip(EMOTIONS, [0.05, 0.05, 0.1, 0.2, 0.2, 0.4], strict=True))
    old = tiny_emojifier.predict_proba(TEXTS).astype(np.float64)
    weighted = old * np.array(list(shares.values())) / np.array(list(tiny_emojifier.prior.values()))
    new = tweetmoji.load(tiny_folder, prior=shares)

    np.testing.assert_allclose(new.predict_proba(TEXTS), weighted / weighted.sum(axis=1, keepdims=True), atol=1e-6)
    for prediction, row in zip(new.predict(TEXTS), new.predict_proba(TEXTS).tolist(), strict=True):
        assert list(prediction.scores.values()) == row
        assert prediction.confidence == max(row)
    assert new.predict(TEXTS) == [new(text) for text in TEXTS]


def test_the_models_own_prior_changes_no_prediction(tiny_folder, tiny_emojifier, tiny_artifact):
    own = tweetmoji.load(tiny_folder, prior=tiny_artifact.config.prior)
    np.testing.assert_allclose(own.predict_proba(TEXTS), tiny_emojifier.predict_proba(TEXTS), atol=1e-7)


def test_a_prior_changes_neither_none_nor_suggestions(heads_home, heads_emojifier):
    uniform = tweetmoji.load(heads_home, prior="uniform")
    assert [row.none for row in uniform.predict(TEXTS)] == [row.none for row in heads_emojifier.predict(TEXTS)]
    np.testing.assert_array_equal(uniform.suggest_proba(TEXTS), heads_emojifier.suggest_proba(TEXTS))


def test_with_threads_keeps_the_prior(tiny_folder):
    uniform = tweetmoji.load(tiny_folder, prior="uniform")
    assert uniform.with_threads(1).prior == uniform.prior
    assert uniform.with_threads(1)("dog") == uniform("dog")


@pytest.mark.parametrize("prior", ["flat", {"joy": 1.0}, dict.fromkeys(EMOTIONS, 1.0)])
def test_an_impossible_prior_is_refused(tiny_folder, prior):
    with pytest.raises(SettingError, match="prior"):
        tweetmoji.load(tiny_folder, prior=prior)


def test_suggestions_are_the_most_probable_emoji_first(heads_emojifier):
    emoji, probabilities = heads_emojifier.suggestions, heads_emojifier.suggest_proba(["my dog"])[0].tolist()
    ranked = sorted(zip(emoji, probabilities, strict=True), key=lambda pair: -pair[1])

    assert emoji == ("🐶", "🐱", "☔", "🌞")
    assert heads_emojifier.suggest("my dog") == [Suggestion(*pair) for pair in ranked[:3]]
    assert heads_emojifier.suggest("my dog", k=1) == [Suggestion("🐶", probabilities[0])]
    assert len(heads_emojifier.suggest("my dog", k=99)) == 4


def test_suggestions_have_a_row_of_probabilities_for_each_text(heads_emojifier):
    probabilities = heads_emojifier.suggest_proba(TEXTS)
    assert (probabilities.dtype, probabilities.shape) == (np.float32, (len(TEXTS), 4))
    np.testing.assert_allclose(probabilities.sum(axis=1, dtype=np.float64), 1, atol=1e-6)
    assert heads_emojifier.suggest_proba([]).shape == (0, 4)


def test_a_model_without_suggestions_has_none_and_says_so(tiny_emojifier):
    assert tiny_emojifier.suggestions == ()
    for ask in (lambda: tiny_emojifier.suggest("dog"), lambda: tiny_emojifier.suggest_proba(["dog"])):
        with pytest.raises(NoSuggestionsError, match="the model tiny has no suggestions"):
            ask()


@pytest.mark.parametrize("k", [0, -1, 1.0, "3", True, None])
def test_an_impossible_number_of_suggestions_is_refused(heads_emojifier, k):
    with pytest.raises(SettingError) as caught:
        heads_emojifier.suggest("dog", k=k)

    assert str(caught.value) == f"k is {k!r}; expected a whole number above 0"


@pytest.mark.parametrize("text", [None, 3, b"dog", ["dog"]])
def test_suggestions_for_another_type_are_a_type_error(heads_emojifier, text):
    with pytest.raises(TypeError, match=r"text is .*; expected a str \(for many texts, call suggest_proba\)"):
        heads_emojifier.suggest(text)
