"""The golden set: the shipped model answers as recorded, and the comparison reports what changed."""

import json
from collections import Counter
from dataclasses import replace

import pytest

import answers

TEXTS = [
    answers.Text("plain", "i am so happy today"),
    answers.Text("negation", "i am not sad"),
    answers.Text("edge", "\u200b\u2028"),
]


@pytest.fixture
def recorded(tiny_emojifier):
    """The tiny model's answers to `TEXTS`."""
    return answers.predict(tiny_emojifier, TEXTS)


@pytest.fixture
def golden(tmp_path, monkeypatch):
    """A golden set of `TEXTS` that has no answers yet, in place of the repository's."""
    rows = [json.dumps({"capability": text.capability, "text": text.text}) for text in TEXTS]
    (tmp_path / "answers.jsonl").write_text("\n".join(rows))
    monkeypatch.setattr(answers, "GOLDEN", tmp_path)
    return tmp_path


def relabel(answer, label):
    return replace(answer, label=label)


def shift(answer, label, by):
    return replace(answer, probabilities=answer.probabilities | {label: answer.probabilities[label] + by})


def test_shipped_model_gives_the_recorded_answers(shipped_emojifier):
    comparisons = answers.compare(answers.read_answers(answers.GOLDEN), shipped_emojifier)
    same_engine = answers.is_recorded_engine(answers.GOLDEN)

    assert not any(item.changed(same_engine) for item in comparisons), answers.make_report(comparisons, same_engine)


def test_golden_set_has_300_distinct_texts_and_at_least_8_of_each_capability():
    texts = answers.read_texts(answers.GOLDEN)

    assert len(texts) == len({text.text for text in texts}) == 300
    assert min(Counter(text.capability for text in texts).values()) >= 8


def test_golden_file_is_written_as_it_is_read(tmp_path):
    answers.write_answers(answers.read_answers(answers.GOLDEN), tmp_path)

    written, kept = ((folder / "answers.jsonl").read_bytes() for folder in (tmp_path, answers.GOLDEN))
    assert written == kept


def test_invisible_characters_are_escaped_in_the_file(recorded, tmp_path):
    answers.write_answers(recorded, tmp_path)

    assert r'"text": "\u200b\u2028"' in (tmp_path / "answers.jsonl").read_text(encoding="utf-8")
    assert [answer.text for answer in answers.read_answers(tmp_path)] == [text.text for text in TEXTS]


def test_same_answers_are_no_change(recorded, tiny_emojifier):
    comparisons = answers.compare(recorded, tiny_emojifier)

    assert [item.changed(same_engine=True) for item in comparisons] == [False, False, False]
    assert answers.make_report(comparisons, same_engine=True).endswith("\n0 of 3 answers changed.")


def test_changed_label_is_reported_with_its_capability(recorded, tiny_emojifier):
    recorded[1] = relabel(recorded[1], "fear")
    comparisons = answers.compare(recorded, tiny_emojifier)
    report = answers.make_report(comparisons, same_engine=True)

    assert [item.changed(same_engine=True) for item in comparisons] == [False, True, False]
    assert "Labels changed: 1\n" in report
    assert '  [negation] "i am not sad": fear -> sadness (' in report
    assert [line.split()[:3] for line in report.splitlines()[1:5]] == [
        ["plain", "1", "0"],
        ["negation", "1", "1"],
        ["edge", "1", "0"],
        ["total", "3", "1"],
    ]
    assert report.endswith("\n1 of 3 answers changed.")


@pytest.mark.parametrize(("by", "changed"), [(0.0009, False), (0.0011, True), (-0.0011, True)])
def test_probability_beyond_the_tolerance_is_reported(recorded, tiny_emojifier, by, changed):
    recorded[0] = shift(recorded[0], "love", by)
    comparisons = answers.compare(recorded, tiny_emojifier)

    assert comparisons[0].difference == pytest.approx(abs(by))
    assert comparisons[0].changed(same_engine=True) is changed
    assert ('[plain] "i am so happy today": joy (' in answers.make_report(comparisons, same_engine=True)) is changed


def test_only_the_largest_differences_are_listed(recorded, tiny_emojifier):
    shifted = [shift(recorded[0], "love", 0.01 * i) for i in range(1, 13)]
    report = answers.make_report(answers.compare(shifted, tiny_emojifier), same_engine=True)

    listed = [line.rpartition("largest ")[2] for line in report.splitlines() if line.startswith("  [")]
    assert listed == [f"{0.01 * i:.4f})" for i in range(12, 2, -1)]
    assert "differs by more than 0.001: 12 (the 10 largest)" in report


@pytest.mark.parametrize(("by", "changed"), [(0.04, False), (0.06, True)])
def test_another_engine_may_differ_more_and_swap_labels_as_close(recorded, tiny_emojifier, by, changed):
    recorded[0] = relabel(shift(recorded[0], "love", by), "love")
    comparisons = answers.compare(recorded, tiny_emojifier)
    report = answers.make_report(comparisons, same_engine=False)

    assert comparisons[0].changed(same_engine=False) is changed
    assert "Labels changed: 1\n" in report
    assert "recorded with another engine" in report
    assert report.endswith(f"\n{int(changed)} of 3 answers changed.")


def test_engine_that_recorded_the_set_is_recognized(recorded, tmp_path, monkeypatch):
    answers.write_answers(recorded, tmp_path)
    assert answers.is_recorded_engine(tmp_path)

    monkeypatch.setattr(answers.onnxruntime, "__version__", "0.1")
    assert not answers.is_recorded_engine(tmp_path)


def test_model_with_other_labels_is_refused(recorded, tiny_emojifier):
    foreign = replace(recorded[0], label="praise", probabilities={"praise": 0.5, "blame": 0.5})

    with pytest.raises(ValueError, match=r"labels are sadness, joy.*expected those of the golden set, praise, blame"):
        answers.compare([foreign], tiny_emojifier)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"capability": "plain", "text": "hi"}', "line 2 has no label, probabilities: .*--write"),
        ("hi", "line 2: expected a JSON object, not 'hi'"),
        ("[]", "line 2: expected a JSON object, not '\\[\\]'"),
    ],
)
def test_incomplete_line_is_named(recorded, tmp_path, line, message):
    answers.write_answers(recorded[:1], tmp_path)
    with (tmp_path / "answers.jsonl").open("a") as file:
        file.write(line)

    with pytest.raises(ValueError, match=message):
        answers.read_answers(tmp_path)


def test_write_records_the_shipped_model(golden, shipped_emojifier, capsys):
    assert answers.main(["--write"]) == 0
    assert shipped_emojifier.version in capsys.readouterr().out
    assert answers.read_answers(golden)[0].label == "joy"

    assert answers.main([]) == 0
    assert "0 of 3 answers changed." in capsys.readouterr().out


def test_another_model_is_compared_and_fails(golden, tiny_folder, capsys):
    answers.main(["--write"])

    assert answers.main(["--model", str(tiny_folder)]) == 1
    assert "3 of 3 answers changed." in capsys.readouterr().out


def test_model_folder_that_does_not_load_is_a_usage_error(golden, tmp_path, capsys):
    with pytest.raises(SystemExit, match="2"):
        answers.main(["--model", str(tmp_path / "missing")])

    assert "missing" in capsys.readouterr().err
