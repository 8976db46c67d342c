"""The tables of what only some splits have."""

import copy

import pytest

from tweetmoji.evaluate.report.details import (
    DETAILS,
    list_details,
    tabulate_none,
    tabulate_prior,
    tabulate_suggestions,
    tabulate_written,
)


def test_tabulate_none_has_a_column_for_each_split_with_texts_of_none(detailed):
    assert tabulate_none(detailed) == [
        ["", "Emotion (dair-ai) val"],
        ["texts with an emotion", "10"],
        ["texts without", "4"],
        ["accuracy, none as a class", "0.720 (0.100–0.900)"],
        ["macro-F1, none as a class", "0.730 (0.100–0.900)"],
        ["ROC AUC of the confidence", "0.700 (0.100–0.900)"],
        ["ROC AUC of none", "0.710 (0.100–0.900)"],
        ["ECE of the confidence (15 bins)", "0.740 (0.100–0.900)"],
    ]


def test_tabulate_written_has_pairs_and_capabilities_with_n(detailed):
    assert tabulate_written(detailed) == [
        ["", "Emotion (dair-ai) val"],
        ["minimal pairs, both sides", "2 of 8: 0.25 (0.07–0.59)"],
        ["irony", "4 of 5: 0.80 (0.38–0.96)"],
    ]


def test_a_capability_that_a_split_lacks_is_a_dash(detailed):
    second = copy.deepcopy(detailed["evaluations"][0])
    second["capabilities"] = {"plain": second["capabilities"]["irony"]}
    second["pairs"] = None
    _, pairs, irony, plain = tabulate_written(detailed | {"evaluations": [detailed["evaluations"][0], second]})
    assert pairs[2] == irony[2] == plain[1] == "–"
    assert plain == ["plain", "–", "4 of 5: 0.80 (0.38–0.96)"]


def test_tabulate_prior_shows_the_uniform_one_below_the_models_own(detailed):
    assert tabulate_prior(detailed) == [
        ["", "Emotion (dair-ai) val"],
        ["accuracy", "0.811 (0.511–0.951)"],
        ["accuracy, uniform prior", "0.601 (0.100–0.900)"],
        ["balanced accuracy", "0.821 (0.521–0.951)"],
        ["balanced accuracy, uniform prior", "0.602 (0.100–0.900)"],
        ["macro-F1", "0.831 (0.531–0.951)"],
        ["macro-F1, uniform prior", "0.603 (0.100–0.900)"],
    ]


def test_tabulate_suggestions_has_the_splits_of_emoji(detailed):
    assert tabulate_suggestions(detailed) == [
        ["", "TweetEval emoji val"],
        ["texts", "10"],
        ["classes", "11"],
        ["accuracy", "0.811 (0.511–0.951)"],
        ["top-3 accuracy", "0.922 (0.591–0.951)"],
        ["macro-F1", "0.831 (0.531–0.951)"],
    ]
    detailed["evaluations"][2]["source"] = "table"  # as many labels of the user's own are no suggestions
    assert tabulate_suggestions(detailed) is None


@pytest.mark.parametrize("name", DETAILS)
def test_without_such_splits_there_is_no_table(full, cases_only, name):
    assert DETAILS[name].tabulate(full) is DETAILS[name].tabulate(cases_only) is None


def test_list_details_has_title_about_and_table_of_what_is_there(detailed, full):
    found = list_details(detailed)
    assert [detail["title"] for detail in found] == ["None", "Written texts", "Uniform prior", "Suggestions"]
    assert [detail["table"] for detail in found] == [detail.tabulate(detailed) for detail in DETAILS.values()]
    assert "none where its probability is above 0.5" in found[0]["about"]
    assert list_details(full) == []
