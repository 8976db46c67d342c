"""Running a model on the cases: what passes, and the rates of capabilities and of all."""

import json
from types import SimpleNamespace

import pytest
from scipy.stats import binomtest

from tweetmoji.emotions import EMOTIONS
from tweetmoji.errors import SettingError
from tweetmoji.evaluate.behavior import Case, Suite, load_suites, run_suites
from tweetmoji.runtime.emojifier import Prediction


@pytest.fixture(scope="module")
def suites():
    pytest.importorskip("yaml", reason="the cases need PyYAML: pip install '.[evaluate]'")
    return load_suites()


def make_emojifier(answer, labels=EMOTIONS):
    """A model that answers a text with the emotion and the confidence that ``answer`` gives it."""

    def predict(texts):
        return [
            Prediction(emoji="🙂", emotion=emotion, confidence=confidence, scores={}, truncated=False)
            for emotion, confidence in map(answer, texts)
        ]

    return SimpleNamespace(name="made", labels=labels, predict=predict)


def make_suite(kind, *cases, max_confidence=1.0):
    """A suite of ``(texts, accept)`` cases."""
    return Suite(
        capability="made",
        description="Was made up.",
        kind=kind,
        max_confidence=max_confidence,
        cases=tuple(Case(f"made-{i:02}", texts, accept) for i, (texts, accept) in enumerate(cases, start=1)),
    )


def run_one(suite, answers):
    """The result on one suite of a model that answers each text as in ``answers``."""
    (result,) = run_suites(make_emojifier(answers.__getitem__), [suite]).capabilities
    return result


def test_a_model_that_answers_as_asked_passes_every_case(suites):
    expected = {
        text: (case.accept[0] if case.accept else "joy", suite.max_confidence)  # unsure ones at just the limit
        for suite in suites
        for case in suite.cases
        for text in case.texts
    }
    result = run_suites(make_emojifier(expected.__getitem__), suites)

    assert result.all.n == sum(len(suite.cases) for suite in suites)
    assert (result.all.passed, result.all.pass_rate, result.all.failed) == (result.all.n, 1, ())
    assert all(row.pass_rate == 1 and row.failed == () for row in result.capabilities)


@pytest.mark.parametrize("confidence", [0.5, 0.9])
def test_a_model_that_always_says_joy_passes_what_accepts_joy(suites, confidence):
    result = run_suites(make_emojifier(lambda _: ("joy", confidence)), suites)

    failed = {name for row in result.capabilities for name in row.failed}
    for suite in suites:
        for case in suite.cases:
            passes = confidence <= 0.5 if suite.kind == "unsure" else "joy" in case.accept
            assert (case.id not in failed) == passes, case.id
    assert set(result.all.failed) == failed
    assert 0 < result.all.passed < result.all.n


@pytest.mark.parametrize(("emotion", "passed"), [("joy", 1), ("love", 1), ("anger", 0)])
def test_any_accepted_emotion_passes_whatever_its_confidence(emotion, passed):
    suite = make_suite("emotion", (("a",), ("joy", "love")))
    assert [run_one(suite, {"a": (emotion, confidence)}).passed for confidence in (0.2, 1.0)] == [passed, passed]


@pytest.mark.parametrize(("confidence", "passed"), [(0.1, 1), (0.5, 1), (0.5000001, 0), (1.0, 0)])
def test_unsure_is_a_confidence_of_at_most_the_limit_whatever_the_emotion(confidence, passed):
    suite = make_suite("unsure", (("a",), ()), max_confidence=0.5)
    assert [run_one(suite, {"a": (emotion, confidence)}).passed for emotion in EMOTIONS] == [passed] * 6


@pytest.mark.parametrize(
    ("answers", "passed"),
    [
        (("joy", "joy", "joy"), 1),
        (("love", "love", "love"), 1),
        (("joy", "love", "joy"), 0),  # each accepted, but not the same
        (("anger", "anger", "anger"), 0),  # the same, but not accepted
        (("joy", "joy", "anger"), 0),
    ],
)
def test_an_invariance_needs_one_and_the_same_accepted_answer(answers, passed):
    suite = make_suite("invariance", (("a", "b", "c"), ("joy", "love")))
    assert run_one(suite, {text: (emotion, 0.9) for text, emotion in zip("abc", answers, strict=True)}).passed == passed


def test_rates_intervals_and_failed_names_are_counted():
    cases = [((f"text {i}",), ("joy",)) for i in range(10)]
    answers = {f"text {i}": ("joy" if i < 8 else "fear", 0.9) for i in range(10)}
    result = run_one(make_suite("emotion", *cases), answers)

    assert (result.n, result.passed, result.pass_rate) == (10, 8, 0.8)
    assert result.failed == ("made-09", "made-10")
    assert (result.low, result.high) == pytest.approx(binomtest(8, 10).proportion_ci(method="wilson"))
    assert (result.capability, result.description, result.kind) == ("made", "Was made up.", "emotion")


def test_all_counts_cases_and_not_capabilities():
    few = make_suite("emotion", (("a",), ("joy",)))
    cases = tuple(Case(f"more-{i:02}", (f"text {i}",), ("anger",)) for i in range(1, 10))
    more = Suite("more", "More of them.", "emotion", 1.0, cases)
    result = run_suites(make_emojifier(lambda _: ("joy", 0.9)), [few, more])

    assert [row.pass_rate for row in result.capabilities] == [1, 0]
    assert (result.all.capability, result.all.kind) == ("all", "all")
    assert (result.all.n, result.all.passed, result.all.pass_rate) == (10, 1, 0.1)
    assert result.all.failed == tuple(case.id for case in cases)


def test_a_model_with_other_labels_is_refused_with_what_is_asked_for(suites):
    emojifier = make_emojifier(lambda _: ("up", 0.9), labels=("up", "down", "joy"))
    with pytest.raises(
        SettingError, match=r"cases ask for \w+.*, and made has the labels up, down, joy; choose another"
    ):
        run_suites(emojifier, suites)


def test_a_model_with_more_labels_or_in_another_order_is_welcome(suites):
    labels = ("calm", *EMOTIONS[::-1])
    assert run_suites(make_emojifier(lambda _: ("calm", 0.4), labels=labels), suites).all.passed == sum(
        len(suite.cases) for suite in suites if suite.kind == "unsure"
    )


def test_a_result_comes_back_from_json_as_it_was(suites, tiny_emojifier):
    result = run_suites(tiny_emojifier, suites)
    plain = result.as_dict()

    assert json.loads(json.dumps(plain)) == plain
    assert plain["total"]["passed"] == result.all.passed
    assert [row["capability"] for row in plain["capabilities"]] == [suite.capability for suite in suites]
    assert list(plain["total"]) == [
        *("capability", "description", "kind", "n", "passed", "pass_rate", "low", "high", "failed")
    ]


def test_the_same_model_passes_the_same_cases_each_time(suites, tiny_emojifier):
    assert run_suites(tiny_emojifier, suites) == run_suites(tiny_emojifier, suites)
