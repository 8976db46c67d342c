"""``tweetmoji predict``: arguments or lines of stdin in, one answer a line out, in order."""

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tweetmoji
import tweetmoji.cli.predict

LINES = st.lists(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=40), max_size=8)
TWEETS = ["I am so happy", "this is sad", "I adore my dog", "furious again", "scared of rain", "astonished"]
EMOTIONS = ["joy", "sadness", "love", "anger", "fear", "surprise"]
EMOJI = ["😂", "😢", "🥰", "😡", "😱", "😲"]


def encode(lines):
    return "".join(f"{line}\n" for line in lines).encode()


def emotions_in(result):
    return [line.split("\t")[1] for line in result.lines]


def test_arguments_are_answered_in_order(run_cli, tiny_emojifier):
    result = run_cli("predict", *TWEETS)
    assert (result.code, result.err) == (0, "")
    confidences = [f"{prediction.confidence:.4f}" for prediction in tiny_emojifier.predict(TWEETS)]
    assert result.lines == ["\t".join(row) for row in zip(EMOJI, EMOTIONS, confidences, strict=True)]


def test_stdin_is_answered_like_arguments(run_cli):
    result = run_cli("predict", stdin=encode(TWEETS))
    assert (result.code, result.err) == (0, "")
    assert result.out == run_cli("predict", *TWEETS).out


def test_stdin_is_not_read_when_there_are_arguments(run_cli):
    assert emotions_in(run_cli("predict", "happy", stdin=b"sad\n\xff\n")) == ["joy"]


@pytest.mark.parametrize("text", ["", "predict", "info"])
def test_any_argument_is_a_tweet(run_cli, tiny_emojifier, text):
    result = run_cli("predict", text, "happy")
    assert emotions_in(result) == [tiny_emojifier(text).label, "joy"]


def test_text_that_begins_with_a_dash_goes_after_two_dashes(run_cli):
    assert emotions_in(run_cli("predict", "--", "-sad", "--top", "happy"))[::2] == ["sadness", "joy"]


@given(lines=LINES)
def test_any_line_is_answered_like_the_library_does(run_cli, tiny_emojifier, lines):
    result = run_cli("predict", "--json", stdin=encode(lines))
    assert (result.code, result.err) == (0, "")
    predictions = tiny_emojifier.predict(lines)
    for line, prediction in zip(result.lines, predictions, strict=True):
        answer = json.loads(line)
        assert answer["emoji"] == prediction.emoji
        assert answer["scores"] == pytest.approx(prediction.scores, abs=1e-6)


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x0b", "\x0c", "\x85", "\x1e", "\r"])
def test_only_newline_separates_tweets(run_cli, sign):
    assert emotions_in(run_cli("predict", stdin=f"sad{sign}day\nhappy\n".encode())) == ["sadness", "joy"]


def test_lines_may_end_in_carriage_return_and_newline(run_cli):
    assert emotions_in(run_cli("predict", stdin=b"sad\r\nhappy\r\n")) == ["sadness", "joy"]


@pytest.mark.parametrize("blank", ["", "\r", " ", "\t "])
def test_blank_lines_are_answered_as_the_empty_string(run_cli, tiny_emojifier, blank):
    result = run_cli("predict", stdin=encode(["happy", blank, "sad", blank]))
    assert emotions_in(result) == ["joy", tiny_emojifier("").label, "sadness", tiny_emojifier("").label]


def test_last_line_without_newline_is_answered(run_cli):
    assert emotions_in(run_cli("predict", stdin=b"sad\nhappy")) == ["sadness", "joy"]


@pytest.mark.parametrize("options", [(), ("--json",), ("--top", "3")])
def test_empty_stdin_has_no_answer(run_cli, options):
    result = run_cli("predict", *options, stdin=b"")
    assert (result.code, result.out, result.err) == (0, "", "")


@pytest.mark.parametrize("bad", [b"caf\xe9", b"\xff", b"\xed\xa0\x80", b"\xf0\x9f\x98"])
def test_bad_utf8_names_its_line_after_the_answers_before_it(run_cli, bad):
    result = run_cli("predict", stdin=b"happy\nsad\n" + bad + b"\nfurious\n")
    assert result.code == 1
    assert emotions_in(result) == ["joy", "sadness"]
    assert result.complaint.startswith("line 3: ")
    assert "UTF-8" in result.complaint


def test_json_has_every_field_of_a_prediction(run_cli, tiny_emojifier):
    result = run_cli("predict", "--json", "happy", "sad")
    for line, text in zip(result.lines, ["happy", "sad"], strict=True):
        answer, expected = json.loads(line), tiny_emojifier(text)
        assert list(answer) == ["emoji", "label", "confidence", "none", "scores", "truncated"]
        assert (answer["emoji"], answer["label"]) == (expected.emoji, expected.label)
        assert answer["confidence"] == pytest.approx(expected.confidence, abs=1e-6)
        assert list(answer["scores"]) == list(tiny_emojifier.labels)
        assert answer["scores"] == pytest.approx(expected.scores, abs=1e-6)


def test_json_says_whether_the_text_was_truncated(run_cli):
    lines = run_cli("predict", "--json", "happy", "happy " * 50).lines
    assert [json.loads(line)["truncated"] for line in lines] == [False, True]


def test_json_shows_emoji_unescaped(run_cli):
    assert run_cli("predict", "--json", "happy").out.startswith('{"emoji": "😂", "label": "joy"')


@pytest.mark.parametrize("top", [1, 2, 6])
def test_top_gives_the_most_probable_first(run_cli, tiny_emojifier, top):
    result = run_cli("predict", "--top", top, "I am happy")
    ranked = sorted(tiny_emojifier("I am happy").scores.items(), key=lambda item: -item[1])[:top]
    cells = result.out.removesuffix("\n").split("\t")
    assert cells[1::3] == [label for label, _ in ranked]
    assert cells[0::3] == [tiny_emojifier.emoji[label] for label, _ in ranked]
    assert cells[2::3] == [f"{score:.4f}" for _, score in ranked]


def test_top_beyond_the_number_of_labels_gives_all(run_cli):
    assert run_cli("predict", "--top", 99, "happy").out == run_cli("predict", "--top", 6, "happy").out


def test_top_in_json_is_a_list_after_the_fields(run_cli, tiny_emojifier):
    answer = json.loads(run_cli("predict", "--json", "--top", 2, "I am happy").out)
    assert list(answer) == ["emoji", "label", "confidence", "none", "scores", "truncated", "top"]
    assert [row["label"] for row in answer["top"]] == sorted(answer["scores"], key=answer["scores"].get)[:-3:-1]
    for row in answer["top"]:
        assert row["emoji"] == tiny_emojifier.emoji[row["label"]]
        assert row["confidence"] == answer["scores"][row["label"]]


def test_below_min_confidence_there_is_no_emoji(run_cli, tiny_emojifier):
    unsure, sure = sorted(["happy happy", "good day"], key=lambda text: tiny_emojifier(text).confidence)
    low, high = tiny_emojifier(unsure), tiny_emojifier(sure)
    between = (low.confidence + high.confidence) / 2
    lines = run_cli("predict", "--min-confidence", between, unsure, sure).lines
    assert lines[0] == f"-\t-\t{low.confidence:.4f}"
    assert lines[1] == f"{high.emoji}\t{high.label}\t{high.confidence:.4f}"
    answers = [
        json.loads(line) for line in run_cli("predict", "--json", "--min-confidence", between, unsure, sure).lines
    ]
    assert (answers[0]["emoji"], answers[0]["label"]) == (None, None)
    assert answers[0]["confidence"] == pytest.approx(low.confidence, abs=1e-6)
    assert answers[0]["scores"] == pytest.approx(low.scores, abs=1e-6)
    assert answers[1]["emoji"] == high.emoji


def test_none_lowers_the_confidence_of_every_emoji(run_cli, heads_home, heads_emojifier):
    text = "so happy http http"
    expected = heads_emojifier(text)
    assert expected.confidence < 0.9 * expected.scores[expected.label]
    plain = run_cli("predict", "--model", heads_home, text)
    assert plain.lines == [f"{expected.emoji}\t{expected.label}\t{expected.confidence:.4f}"]
    answer = json.loads(run_cli("predict", "--json", "--top", 2, "--model", heads_home, text).out)
    assert answer["none"] == pytest.approx(expected.none, rel=1e-6)
    assert answer["top"][0]["confidence"] == answer["confidence"] == pytest.approx(expected.confidence, rel=1e-6)
    for row in answer["top"]:
        assert row["confidence"] == (1 - answer["none"]) * answer["scores"][row["label"]]


def test_none_is_null_where_the_model_does_not_know_it(run_cli):
    assert json.loads(run_cli("predict", "--json", "happy").out)["none"] is None


@pytest.mark.parametrize(
    ("option", "prior"),
    [
        ("uniform", "uniform"),
        (
            "joy=0.05,sadness=0.75, love=0.05,anger=0.05,fear=0.05,surprise=5e-2",
            dict(zip(tweetmoji.EMOTIONS, [0.75, 0.05, 0.05, 0.05, 0.05, 0.05], strict=True)),
        ),
    ],
)
@pytest.mark.parametrize("variable", [False, True])
def test_prior_reaches_the_model(run_cli, tiny_home, option, prior, variable):
    args, env = ((), {"TWEETMOJI_PRIOR": option}) if variable else (("--prior", option), {})
    answer = json.loads(run_cli("predict", "--json", *args, "the cat", env=env).out)
    assert answer["scores"] == pytest.approx(tweetmoji.load(tiny_home, prior=prior)("the cat").scores, abs=1e-6)
    assert answer["scores"] != json.loads(run_cli("predict", "--json", "the cat").out)["scores"]


def test_emoji_replaces_single_ones(run_cli):
    result = run_cli("predict", "--emoji", "joy=😊", "--emoji", "fear=👻", "happy", "scared", "sad")
    assert [line.split("\t")[0] for line in result.lines] == ["😊", "👻", "😢"]
    assert emotions_in(result) == ["joy", "fear", "sadness"]
    assert json.loads(run_cli("predict", "--json", "--emoji", "joy==)", "happy").out)["emoji"] == "=)"


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--emoji", "joy"), "'joy' has no '='"),
        (("--emoji", "bliss=😊"), "'bliss'"),
        (("--emoji", "=😊"), "''"),
        (("--emoji", "joy="), "'joy'"),
        (("--emoji",), "--emoji"),
        (("--top", "0"), "--top"),
        (("--top", "two"), "--top"),
        (("--min-confidence", "1.1"), "--min-confidence"),
        (("--min-confidence", "-0.1"), "--min-confidence"),
        (("--min-confidence", "nan"), "confidence"),
        (("--threads", "0"), "--threads"),
        (("--bogus",), "--bogus"),
        (("--prior", "flat"), "'flat' is no LABEL=SHARE; expected uniform, or for example joy=0.6"),
        (("--prior", "joy=half"), "'joy=half' is no LABEL=SHARE"),
        (("--prior", "joy=1,joy=1"), "'joy' is given twice"),
        (("--prior", "joy=1"), "prior has no share for sadness, love, anger, fear, surprise"),
        (("--prior", "bliss=1"), "prior for 'bliss', which is no label of this model"),
    ],
)
def test_impossible_option_is_a_usage_error_of_one_line(run_cli, options, complaint):
    result = run_cli("predict", *(("happy", *options) if len(options) == 1 else (*options, "happy")))
    assert (result.code, result.out) == (2, "")
    assert complaint in result.complaint


def test_unknown_label_lists_those_that_there_are(run_cli):
    complaint = run_cli("predict", "--emoji", "bliss=😊", "happy").complaint
    assert "sadness, joy, love, anger, fear, surprise" in complaint


@pytest.mark.parametrize("args", [("happy",), ("predict", "happy"), ("predict",), ("info",)])
def test_missing_model_folder_is_named_in_one_line(run_cli, tmp_path, args):
    result = run_cli(*args, env={"TWEETMOJI_MODEL": str(tmp_path / "nowhere")}, stdin=b"happy\n")
    assert (result.code, result.out) == (1, "")
    assert str(tmp_path / "nowhere") in result.complaint


def test_damaged_model_names_its_file_in_one_line(run_cli, tiny_folder):
    weights = tiny_folder / "model.onnx"
    weights.write_bytes(weights.read_bytes()[:-1])
    result = run_cli("predict", "--model", tiny_folder, "happy")
    assert (result.code, result.out) == (1, "")
    assert str(weights) in result.complaint
    assert "damaged" in result.complaint


def test_model_with_own_labels_answers_with_them(run_cli, moods_home):
    result = run_cli("predict", "--model", moods_home, "happy", "sad", env={"TWEETMOJI_MODEL": "/nowhere"})
    assert [line.split("\t")[:2] for line in result.lines] == [["🙂", "up"], ["🙁", "down"]]
    answer = json.loads(run_cli("predict", "--json", "--model", moods_home, "--emoji", "up=↑", "happy").out)
    assert list(answer["scores"]) == ["down", "up", "warm", "hot", "cold", "odd"]
    assert answer["emoji"] == "↑"


@pytest.mark.parametrize(("options", "threads"), [((), None), (("--threads", "1"), 1), (("--threads", "3"), 3)])
def test_threads_reach_the_model_and_change_no_answer(run_cli, monkeypatch, options, threads):
    expected = run_cli("predict", "--json", stdin=encode(TWEETS * 20)).out
    load = tweetmoji.cli.predict.load
    asked = []

    def load_and_note(path, **settings):
        asked.append(settings["threads"])
        return load(path, **settings)

    monkeypatch.setattr(tweetmoji.cli.predict, "load", load_and_note)
    assert run_cli("predict", "--json", *options, stdin=encode(TWEETS * 20)).out == expected
    assert asked == [threads]


READ_PEAK = """
import sys
from tweetmoji.cli.app import run
code = run(["predict", "--json", "--model", sys.argv[1], "--threads", "1"])
with open("/proc/self/status") as status:
    peak_mib = next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
print(peak_mib, file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak from Linux's /proc")
@pytest.mark.parametrize("unit", ["so happy ", "😂🎉"])
def test_endless_line_takes_bounded_memory(tiny_home, tmp_path, unit):
    """Read and normalized whole, a line of 40 MB takes 600 MB and more."""
    path, megabyte = tmp_path / "line.txt", unit.encode() * (1_000_000 // len(unit.encode()))
    path.write_bytes(megabyte * 40 + b"\nhappy\n")
    with path.open("rb") as stdin:
        done = subprocess.run(
            [sys.executable, "-c", READ_PEAK, tiny_home], stdin=stdin, capture_output=True, timeout=120, check=False
        )
    assert done.returncode == 0, done.stderr
    long, short = map(json.loads, done.stdout.decode("utf-8").splitlines())
    assert (long["truncated"], short["truncated"], short["label"]) == (True, False, "joy")
    assert float(done.stderr) < 200
