"""Which column holds the texts, and which ones are added."""

from types import SimpleNamespace

import pytest

from tweetmoji.errors import SettingError
from tweetmoji.label.columns import check_clash, find_text_column, list_added, mark_texts
from tweetmoji.label.options import LabelOptions


@pytest.mark.parametrize(
    ("columns", "wanted", "strings", "position"),
    [
        (["id", "Text"], None, [], 1),
        (["anything"], None, [], 0),
        (["a", "b"], None, ["b"], 1),
        (["id", "tweet", "user"], None, ["id", "tweet", "user"], 1),
        (["text", "body"], "body", [], 1),
    ],
)
def test_obvious_column_is_found(columns, wanted, strings, position):
    assert find_text_column(columns, wanted, "a.csv", strings) == position


@pytest.mark.parametrize("columns", [["text", "tweet"], ["a", "b"]])
def test_column_that_is_not_obvious_is_asked_for_with_the_list(columns):
    with pytest.raises(SettingError, match=rf"a\.csv: which column .*--text-column.*{columns[0]!r}, {columns[1]!r}"):
        find_text_column(columns, None, "a.csv")


@pytest.mark.parametrize(("columns", "how"), [(["a", "b"], "not"), (["body", "body"], "twice")])
def test_wanted_column_must_be_there_once(columns, how):
    with pytest.raises(SettingError, match=f"'body' is {how} there"):
        find_text_column(columns, "body", "a.csv")


def test_scores_and_none_are_added_where_the_model_knows_them(tiny_emojifier, heads_emojifier):
    plain = list_added(tiny_emojifier, LabelOptions())
    assert plain == ["emoji", "label", "confidence", "error"]
    scored = list_added(heads_emojifier, LabelOptions(scores=True, prefix="t_"))
    assert scored == [
        "t_emoji", "t_label", "t_confidence", *(f"t_{label}" for label in heads_emojifier.labels), "t_none", "t_error",
    ]  # fmt: skip
    assert "none" not in list_added(tiny_emojifier, LabelOptions(scores=True))


def test_error_is_absent_where_bad_rows_are(tiny_emojifier):
    added = list_added(tiny_emojifier, LabelOptions(on_error="skip"))
    assert added == ["emoji", "label", "confidence"]
    assert mark_texts(added, skip=True) == [True, True, False]
    assert mark_texts([*added, "error"], skip=False) == [True, True, False, True]


def test_label_that_is_called_like_an_added_column_is_refused_with_scores():
    model = SimpleNamespace(labels=("joy", "label"), knows_none=False)
    assert list_added(model, LabelOptions()) == ["emoji", "label", "confidence", "error"]
    with pytest.raises(SettingError, match=r"called like another added column .*; leave --scores out"):
        list_added(model, LabelOptions(scores=True))


def test_clash_proposes_a_prefix():
    with pytest.raises(SettingError, match=r"has a column 'label' already; .*--prefix tweetmoji_"):
        check_clash(["text", "label"], ["emoji", "label"], "a.csv")
