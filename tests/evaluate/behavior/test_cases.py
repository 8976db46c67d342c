"""`load_suites` and `parse_suite`: every case is loaded and well-formed; a damaged file is a `DataError`."""

import re
import sys
from collections import Counter
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
LARGE = {"contrast", "elongation", "emoji", "hashtags", "implied", "negation", "temporal", "typos"}


@pytest.fixture(scope="module")
def suites():
    pytest.importorskip("yaml", reason="the cases need PyYAML: pip install '.[evaluate]'")
    return load_suites()


@pytest.fixture(scope="module")
def cases(suites):
    return list(chain.from_iterable(suite.cases for suite in suites))


def make_content(kind="label", **changes):
    """The content of a file with one valid case, with these fields changed."""
    case = {
        "label": {"id": "irony-01", "text": "oh great", "accept": ["anger"]},
        "invariance": {"id": "irony-01", "texts": ["oh great", "oh fine"], "accept": ["anger", "sadness"]},
        "unsure": {"id": "irony-01", "text": "oh great"},
    }[kind]
    content = {"capability": "irony", "description": " Says the opposite.\n", "kind": kind, "cases": [case]}
    return content | ({"max_confidence": 0.5} if kind == "unsure" else {}) | changes


def test_load_suites_gives_seventeen_capabilities_in_alphabetical_order(suites):
    assert tuple(suite.capability for suite in suites) == CAPABILITIES == tuple(sorted(CAPABILITIES))


def test_load_suites_loads_every_yaml_file(suites):
    folder = resources.files("tweetmoji.evaluate.behavior").joinpath("cases")
    assert {file.name for file in folder.iterdir()} == {"README.md", *(f"{suite.capability}.yaml" for suite in suites)}


def test_there_are_enough_cases(suites, cases):
    assert len(cases) >= 550
    assert min(len(suite.cases) for suite in suites) >= 5
    assert {suite.capability for suite in suites if len(suite.cases) >= 40} == LARGE


def test_large_suites_accept_each_emotion_about_equally_often(suites):
    for suite in (suite for suite in suites if suite.capability in LARGE):
        counts = Counter(emotion for case in suite.cases for emotion in case.accept)
        assert min(counts[emotion] for emotion in EMOTIONS) >= len(suite.cases) / 8, (suite.capability, counts)


def test_every_emotion_is_accepted_by_some_case(cases):
    accepted = {emotion for case in cases for emotion in case.accept}
    assert accepted == set(EMOTIONS)


def test_every_kind_occurs(suites):
    assert {suite.kind for suite in suites} == set(KINDS)


def test_max_confidence_is_half_for_unsure_suites_alone(suites):
    limits = {suite.capability: suite.max_confidence for suite in suites if suite.kind == "unsure"}
    assert limits == {"foreign": 0.5, "neutral": 0.5}
    assert {suite.max_confidence for suite in suites if suite.kind != "unsure"} == {1.0}


def test_ids_count_the_cases_of_their_capability(suites):
    for suite in suites:
        assert [case.id for case in suite.cases] == [
            f"{suite.capability}-{i:02}" for i in range(1, len(suite.cases) + 1)
        ]


def test_every_text_occurs_once(cases):
    texts = [text for case in cases for text in case.texts]
    assert len(set(texts)) == len(texts)


def test_accept_names_each_label_once(cases):
    assert [case.id for case in cases if len(set(case.accept)) != len(case.accept)] == []


def test_descriptions_are_sentences(suites):
    assert [suite.capability for suite in suites if not re.fullmatch(r"[A-Z].{20,}\.", suite.description)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_parse_suite_reads_each_kind(kind):
    suite = parse_suite(make_content(kind), "irony.yaml")
    (case,) = suite.cases

    assert (suite.capability, suite.description, suite.kind) == ("irony", "Says the opposite.", kind)
    assert case.texts == (("oh great", "oh fine") if kind == "invariance" else ("oh great",))
    assert case.accept == {"label": ("anger",), "invariance": ("anger", "sadness"), "unsure": ()}[kind]
    assert suite.max_confidence == (0.5 if kind == "unsure" else 1.0)


@pytest.mark.parametrize("field", ["capability", "description", "kind", "cases", "max_confidence"])
def test_a_missing_field_is_a_data_error(field):
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
def test_a_malformed_file_is_a_data_error(content):
    with pytest.raises(DataError, match=r"irony.yaml: lacks or misuses .*; see cases/README.md for the format"):
        parse_suite(content, "irony.yaml")


@pytest.mark.parametrize(
    ("kind", "case", "reason"),
    [
        ("label", {"accept": ["bliss", "joy"]}, r"irony-01 accepts \['bliss'\]; expected some of sadness, joy, "),
        ("label", {"accept": []}, r"irony-01 accepts \[\]; an unsure case accepts none, others some"),
        ("invariance", {"texts": ["one", "two"]}, r"irony-01 accepts \[\]; an unsure case accepts none, others some"),
        ("unsure", {"accept": ["joy"]}, r"irony-01 accepts \['joy'\]; an unsure case accepts none, others some"),
        ("label", {"texts": ["one", "two"], "accept": ["joy"]}, r"irony-01 has 2 texts; .* others one"),
        ("unsure", {"texts": ["one", "two"]}, r"irony-01 has 2 texts; .* others one"),
        ("invariance", {"accept": ["joy"]}, r"irony-01 has 1 texts; an invariance has several"),
        ("label", {"id": "sarcasm-01", "accept": ["joy"]}, r"a case is called 'sarcasm-01'; expected irony-<number>"),
        ("label", {"id": "irony", "accept": ["joy"]}, r"a case is called 'irony'; expected irony-<number>"),
        (
            "label",
            {"text": " ", "accept": ["joy"]},
            r"irony-01 has the texts \[' '\]; expected strings that are not blank",
        ),
        (
            "label",
            {"text": True, "accept": ["joy"]},
            r"irony-01 has the texts \[True\]; expected strings that are not blank",
        ),
    ],
)
def test_a_case_that_does_not_fit_its_kind_is_a_data_error(kind, case, reason):
    content = make_content(kind, cases=[{"id": "irony-01", "text": "oh great"} | case])
    with pytest.raises(DataError, match=f"^irony.yaml: {reason}"):
        parse_suite(content, "irony.yaml")


@pytest.mark.parametrize("changes", [{"kind": "mood"}, {"kind": None}, {"cases": []}])
def test_an_unknown_kind_or_no_case_is_a_data_error(changes):
    with pytest.raises(DataError, match=r"irony.yaml: kind is .* with \d cases; expected one of label, invariance, "):
        parse_suite(make_content() | changes, "irony.yaml")


@pytest.mark.parametrize("limit", [-0.1, 1.01, 50])
def test_max_confidence_out_of_range_is_a_data_error(limit):
    with pytest.raises(DataError, match=r"irony.yaml: max_confidence is .*; expected 0 to 1"):
        parse_suite(make_content("unsure", max_confidence=limit), "irony.yaml")


def test_check_unique_refuses_an_id_twice_in_one_file_and_in_two():
    suite = parse_suite(make_content(), "irony.yaml")
    doubled = parse_suite(make_content(cases=make_content()["cases"] * 2), "irony.yaml")

    check_unique([suite])
    for suites in ([doubled], [suite, suite]):
        with pytest.raises(DataError, match="two cases have the id irony-01; expected each id once"):
            check_unique(suites)


def test_load_suites_without_pyyaml_is_a_missing_extra_error(monkeypatch):
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(MissingExtraError, match=r"needs 'yaml', .*run: pip install '\.\[evaluate\]'"):
        load_suites()
