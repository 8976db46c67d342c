"""The tables say what the scorecard says, and nothing else."""

import copy
import subprocess
import sys

import pytest

from tweetmoji.evaluate.report.tables import (
    SUMMARY,
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
    tabulate_summary,
)


def test_the_summary_has_a_row_for_each_split_and_one_for_the_cases(full):
    header, emotions, tweeteval, cases = tabulate_summary(full)
    assert header == [
        *("scored on", "n", "accuracy", "balanced accuracy", "macro-F1", "log loss (nats)", "ECE (15 bins)"),
        "accuracy at 50 % coverage",
    ]
    assert emotions == [
        *("Emotions val", "10", "0.811 (0.511–0.951)", "0.821 (0.521–0.951)", "0.831 (0.531–0.951)"),
        *("0.851 (0.551–0.951)", "0.871 (0.571–0.951)", "0.912 (0.581–0.951)"),
    ]
    assert tweeteval[0] == "TweetEval emotion val"
    assert cases == ["behavioral cases", "4 of 7", "0.571 (0.286–0.786)", *"–––––"]


@pytest.mark.parametrize("name", SUMMARY)
def test_each_figure_of_the_summary_is_the_scorecards(full, name):
    changed = copy.deepcopy(full)
    evaluation = changed["evaluations"][1]
    (evaluation if name == "accuracy_at_50" else evaluation["metrics"])[name] = 0.123
    evaluation["intervals"][name] = {"low": 0.1, "high": 0.2}
    before, after = tabulate_summary(full), tabulate_summary(changed)
    different = [(i, j) for i, row in enumerate(after) for j, cell in enumerate(row) if cell != before[i][j]]
    assert different == [(2, 2 + SUMMARY.index(name))]
    assert after[2][different[0][1]] == "0.123 (0.100–0.200)"


def test_the_summary_in_markdown_is_a_table_with_notes(full):
    table, notes = render_summary(full).split("\n\n")
    lines = table.splitlines()
    assert lines[1] == f"| --- |{' ---: |' * 7}"
    assert lines[2].startswith("| Emotions val | 10 | 0.811 (0.511–0.951) | 0.821 (0.521–0.951) |")
    assert len(lines) == 5
    assert "1,000 bootstrap resamples" in notes
    assert "Wilson's interval" in notes


def test_notes_explain_only_what_is_there(splits_only, cases_only):
    assert "Wilson" not in render_summary(splits_only)
    assert "bootstrap" not in render_summary(cases_only)
    assert "| behavioral cases | 4 of 7 | 0.571 (0.286–0.786) | – |" in render_summary(cases_only)


def test_pass_rates_are_listed_by_capability_and_of_all(full, splits_only):
    assert render_behavior(full).splitlines() == [
        "| capability | passed | of | pass rate |",
        "| --- | ---: | ---: | ---: |",
        "| irony | 1 | 4 | 0.25 (0.12–0.62) |",
        "| case | 3 | 3 | 1.00 (0.50–1.00) |",
        "| all | 4 | 7 | 0.57 (0.29–0.79) |",
    ]
    assert tabulate_behavior(splits_only) == [["capability", "passed", "of", "pass rate"]]


def test_a_split_has_all_its_figures_and_classes(full):
    figures = tabulate_metrics(full["evaluations"][0])
    assert figures[0] == ["figure", "n = 10"]
    assert figures[4] == ["weighted F1", "0.841 (0.541–0.951)"]
    assert [row[0] for row in figures[1:]][-3:] == ["Brier score", "ECE (15 bins)", "accuracy at 50 % coverage"]
    assert tabulate_classes(full["evaluations"][0]) == [
        ["class", "n", "precision", "recall", "F1"],
        ["joy", "7", "0.661", "0.662", "0.663"],
        ["love", "3", "0.671", "0.672", "0.673"],
    ]


def test_comparisons_have_a_row_for_each_split(full, splits_only):
    header, emotions, tweeteval = tabulate_comparisons(full)
    assert header[1:5] == ["n", "only this one right", "only the other right", "p (McNemar)"]
    assert emotions[:6] == ["Emotions val", "10", "1", "4", "0.3750", "+0.012 (−0.004 to +0.030)"]
    assert tweeteval[:5] == ["TweetEval emotion val", "10", "2", "4", "< 0.0001"]
    assert {len(row) for row in (header, emotions, tweeteval)} == {5 + len(SUMMARY)}
    assert tabulate_comparisons(splits_only) == [header]


def test_numbers_are_shown_with_their_digits():
    assert show(0.9316, {"low": 0.9205, "high": 0.9425}) == "0.932 (0.920–0.943)"
    assert show(0.5, {"low": 0.25, "high": 1.0}, digits=2) == "0.50 (0.25–1.00)"
    assert show_difference({"value": -0.5, "low": -1.0, "high": 0.0}) == "−0.500 (−1.000 to +0.000)"
    assert (show_probability(0.0001), show_probability(0.00009), show_probability(0)) == (
        "0.0001",
        "< 0.0001",
        "< 0.0001",
    )


def test_a_table_is_left_in_the_first_column_and_right_in_the_others():
    assert make_table(["a", "b"], [["*1*", "2"]]) == "| a | b |\n| --- | ---: |\n| *1* | 2 |"


def test_names_of_ones_own_cannot_break_a_table():
    assert escape_markdown("a|b\n<i>_*x*_ `y`") == r"a\|b \<i\>\_\*x\*\_ \`y\`"
    assert escape_markdown("0.932 (0.921–0.943) 😂") == "0.932 (0.921–0.943) 😂"
    assert render_table([["x"], ["<b>|"]]).splitlines()[2] == r"| \<b\>\| |"


def test_tables_need_nothing_but_the_base_installation():
    code = """
import sys
for package in ("jinja2", "markupsafe", "matplotlib", "yaml"):
    sys.modules[package] = None
import tweetmoji.evaluate.report.tables
"""
    subprocess.run([sys.executable, "-c", code], check=True)
