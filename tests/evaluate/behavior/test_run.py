"""`run_suites`: which cases pass, and the pass rates of each capability and in total."""

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


def make_emojifier(predict_one, labels=EMOTIONS):
    """A model that predicts the label and the confidence that ``predict_one`` gives for a text, and perhaps a score."""

    def predict(texts):
        return [
            Prediction("🙂", label, confidence, none=None, scores={label: (*score, confidence)[0]}, truncated=False)
            for label, confidence, *score in map(predict_one, texts)
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


def run_one(suite, predicted):
    """The result on one suite of a model that predicts each text as in ``predicted``."""
    (result,) = run_suites(make_emojifier(predicted.__getitem__), [suite]).capabilities
    return result


def test_mistakes_are_the_wrong_labels_with_the_highest_scores_first():
    labels = make_suite("label", (("a",), ("joy",)), (("b",), ("joy", "love")), (("c",), ("joy",)))
    unsure = make_suite("unsure", (("d",), ()), max_confidence=0.5)
    predicted = {"a": ("fear", 0.2, 0.6), "b": ("anger", 0.9), "c": ("joy", 0.9), "d": ("joy", 0.9)}
    result = run_suites(make_emojifier(predicted.__getitem__), [labels, unsure])
    assert json.loads(json.dumps(result.as_dict()))["mistakes"] == [
        {"id": "made-02", "text": "b", "accept": ["joy", "love"], "label": "anger", "score": 0.9},
        {"id": "made-01", "text": "a", "accept": ["joy"], "label": "fear", "score": 0.6},
    ]


def test_a_model_that_predicts_the_accepted_labels_passes_every_case(suites):
    expected = {
        text: (case.accept[0] if case.accept else "joy", suite.max_confidence)  # unsure cases at exactly the limit
        for suite in suites
        for case in suite.cases
        for text in case.texts
    }
    result = run_suites(make_emojifier(expected.__getitem__), suites)

    assert result.total.n == sum(len(suite.cases) for suite in suites)
    assert (result.total.passed, result.total.pass_rate, result.total.failed) == (result.total.n, 1, ())
    assert all(row.pass_rate == 1 and row.failed == () for row in result.capabilities)


@pytest.mark.parametrize("confidence", [0.5, 0.9])
def test_a_model_that_always_predicts_joy_passes_what_accepts_joy(suites, confidence):
    result = run_suites(make_emojifier(lambda _: ("joy", confidence)), suites)

    failed = {name for row in result.capabilities for name in row.failed}
    for suite in suites:
        for case in suite.cases:
            passes = confidence <= 0.5 if suite.kind == "unsure" else "joy" in case.accept
            assert (case.id not in failed) == passes, case.id
    assert set(result.total.failed) == failed
    assert 0 < result.total.passed < result.total.n


@pytest.mark.parametrize(("label", "passed"), [("joy", 1), ("love", 1), ("anger", 0)])
def test_any_accepted_label_passes_with_any_confidence(label, passed):
    suite = make_suite("label", (("a",), ("joy", "love")))
    assert [run_one(suite, {"a": (label, confidence)}).passed for confidence in (0.2, 1.0)] == [passed, passed]


@pytest.mark.parametrize(("confidence", "passed"), [(0.1, 1), (0.5, 1), (0.5000001, 0), (1.0, 0)])
def test_unsure_passes_up_to_max_confidence_with_any_label(confidence, passed):
    suite = make_suite("unsure", (("a",), ()), max_confidence=0.5)
    assert [run_one(suite, {"a": (emotion, confidence)}).passed for emotion in EMOTIONS] == [passed] * 6


@pytest.mark.parametrize(
    ("predicted", "passed"),
    [
        (("joy", "joy", "joy"), 1),
        (("love", "love", "love"), 1),
        (("joy", "love", "joy"), 0),  # each accepted, but not the same
        (("anger", "anger", "anger"), 0),  # the same, but not accepted
        (("joy", "joy", "anger"), 0),
    ],
)
def test_an_invariance_passes_if_all_texts_get_the_same_accepted_label(predicted, passed):
    suite = make_suite("invariance", (("a", "b", "c"), ("joy", "love")))
    assert run_one(suite, {text: (label, 0.9) for text, label in zip("abc", predicted, strict=True)}).passed == passed


def test_pass_rate_interval_and_failed_ids():
    cases = [((f"text {i}",), ("joy",)) for i in range(10)]
    predicted = {f"text {i}": ("joy" if i < 8 else "fear", 0.9) for i in range(10)}
    result = run_one(make_suite("label", *cases), predicted)

    assert (result.n, result.passed, result.pass_rate) == (10, 8, 0.8)
    assert result.failed == ("made-09", "made-10")
    assert (result.low, result.high) == pytest.approx(binomtest(8, 10).proportion_ci(method="wilson"))
    assert (result.capability, result.description, result.kind) == ("made", "Was made up.", "label")


def test_total_counts_cases_and_not_capabilities():
    few = make_suite("label", (("a",), ("joy",)))
    cases = tuple(Case(f"more-{i:02}", (f"text {i}",), ("anger",)) for i in range(1, 10))
    more = Suite("more", "More of them.", "label", 1.0, cases)
    result = run_suites(make_emojifier(lambda _: ("joy", 0.9)), [few, more])

    assert [row.pass_rate for row in result.capabilities] == [1, 0]
    assert (result.total.capability, result.total.kind) == ("total", "total")
    assert (result.total.n, result.total.passed, result.total.pass_rate) == (10, 1, 0.1)
    assert result.total.failed == tuple(case.id for case in cases)


def test_labels_that_the_model_lacks_are_a_setting_error(suites):
    emojifier = make_emojifier(lambda _: ("up", 0.9), labels=("up", "down", "joy"))
    with pytest.raises(
        SettingError, match=r"cases need the labels \w+.*, and made has the labels up, down, joy; choose another"
    ):
        run_suites(emojifier, suites)


def test_more_labels_in_another_order_are_fine(suites):
    labels = ("calm", *EMOTIONS[::-1])
    assert run_suites(make_emojifier(lambda _: ("calm", 0.4), labels=labels), suites).total.passed == sum(
        len(suite.cases) for suite in suites if suite.kind == "unsure"
    )


def test_behavior_result_as_dict_is_plain_json(suites, tiny_emojifier):
    result = run_suites(tiny_emojifier, suites)
    plain = result.as_dict()

    assert json.loads(json.dumps(plain)) == plain
    assert plain["total"]["passed"] == result.total.passed
    assert [row["capability"] for row in plain["capabilities"]] == [suite.capability for suite in suites]
    assert list(plain["total"]) == [
        *(
            "capability",
            "description",
            "kind",
            "n",
            "passed",
            "pass_rate",
            "low",
            "high",
            "confident_mistakes",
            "failed",
        )
    ]


def test_run_suites_gives_the_same_result_each_time(suites, tiny_emojifier):
    assert run_suites(tiny_emojifier, suites) == run_suites(tiny_emojifier, suites)


def test_confident_mistakes_are_wrong_labels_with_a_score_of_at_least_nine_tenths():
    predicted = {
        "right": ("joy", 0.99),
        "sure": ("anger", 0.9),
        "unsure": ("anger", 0.8999),
        "sure of the label alone": ("anger", 0.1, 0.95),
    }
    suite = make_suite("label", *(((text,), ("joy",)) for text in predicted))
    result = run_suites(make_emojifier(predicted.__getitem__), [suite, suite])

    assert [row.confident_mistakes for row in result.capabilities] == [2, 2]
    assert result.total.confident_mistakes == 4


def test_only_cases_of_the_kind_label_have_confident_mistakes():
    suites = [
        make_suite("unsure", (("a",), ()), max_confidence=0.5),
        make_suite("invariance", (("a", "b"), ("joy",))),
        make_suite("label", (("a",), ("joy",))),
    ]
    result = run_suites(make_emojifier(lambda _: ("anger", 0.95)), suites)
    assert [row.confident_mistakes for row in result.capabilities] == [0, 0, 1]
    assert [row.passed for row in result.capabilities] == [0, 0, 0]


def test_unsure_means_the_confidence_and_not_the_score():
    suite = make_suite("unsure", (("a",), ()), max_confidence=0.5)
    assert run_one(suite, {"a": ("joy", 0.3, 0.99)}).passed == 1
