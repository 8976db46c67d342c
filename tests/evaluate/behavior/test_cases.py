"""The behavioral cases: all of them are there, keep their format, and a damaged file is refused by name."""

import re
import sys
from importlib import resources
from itertools import chain

import pytest

from tweetmoji.emotions import EMOTIONS
from tweetmoji.errors import DataError, MissingExtraError
from tweetmoji.evaluate.behavior import load_suites
from tweetmoji.evaluate.behavior.cases import KINDS, check_unique, parse_suite

CAPABILITIES = (
    *("case", "contrast", "elongation", "emoji", "emoticons", "foreign", "hashtags", "implied", "intensifiers"),
    *("negation", "neutral", "noise", "questions", "slang", "swaps", "temporal", "typos"),
)


@pytest.fixture(scope="module")
def suites():
    pytest.importorskip("yaml", reason="the cases need PyYAML: pip install '.[evaluate]'")
    return load_suites()


@pytest.fixture(scope="module")
def cases(suites):
    return list(chain.from_iterable(suite.cases for suite in suites))


def make_content(kind="emotion", **changes):
    """The content of a file with one sound case, or with these fields instead."""
    case = {
        "emotion": {"id": "irony-01", "text": "oh great", "accept": ["anger"]},
        "invariance": {"id": "irony-01", "texts": ["oh great", "oh fine"], "accept": ["anger", "sadness"]},
        "unsure": {"id": "irony-01", "text": "oh great"},
    }[kind]
    content = {"capability": "irony", "description": " Says the opposite.\n", "kind": kind, "cases": [case]}
    return content | ({"max_confidence": 0.5} if kind == "unsure" else {}) | changes


def test_all_seventeen_capabilities_are_there_in_alphabetical_order(suites):
    assert tuple(suite.capability for suite in suites) == CAPABILITIES == tuple(sorted(CAPABILITIES))


def test_every_file_in_the_folder_is_loaded(suites):
    folder = resources.files("tweetmoji.evaluate.behavior").joinpath("cases")
    assert {file.name for file in folder.iterdir()} == {"README.md", *(f"{suite.capability}.yaml" for suite in suites)}


def test_there_are_cases_enough(suites, cases):
    assert len(cases) >= 150
    assert min(len(suite.cases) for suite in suites) >= 5


def test_every_emotion_is_asked_for(cases):
    asked = {emotion for case in cases for emotion in case.accept}
    assert asked == set(EMOTIONS)


def test_every_kind_occurs(suites):
    assert {suite.kind for suite in suites} == set(KINDS)


def test_unsure_means_no_likelier_than_all_others_together(suites):
    limits = {suite.capability: suite.max_confidence for suite in suites if suite.kind == "unsure"}
    assert limits == {"foreign": 0.5, "neutral": 0.5}
    assert {suite.max_confidence for suite in suites if suite.kind != "unsure"} == {1.0}


def test_ids_count_the_cases_of_their_capability(suites):
    for suite in suites:
        assert [case.id for case in suite.cases] == [
            f"{suite.capability}-{i:02}" for i in range(1, len(suite.cases) + 1)
        ]


def test_no_text_stands_in_two_cases_and_no_variant_twice(cases):
    texts = [text for case in cases for text in case.texts]
    assert len(set(texts)) == len(texts)


def test_accepted_answers_are_named_once(cases):
    assert [case.id for case in cases if len(set(case.accept)) != len(case.accept)] == []


def test_descriptions_are_sentences(suites):
    assert [suite.capability for suite in suites if not re.fullmatch(r"[A-Z].{20,}\.", suite.description)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_sound_file_is_read(kind):
    suite = parse_suite(make_content(kind), "irony.yaml")
    (case,) = suite.cases

    assert (suite.capability, suite.description, suite.kind) == ("irony", "Says the opposite.", kind)
    assert case.texts == (("oh great", "oh fine") if kind == "invariance" else ("oh great",))
    assert case.accept == {"emotion": ("anger",), "invariance": ("anger", "sadness"), "unsure": ()}[kind]
    assert suite.max_confidence == (0.5 if kind == "unsure" else 1.0)


@pytest.mark.parametrize("field", ["capability", "description", "kind", "cases", "max_confidence"])
def test_a_missing_field_is_named(field):
    content = make_content("unsure")
    del content[field]
    with pytest.raises(DataError, match=rf"irony.yaml: lacks or misuses '{field}'; see cases/README.md"):
        parse_suite(content, "irony.yaml")


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        "irony",
        make_content(cases=None),
        make_content(cases=["irony-01"]),
        make_content(description=3),
        make_content(cases=[{"id": "irony-01", "accept": ["joy"]}]),
        make_content(cases=[{"text": "oh great", "accept": ["joy"]}]),
        make_content(cases=[{"id": "irony-01", "text": "oh great", "accept": None}]),
        make_content("invariance", cases=[{"id": "irony-01", "texts": "oh great", "accept": ["joy"]}]),
        make_content("unsure", max_confidence="half"),
    ],
)
def test_a_file_of_another_form_is_refused(content):
    with pytest.raises(DataError, match=r"irony.yaml: lacks or misuses .*; see cases/README.md for the format"):
        parse_suite(content, "irony.yaml")


@pytest.mark.parametrize(
    ("kind", "case", "reason"),
    [
        ("emotion", {"accept": ["bliss", "joy"]}, r"irony-01 accepts \['bliss'\]; expected some of sadness, joy, "),
        ("emotion", {"accept": []}, r"irony-01 accepts \[\]; an unsure case accepts none, others some"),
        ("invariance", {"texts": ["one", "two"]}, r"irony-01 accepts \[\]; an unsure case accepts none, others some"),
        ("unsure", {"accept": ["joy"]}, r"irony-01 accepts \['joy'\]; an unsure case accepts none, others some"),
        ("emotion", {"texts": ["one", "two"], "accept": ["joy"]}, r"irony-01 has 2 texts; .* others one"),
        ("unsure", {"texts": ["one", "two"]}, r"irony-01 has 2 texts; .* others one"),
        ("invariance", {"accept": ["joy"]}, r"irony-01 has 1 texts; an invariance has several"),
        ("emotion", {"id": "sarcasm-01", "accept": ["joy"]}, r"a case is called 'sarcasm-01'; expected irony-<number>"),
        ("emotion", {"id": "irony", "accept": ["joy"]}, r"a case is called 'irony'; expected irony-<number>"),
        ("emotion", {"text": " ", "accept": ["joy"]}, r"irony-01 has the texts \[' '\]; expected strings that say"),
        ("emotion", {"text": True, "accept": ["joy"]}, r"irony-01 has the texts \[True\]; expected strings that say"),
    ],
)
def test_a_case_that_does_not_fit_its_file_is_named(kind, case, reason):
    content = make_content(kind, cases=[{"id": "irony-01", "text": "oh great"} | case])
    with pytest.raises(DataError, match=f"^irony.yaml: {reason}"):
        parse_suite(content, "irony.yaml")


@pytest.mark.parametrize("changes", [{"kind": "mood"}, {"kind": None}, {"cases": []}])
def test_an_unknown_kind_or_no_case_is_refused(changes):
    with pytest.raises(DataError, match=r"irony.yaml: kind is .* with \d cases; expected one of emotion, invariance, "):
        parse_suite(make_content() | changes, "irony.yaml")


@pytest.mark.parametrize("limit", [-0.1, 1.01, 50])
def test_a_confidence_that_there_is_not_is_refused(limit):
    with pytest.raises(DataError, match=r"irony.yaml: max_confidence is .*; expected 0 to 1"):
        parse_suite(make_content("unsure", max_confidence=limit), "irony.yaml")


def test_a_name_that_stands_twice_is_refused_in_one_file_and_in_two():
    suite = parse_suite(make_content(), "irony.yaml")
    doubled = parse_suite(make_content(cases=make_content()["cases"] * 2), "irony.yaml")

    check_unique([suite])
    for suites in ([doubled], [suite, suite]):
        with pytest.raises(DataError, match="two cases are called irony-01; expected each name once"):
            check_unique(suites)


def test_without_pyyaml_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(MissingExtraError, match=r"needs 'yaml', .*run: pip install 'tweetmoji\[evaluate\]'"):
        load_suites()
