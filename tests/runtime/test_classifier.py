"""Logits depend on the text and the model only, to the last bit: not on other texts, order or threads."""

import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnxruntime.capi.onnxruntime_pybind11_state import InvalidArgument
from tests.toys.model import spoil_word
from tokenizers import Tokenizer

from tweetmoji import ArtifactError, NoSuggestionsError
from tweetmoji.runtime.artifact import SHIPPED, read_artifact, with_changes
from tweetmoji.runtime.classifier import (
    BATCH_INVARIANT,
    EMOJI_LOGITS,
    LOGITS,
    SLICE_TEXTS,
    WINDOW_TEXTS,
    Classifier,
)
from tweetmoji.runtime.softmax import compute_none, softmax

TEXTS = [
    *("", " ", "a", "So happy today!", "this is the worst day of my life", "I adore you 🥰", "😂😂😂"),
    *("my dog ran away and I miss him so much", "WHY would anyone do that?!", "there is someone in my house"),
    *("wow, did not see that coming", "@ann look: https://example.org &amp; laugh", "\ud800", "a\x00b", "مرحبا بكم"),
    *("dog " * 40, "rain and sun and rain and sun " * 50, "x" * 11_000, "so so so so sad", "ok"),
]


@pytest.fixture(scope="module", params=["tiny", "heads", "shipped"])
def artifact(request, tiny_artifact, heads_artifact):
    artifacts = {"tiny": tiny_artifact, "heads": heads_artifact}
    return artifacts.get(request.param) or read_artifact(SHIPPED)


@pytest.fixture(scope="module")
def classifier(artifact):
    return Classifier(artifact)


@pytest.fixture(scope="module")
def alone(classifier):
    """Logits of each text in a list of its own."""
    return np.concatenate([classifier.compute_logits([text], 1)[0] for text in TEXTS])


def test_a_list_gets_the_logits_of_its_texts_alone(classifier, alone):
    assert alone.dtype == np.float32
    np.testing.assert_array_equal(classifier.compute_logits(TEXTS, 2)[0], alone)


def test_different_texts_get_different_logits(alone):
    assert len(np.unique(alone, axis=0)) >= len(TEXTS) - 3  # spaces are as empty as the empty text


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_order_and_company_do_not_matter(classifier, alone, seed):
    order = random.Random(seed).choices(range(len(TEXTS)), k=50)
    logits, _ = classifier.compute_logits([TEXTS[i] for i in order], 2)

    np.testing.assert_array_equal(logits, alone[order])


@pytest.mark.parametrize("threads", [1, 3, 64])
def test_the_number_of_threads_does_not_matter(classifier, alone, threads):
    np.testing.assert_array_equal(classifier.compute_logits(TEXTS, threads)[0], alone)


def test_threads_may_share_it(classifier, alone):
    def compute(start):
        rotated = TEXTS[start:] + TEXTS[:start]
        return classifier.compute_logits(rotated, 2)[0]

    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(compute, range(6)))

    for start, logits in enumerate(results):
        np.testing.assert_array_equal(logits, np.roll(alone, -start, axis=0))


@settings(max_examples=50)
@given(st.lists(st.sampled_from(["dog", "so happy", "", "cat " * 30, "I am very sad"]), max_size=80))
def test_lists_of_any_length_are_computed_row_by_row(tiny_artifact, texts):
    classifier = Classifier(tiny_artifact)
    logits, truncated = classifier.compute_logits(texts, 2)

    assert logits.shape == (len(texts), 6)
    assert truncated == [text == "cat " * 30 for text in texts]
    for text, row in zip(texts, logits, strict=True):
        np.testing.assert_array_equal(row, classifier.compute_logits([text], 1)[0][0])


WORDS = st.sampled_from(["so", "happy", "never", "but", "sad", "dog", "😭", "#notagain", "@user", "café", "why?!"])


@pytest.fixture(scope="module")
def shipped():
    return Classifier(read_artifact(SHIPPED))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(WORDS, max_size=9).map(" ".join), min_size=1, max_size=30), st.integers(1, 3))
def test_any_list_of_the_shipped_model_has_the_bits_of_its_texts_alone(shipped, texts, threads):
    """Texts of few words in lists of many: most run in batches of one length."""
    logits, _ = shipped.compute_logits(texts, threads)
    alone = np.concatenate([shipped.compute_logits([text], 1)[0] for text in texts])
    np.testing.assert_array_equal(logits, alone)


@pytest.mark.parametrize("beyond", [-1, 0, 1])
@pytest.mark.parametrize("size", [2 * SLICE_TEXTS, WINDOW_TEXTS, 4 * WINDOW_TEXTS])
def test_lists_beyond_a_slice_or_a_window_stay_in_order(tiny_artifact, size, beyond):
    classifier, n = Classifier(tiny_artifact), size + beyond
    cycle = ["dog", "so happy", "cat " * 30]
    logits, truncated = classifier.compute_logits([cycle[i % 3] for i in range(n)], 2)
    expected, flags = classifier.compute_logits(cycle, 1)

    np.testing.assert_array_equal(logits, expected[np.arange(n) % 3])
    assert truncated == [flags[i % 3] for i in range(n)]


@pytest.mark.parametrize("temperature", [0.5, 3.0])
def test_probabilities_are_the_logits_at_the_models_temperature(tiny_artifact, temperature):
    config = replace(tiny_artifact.config, temperature=temperature)
    classifier = Classifier(with_changes(tiny_artifact, config=config))
    logits, _ = classifier.compute_logits(["so happy", "dog"], 1)

    np.testing.assert_array_equal(classifier.classify(["so happy", "dog"], 1)[0], softmax(logits, temperature))


@pytest.mark.parametrize("position", [0, 59, 99])
@pytest.mark.parametrize("threads", [1, 2])
def test_what_goes_wrong_in_a_thread_is_raised(tiny_artifact, fail_on_token, threads, position, capfd):
    token_id = Tokenizer.from_str(tiny_artifact.tokenizer).token_to_id("dog")
    classifier = Classifier(with_changes(tiny_artifact, weights=fail_on_token(token_id)))
    texts = ["so happy"] * 100
    assert np.isfinite(classifier.compute_logits(texts, threads)[0]).all()

    texts[position] = "my dog"
    with pytest.raises(InvalidArgument, match="out of data bounds"):
        classifier.compute_logits(texts, threads)

    np.testing.assert_array_equal(  # and it goes on working
        classifier.compute_logits(["so happy"], 1)[0], Classifier(tiny_artifact).compute_logits(["so happy"], 1)[0]
    )


@pytest.mark.skipif(sys.platform != "linux", reason="counts threads in Linux's /proc")
@pytest.mark.parametrize(("threads", "started"), [(1, 0), (2, 2)])
def test_threads_bound_tokenizer_and_engine_alike(tiny_folder, threads, started):
    program = """
import os, sys, tweetmoji
emojifier = tweetmoji.load(sys.argv[1], threads=int(sys.argv[2]))
before = len(os.listdir("/proc/self/task"))
most = before
original = emojifier._classifier._run
def run(*arguments):
    global most
    most = max(most, len(os.listdir("/proc/self/task")))
    return original(*arguments)
emojifier._classifier._run = run
emojifier.predict(["so happy"] * 500)
print(most - before)
"""
    command = [sys.executable, "-c", program, str(tiny_folder), str(threads)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    assert int(done.stdout) == started


@pytest.fixture
def batch_sizes(monkeypatch):
    """The number of texts of each run of the network, in order."""
    sizes = []
    run = Classifier._run

    def note_size(self, ids, outputs):
        sizes.append(len(ids))
        return run(self, ids, outputs)

    monkeypatch.setattr(Classifier, "_run", note_size)
    return sizes


def mark_batch_invariant(artifact):
    model = onnx.load_model_from_string(artifact.weights)
    onnx.helper.set_model_props(model, {BATCH_INVARIANT: "yes"})
    return with_changes(artifact, weights=model.SerializeToString())


def test_only_a_model_that_is_the_same_in_every_batch_runs_in_batches(tiny_artifact, batch_sizes):
    texts = ["so happy", "my dog", "a sad day"] * 4
    alone = Classifier(tiny_artifact)
    together = Classifier(mark_batch_invariant(tiny_artifact))
    batch_sizes.clear()  # loading runs it once

    expected, _ = alone.compute_logits(texts, 1)
    assert batch_sizes == [1] * 12
    batch_sizes.clear()
    logits, _ = together.compute_logits(texts, 1)
    assert sorted(batch_sizes) == [4, 8]
    np.testing.assert_allclose(logits, expected, atol=1e-5)  # float32 sums: the mark is not true of them


def test_texts_of_one_length_are_divided_among_the_threads(tiny_artifact, batch_sizes):
    together = Classifier(mark_batch_invariant(tiny_artifact))
    batch_sizes.clear()
    together.compute_logits(["so happy"] * 8, 3)
    assert sorted(batch_sizes) == [2, 3, 3]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_logits_that_are_no_numbers_are_an_error_and_no_prediction(tiny_artifact, value):
    classifier = Classifier(with_changes(tiny_artifact, weights=spoil_word(tiny_artifact, "dog", value)))
    assert np.isfinite(classifier.classify(["so happy", "cat"], 1)[0]).all()
    for texts in (["dog"], ["so happy", "my dog", "cat"]):
        with pytest.raises(ArtifactError, match=r"model.onnx: computes non-finite logits"):
            classifier.classify(texts, 1)


@pytest.fixture(scope="module")
def heads(heads_artifact):
    return Classifier(heads_artifact)


def test_the_last_logit_is_that_of_none(heads, heads_artifact):
    logits, truncated = heads.compute_logits(TEXTS, 2)
    found = heads.classify(TEXTS, 2)

    assert logits.shape == (len(TEXTS), 7)
    np.testing.assert_array_equal(found.probabilities, softmax(logits[:, :6], heads_artifact.config.temperature))
    np.testing.assert_array_equal(found.none, compute_none(logits[:, :6], logits[:, 6], 0.9, -0.5))
    assert found.truncated == truncated


def test_a_model_without_a_logit_for_none_does_not_know_it(tiny_artifact):
    assert Classifier(tiny_artifact).classify(TEXTS, 2).none is None


def test_log_weights_reach_the_labels_and_not_none(heads):
    weights = [3.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    plain, weighted = heads.classify(TEXTS, 2), heads.classify(TEXTS, 2, weights)

    assert (weighted.probabilities[:, 0] > plain.probabilities[:, 0]).all()
    np.testing.assert_array_equal(weighted.none, plain.none)


def test_suggestions_are_their_logits_at_their_own_temperature(heads):
    logits, _ = heads.compute_logits(TEXTS, 2, EMOJI_LOGITS)

    assert logits.shape == (len(TEXTS), 4)
    np.testing.assert_array_equal(heads.suggest(TEXTS, 2), softmax(logits, 2.0))


@pytest.mark.parametrize("threads", [1, 3])
def test_suggestions_of_a_list_are_those_of_its_texts_alone(heads, threads):
    alone = np.concatenate([heads.suggest([text], 1) for text in TEXTS])
    np.testing.assert_array_equal(heads.suggest(TEXTS, threads), alone)


def test_each_call_asks_the_engine_for_the_one_output_that_it_needs(heads_artifact):
    classifier, asked = Classifier(heads_artifact), []
    session = classifier._session

    def note(outputs, given):
        asked.append((outputs, sorted(given)))
        return session.run(outputs, given)

    classifier._session = SimpleNamespace(run=note)
    classifier.classify(["dog"], 1)
    classifier.suggest(["dog"], 1)
    assert asked == [([LOGITS], ["input_ids"]), ([EMOJI_LOGITS], ["input_ids", "suggest"])]


def test_suggestions_of_a_model_without_them_are_an_error(tiny_artifact):
    with pytest.raises(NoSuggestionsError, match="the model tiny has no suggestions, only its labels; load one"):
        Classifier(tiny_artifact).suggest(["dog"], 1)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_numbers_of_suggestions_that_are_none_are_an_error(heads_artifact, value):
    classifier = Classifier(with_changes(heads_artifact, weights=spoil_word(heads_artifact, "dog", value)))
    assert np.isfinite(classifier.suggest(["so happy", "cat"], 1)).all()
    with pytest.raises(ArtifactError, match=r"model.onnx: computes non-finite emoji_logits"):
        classifier.suggest(["so happy", "my dog"], 1)
    with pytest.raises(ArtifactError, match=r"model.onnx: computes non-finite logits"):
        classifier.classify(["so happy", "my dog"], 1)
