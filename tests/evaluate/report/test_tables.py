"""The tables of a scorecard: every cell is the scorecard's."""

import copy

import pytest

from tweetmoji.evaluate.report.tables import (
    ABOUT_MISTAKES,
    MAX_MISTAKES,
    SUMMARY_METRICS,
    escape_markdown,
    make_table,
    render_behavior,
    render_summary,
    render_table,
    show,
    show_difference,
    show_probability,
    tabulate_behavior,
    tabulate_classes,
    tabulate_comparisons,
    tabulate_metrics,
    tabulate_mistakes,
    tabulate_summary,
)


def test_tabulate_summary_has_a_row_for_each_split_and_one_for_the_cases(full):
    header, emotion, tweeteval, cases = tabulate_summary(full)
    assert header == [
        *("scored on", "n", "accuracy", "balanced accuracy", "macro-F1", "log loss (nats)", "ECE (15 bins)"),
        "accuracy at 50 % coverage",
    ]
    assert emotion == [
        *("Emotion (dair-ai) val", "10", "0.811 (0.511–0.951)", "0.821 (0.521–0.951)", "0.831 (0.531–0.951)"),
        *("0.851 (0.551–0.951)", "0.871 (0.571–0.951)", "0.912 (0.581–0.951)"),
    ]
    assert tweeteval[0] == "TweetEval emotion val"
    assert cases == ["behavioral cases", "4 of 7", "0.571 (0.286–0.786)", *"–––––"]


@pytest.mark.parametrize("name", SUMMARY_METRICS)
def test_tabulate_summary_shows_each_metric_in_its_cell(full, name):
    changed = copy.deepcopy(full)
    evaluation = changed["evaluations"][1]
    (evaluation if name == "accuracy_at_50" else evaluation["metrics"])[name] = 0.123
    evaluation["intervals"][name] = {"low": 0.1, "high": 0.2}
    before, after = tabulate_summary(full), tabulate_summary(changed)
    different = [(i, j) for i, row in enumerate(after) for j, cell in enumerate(row) if cell != before[i][j]]
    assert different == [(2, 2 + SUMMARY_METRICS.index(name))]
    assert after[2][different[0][1]] == "0.123 (0.100–0.200)"


def test_render_summary_is_a_markdown_table_with_notes(full):
    table, notes = render_summary(full).split("\n\n")
    lines = table.splitlines()
    assert lines[1] == f"| --- |{' ---: |' * 7}"
    assert lines[2].startswith("| Emotion (dair-ai) val | 10 | 0.811 (0.511–0.951) | 0.821 (0.521–0.951) |")
    assert len(lines) == 5
    assert "1,000 bootstrap resamples" in notes
    assert "Wilson's interval. In 2 of them, a wrong label has a score of at least 0.9." in notes


def test_describe_summary_explains_only_what_is_there(splits_only, cases_only):
    assert "Wilson" not in render_summary(splits_only)
    assert "bootstrap" not in render_summary(cases_only)
    assert "| behavioral cases | 4 of 7 | 0.571 (0.286–0.786) | – |" in render_summary(cases_only)


def test_render_behavior_lists_pass_rates_by_capability_and_in_total(full, splits_only):
    full["behavior"]["capabilities"][1]["kind"] = "unsure"
    assert render_behavior(full).splitlines() == [
        "| capability | passed | of | pass rate | wrong at 0.9 or more |",
        "| --- | ---: | ---: | ---: | ---: |",
        "| irony | 1 | 4 | 0.25 (0.12–0.62) | 2 |",
        "| case | 3 | 3 | 1.00 (0.50–1.00) | – |",
        "| total | 4 | 7 | 0.57 (0.29–0.79) | 2 |",
        "",
        ABOUT_MISTAKES,
        "",
        "| text | right | answered | score |",
        "| --- | --- | --- | ---: |",
        r"| oh \| great | anger or sadness | joy | 0.95 |",
    ]
    assert tabulate_behavior(splits_only) == [["capability", "passed", "of", "pass rate", "wrong at 0.9 or more"]]


def test_reports_show_the_mistakes_with_the_highest_scores(full, splits_only):
    full["behavior"]["mistakes"] *= MAX_MISTAKES + 1
    assert len(tabulate_mistakes(full)) == 1 + MAX_MISTAKES
    assert "still gets wrong" not in render_behavior(full | {"behavior": full["behavior"] | {"mistakes": []}})
    del full["behavior"]["mistakes"]  # as in scorecards of earlier versions
    assert tabulate_mistakes(full) == tabulate_mistakes(splits_only) == [["text", "right", "answered", "score"]]


def test_tabulate_metrics_and_classes_of_a_split(full):
    metrics = tabulate_metrics(full["evaluations"][0])
    assert metrics[0] == ["metric", "n = 10"]
    assert metrics[4] == ["weighted F1", "0.841 (0.541–0.951)"]
    assert [row[0] for row in metrics[1:]][-3:] == ["ECE (15 bins)", "accuracy at 50 % coverage", "top-3 accuracy"]
    assert tabulate_classes(full["evaluations"][0]) == [
        ["class", "n", "precision", "recall", "F1"],
        ["joy", "7", "0.661", "0.662", "0.663"],
        ["love", "3", "0.671", "0.672", "0.673"],
    ]


def test_tabulate_comparisons_has_a_row_for_each_split(full, splits_only):
    header, emotion, tweeteval = tabulate_comparisons(full)
    assert header[1:5] == ["n", "only this one right", "only the other right", "p (McNemar)"]
    assert emotion[:6] == ["Emotion (dair-ai) val", "10", "1", "4", "0.3750", "+0.012 (−0.004 to +0.030)"]
    assert tweeteval[:5] == ["TweetEval emotion val", "10", "2", "4", "< 0.0001"]
    assert {len(row) for row in (header, emotion, tweeteval)} == {5 + len(SUMMARY_METRICS)}
    assert tabulate_comparisons(splits_only) == [header]


def test_show_show_difference_and_show_probability():
    assert show(0.9316, {"low": 0.9205, "high": 0.9425}) == "0.932 (0.920–0.943)"
    assert show(0.5, {"low": 0.25, "high": 1.0}, digits=2) == "0.50 (0.25–1.00)"
    assert show_difference({"value": -0.5, "low": -1.0, "high": 0.0}) == "−0.500 (−1.000 to +0.000)"
    assert (show_probability(0.0001), show_probability(0.00009), show_probability(0)) == (
        "0.0001",
        "< 0.0001",
        "< 0.0001",
    )


def test_make_table_aligns_the_first_column_left_and_others_right():
    assert make_table(["a", "b"], [["*1*", "2"]]) == "| a | b |\n| --- | ---: |\n| *1* | 2 |"


def test_escape_markdown():
    assert escape_markdown("a|b\n<i>_*x*_ `y`") == r"a\|b \<i\>\_\*x\*\_ \`y\`"
    assert escape_markdown("0.932 (0.921–0.943) 😂") == "0.932 (0.921–0.943) 😂"
    assert render_table([["x"], ["<b>|"]]).splitlines()[2] == r"| \<b\>\| |"
