"""The temperature of least log loss: known cases, hand-worked cases, and no better one nearby; all of `calibrate`."""

import logging
from dataclasses import replace

import numpy as np
import pytest
from tests.toys.datasets import make_labeled

from tweetmoji.data.class_map import read_source_labels
from tweetmoji.emotions import EMOTIONS, NONE
from tweetmoji.evaluate.metrics import expected_calibration_error, log_loss
from tweetmoji.runtime.classifier import EMOJI_LOGITS, LOGITS
from tweetmoji.runtime.config import NoneCalibration, SuggestionHead
from tweetmoji.runtime.softmax import compute_none, softmax
from tweetmoji.train import calibration
from tweetmoji.train.calibration import RANGE, calibrate, calibrate_suggestions, fit_temperature_on_val
from tweetmoji.train.loop.targets import Targets


def make_targets(positives, label_mask=None):
    """Targets of labeled texts; the mask has all classes unless told otherwise."""
    label_mask = np.ones_like(positives) if label_mask is None else label_mask
    return Targets(positives, label_mask, np.zeros(positives.shape, dtype=np.float32))


def fit_temperature(logits, targets):
    """The temperature for texts with one right label each, all classes in the mask."""
    positives = np.eye(logits.shape[1], dtype=bool)[targets]
    return calibration.fit_temperature(logits, make_targets(positives))


def sample(temperature, n=20_000, classes=6):
    """Logits that are too sharp by a factor, with targets drawn from the probabilities they should have meant."""
    rng = np.random.default_rng(0)
    logits = rng.normal(scale=2, size=(n, classes))
    scores = logits + rng.gumbel(size=logits.shape)  # the greatest of these is a draw from softmax(logits)
    return logits * temperature, scores.argmax(axis=1)


@pytest.mark.parametrize("temperature", [0.25, 1.0, 1.7, 6.0])
def test_known_temperature_is_recovered(temperature):
    assert fit_temperature(*sample(temperature)) == pytest.approx(temperature, rel=0.03)


def test_calibration_error_is_small_at_the_temperature_found():
    logits, targets = sample(3.0)
    assert expected_calibration_error(softmax(logits), targets) > 0.1
    assert expected_calibration_error(softmax(logits, fit_temperature(logits, targets)), targets) < 0.01


@pytest.mark.parametrize("seed", range(3))
def test_loss_is_no_lower_at_any_other_temperature(seed):
    rng = np.random.default_rng(seed)
    logits = rng.normal(scale=3, size=(200, 4)).astype(np.float32)
    targets = np.where(rng.random(200) < 0.6, logits.argmax(axis=1), rng.integers(0, 4, size=200))
    found = fit_temperature(logits, targets)
    least = log_loss(softmax(logits, found), targets)
    assert all(least <= log_loss(softmax(logits, t), targets) + 1e-7 for t in np.geomspace(*RANGE, 200))
    assert least < log_loss(softmax(logits, found * 1.05), targets)
    assert least < log_loss(softmax(logits, found / 1.05), targets)


def test_temperature_of_a_case_solved_by_hand():
    # Two classes, always 2 apart, right 3 times of 4: the loss is least where 1 / (1 + exp(-2 / t)) is 3 / 4.
    logits = np.array([[2.0, 0.0]] * 4, dtype=np.float32)
    assert fit_temperature(logits, np.array([0, 0, 0, 1])) == pytest.approx(2 / np.log(3), rel=1e-3)


def test_always_wrong_predictions_get_the_highest_temperature():
    logits = np.array([[4.0, 0.0], [0.0, 4.0]], dtype=np.float32)
    assert fit_temperature(logits, np.array([1, 0])) == pytest.approx(RANGE[1], rel=1e-3)


def test_always_right_predictions_get_a_low_temperature_within_the_range():
    logits = np.array([[1.0, 0.0], [0.0, 1.0]], dtype=np.float32)
    found = fit_temperature(logits, np.array([0, 1]))
    assert RANGE[0] <= found < 0.2
    assert log_loss(softmax(logits, found), np.array([0, 1])) < 0.01


def test_temperature_of_two_positives_solved_by_hand():
    # Either of the first two of three masked-in classes is right, the fourth is masked out: the chance of being right
    # is 2 / (2 + exp(-2 / t)), which has to be 9 / 10.
    logits = np.array([[2.0, 2.0, 0.0, 50.0]] * 10)
    label_mask = np.array([[True, True, True, False]] * 10)
    positives = np.array([[True, True, False, False]] * 9 + [[False, False, True, False]])
    expected = 2 / np.log(9 / 2)
    assert calibration.fit_temperature(logits, make_targets(positives, label_mask)) == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("seed", range(3))
def test_loss_is_no_lower_at_any_other_temperature_with_two_positives(seed):
    rng = np.random.default_rng(seed)
    logits = rng.normal(scale=3, size=(300, 6)).astype(np.float32)
    answers = (logits + rng.gumbel(scale=2, size=logits.shape)).argmax(axis=1)
    positives = np.eye(6, dtype=bool)[answers]
    positives[np.ix_(np.isin(answers, (1, 2)), (1, 2))] = True
    targets = make_targets(positives)
    least = targets.log_loss(logits / calibration.fit_temperature(logits, targets))
    assert all(least <= targets.log_loss(logits / t) + 1e-7 for t in np.geomspace(*RANGE, 200))


def test_fit_temperature_on_val_is_that_of_all_splits_together():
    logits, right = sample(2.0, n=3_000)
    targets = make_targets(np.eye(6, dtype=bool)[right])
    rows = [np.arange(0, 1_000), np.arange(1_000, 3_000)]
    found = fit_temperature_on_val([logits[part] for part in rows], [targets.take(part) for part in rows])
    assert found == calibration.fit_temperature(logits, targets)


EMOJI = ("❤", "😂", "🔥")
CLASSES = (*EMOTIONS, NONE)


class World:
    """Texts with known logits, whose labels were drawn from the probabilities that these should have meant."""

    def __init__(self, monkeypatch) -> None:
        self.rng = np.random.default_rng(0)
        self.outputs = {}
        monkeypatch.setattr(calibration, "Classifier", lambda _: self)

    def compute_logits(self, texts, _, output=LOGITS):
        return np.array([self.outputs[text][output] for text in texts], dtype=np.float32), [False] * len(texts)

    def draw(self, source, n, *, temperature=1.7, none=None, bias=0.0):
        """Draw a split of n texts.

        Args:
            source: Its source.
            n: Number of texts.
            temperature: By which its logits are too sharp.
            none: Slope and offset of none; None if its annotators could not choose it.
            bias: Is added to the logit of joy.
        """
        logits = self.rng.normal(scale=2, size=(n, 7))
        logits[:, EMOTIONS.index("joy")] += bias
        logits[:, 6] += 4  # about the logarithm of the sum over the labels, so that none is neither rare nor sure
        scores = logits[:, :6] / temperature + self.rng.gumbel(size=(n, 6))
        labels = [EMOTIONS[i] for i in scores.argmax(axis=1)]
        if none:
            chance = compute_none(logits[:, :6], logits[:, 6], *none)
            labels = [NONE if yes else label for label, yes in zip(labels, self.rng.random(n) < chance, strict=True)]
        texts = [f"{source} {i}" for i in range(n)]
        self.outputs |= {text: {LOGITS: row} for text, row in zip(texts, logits, strict=True)}
        rows = list(zip(texts, labels, strict=True))
        split = make_labeled(rows, labels=CLASSES if none else EMOTIONS, source=source, split="val")
        return replace(split, none_possible=bool(none))

    def draw_emoji(self, n, temperature):
        logits = self.rng.normal(scale=2, size=(n, len(EMOJI)))
        scores = logits / temperature + self.rng.gumbel(size=logits.shape)
        texts = [f"emoji {i}" for i in range(n)]
        self.outputs |= {text: {EMOJI_LOGITS: row} for text, row in zip(texts, logits, strict=True)}
        rows = [(text, EMOJI[i]) for text, i in zip(texts, scores.argmax(axis=1), strict=True)]
        return make_labeled(rows, labels=EMOJI, source="emoji", split="val")


@pytest.fixture
def world(monkeypatch) -> World:
    return World(monkeypatch)


@pytest.fixture
def uncalibrated(tiny_artifact):
    """An artifact with an output for none, whose logits are those of the world."""
    return replace(tiny_artifact, config=replace(tiny_artifact.config, none=NoneCalibration(1.0, 0.0)))


def test_calibrate_finds_the_temperature_and_none_of_a_known_world(world, uncalibrated):
    config = calibrate(uncalibrated, [world.draw("annotated", 20_000, none=(0.6, 1.2))]).config
    assert config.temperature == pytest.approx(1.7, rel=0.03)
    assert config.none.slope == pytest.approx(0.6, abs=0.03)
    assert config.none.offset == pytest.approx(1.2, abs=0.05)
    assert config.labels == uncalibrated.config.labels


def test_calibrate_suggestions_finds_their_temperature_and_changes_no_other_calibration(world, uncalibrated):
    suggestions = SuggestionHead(EMOJI, temperature=1.0)
    model = replace(uncalibrated, config=replace(uncalibrated.config, suggestions=suggestions))
    config = calibrate_suggestions(model, world.draw_emoji(20_000, 2.5)).config
    assert config.suggestions.temperature == pytest.approx(2.5, rel=0.03)
    assert replace(config, suggestions=suggestions) == model.config


def test_prior_is_what_the_calibrated_model_predicts_each_split_counting_the_same(world, uncalibrated):
    val = [world.draw("annotated", 3_000, none=(1.0, 0.0)), world.draw("written", 500, none=(1.0, 0.0), bias=4.0)]
    config = calibrate(uncalibrated, val).config
    rows = [world.compute_logits(split.without_none().texts, 1)[0][:, :6] for split in val]
    shares = np.mean([softmax(part, config.temperature).mean(axis=0) for part in rows], axis=0)
    assert list(config.prior) == list(EMOTIONS)
    assert list(config.prior.values()) == pytest.approx(shares.tolist(), abs=1e-6)
    assert config.prior["joy"] > 2 * config.prior["fear"]


def test_labels_are_calibrated_on_texts_that_have_one_and_within_what_their_source_says(world, uncalibrated):
    annotated = world.draw("annotated", 4_000, none=(1.0, 2.0))
    class_map = read_source_labels("tweeteval").class_map
    known = world.draw("emotion", 12_000)
    labels = [known.labels[target] for target in known.targets]
    kept = [i for i, label in enumerate(labels) if label in ("anger", "joy", "love", "sadness")]
    as_tweeteval = {"love": "joy"}
    pairs = [(known.texts[i], as_tweeteval.get(labels[i], labels[i])) for i in kept]
    tweeteval = make_labeled(pairs, labels=tuple(class_map), source="tweeteval", split="val")
    val = [annotated, replace(tweeteval, class_map=class_map)]
    assert calibrate(uncalibrated, val).config.temperature == pytest.approx(1.7, rel=0.03)


def test_none_is_calibrated_on_real_tweets_alone_if_there_are_some(world, uncalibrated):
    annotated, written = world.draw("annotated", 2_000, none=(0.6, 1.5)), world.draw("written", 2_000, none=(1.5, -1.0))
    both, real, rest = (
        calibrate(uncalibrated, val).config.none for val in ([annotated, written], [annotated], [written])
    )
    assert both == real
    assert rest.slope == pytest.approx(1.5, abs=0.2)
    assert rest.offset == pytest.approx(-1.0, abs=0.2)


def test_none_without_texts_to_calibrate_it_on_keeps_the_softmax_and_says_so(world, uncalibrated, caplog):
    split = world.draw("written", 200, none=(1.0, -50.0))
    assert NONE in split.labels
    with caplog.at_level(logging.WARNING, logger="tweetmoji"):
        assert calibrate(uncalibrated, [split]).config.none == NoneCalibration(slope=1.0, offset=0.0)
    assert "no val split has texts of none beside others" in caplog.text


def test_model_of_labels_alone_gets_temperature_and_prior(world, uncalibrated):
    model = replace(uncalibrated, config=replace(uncalibrated.config, none=None))
    config = calibrate(model, [world.draw("emotion", 5_000, temperature=0.5)]).config
    assert config.temperature == pytest.approx(0.5, rel=0.05)
    assert config.none is None
    assert sum(config.prior.values()) == pytest.approx(1, abs=1e-5)
