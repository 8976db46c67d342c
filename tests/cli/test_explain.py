"""``tweetmoji explain``: one tweet in; its emoji and words in color, as a table or as JSON out."""

import json
import re
from dataclasses import asdict

import pytest

import tweetmoji
from tweetmoji.cli.explain import GREENS, REDS, STEPS

TEXT = "I am so happy, and not sad 😂"
STYLED = re.compile("\x1b\\[38;5;16m\x1b\\[48;5;(\\d+)m(.*?)\x1b\\[0m")


def show_prediction(prediction):
    return f"{prediction.emoji}\t{prediction.label}\t{prediction.confidence:.4f}"


def find_colors(line):
    """The words in color with the number of it."""
    return {word: int(color) for color, word in STYLED.findall(line)}


def test_plain_is_a_table_of_words_and_weights(run_cli, tiny_emojifier):
    expected = tiny_emojifier.explain(TEXT)
    result = run_cli("explain", TEXT)
    assert (result.code, result.err) == (0, "")
    assert result.lines[0] == show_prediction(expected.prediction)
    assert [line.split() for line in result.lines[1:]] == [
        ["word", "weight"],
        *([TEXT[word.start : word.end], f"{word.weight:+.4f}"] for word in expected.words),
    ]
    assert "\x1b" not in result.out


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_terminal_without_colors_gets_the_table(run_cli, env):
    assert run_cli("explain", TEXT, env=env, terminal=True).out == run_cli("explain", TEXT).out


def test_terminal_gets_the_tweet_with_its_words_in_color(run_cli, tiny_emojifier):
    expected = tiny_emojifier.explain(TEXT)
    result = run_cli("explain", TEXT, env={"NO_COLOR": ""}, terminal=True)
    assert (result.code, result.err) == (0, "")
    assert result.lines[0] == show_prediction(expected.prediction)
    [line] = result.lines[1:]
    assert STYLED.sub(r"\2", line) == TEXT
    colors = find_colors(line)
    for word in expected.words:
        color = colors.get(TEXT[word.start : word.end])
        assert (color is None) == (abs(word.weight) < STEPS[0])
        assert color is None or color in (GREENS if word.weight > 0 else REDS)
    assert colors["happy"] in GREENS
    assert colors["sad"] in REDS


@pytest.mark.parametrize(
    ("weight", "color"),
    [
        (0.0099, None),
        (0.01, GREENS[0]),
        (0.06, GREENS[1]),
        (0.1, GREENS[2]),
        (0.3, GREENS[3]),
        (1.0, GREENS[4]),
        (-0.0099, None),
        (-0.01, REDS[0]),
        (-0.5, REDS[4]),
        (-1.0, REDS[4]),
    ],
)
def test_color_deepens_with_the_weight(run_cli, monkeypatch, tiny_emojifier, weight, color):
    explanation = tweetmoji.Explanation(tiny_emojifier("happy"), (tweetmoji.WordWeight(0, 5, weight),))
    monkeypatch.setattr(tweetmoji.Emojifier, "explain", lambda *_: explanation)
    line = run_cli("explain", "happy", terminal=True).lines[1]
    assert find_colors(line).get("happy") == color


def test_json_has_the_prediction_and_the_words(run_cli, tiny_emojifier):
    result = run_cli("explain", "--json", TEXT, terminal=True)
    [line] = result.lines
    answer = json.loads(line)
    expected = tiny_emojifier.explain(TEXT)
    assert (result.code, list(answer)) == (0, ["prediction", "words"])
    assert answer == json.loads(json.dumps(asdict(expected)))
    assert [list(word) for word in answer["words"]] == [["start", "end", "weight"]] * 8
    assert line.startswith('{"prediction": {"emoji": "😂", "label": "joy"')


@pytest.mark.parametrize("stdin", ["so happy today", "so happy today\n", "so happy today\r\n"])
def test_stdin_is_one_tweet(run_cli, stdin):
    assert run_cli("explain", stdin=stdin.encode()).out == run_cli("explain", "so happy today").out


def test_line_breaks_within_a_tweet_count(run_cli, tiny_emojifier):
    answer = json.loads(run_cli("explain", "--json", stdin=b"so happy\n\ntoday\n").out)
    assert answer == json.loads(json.dumps(asdict(tiny_emojifier.explain("so happy\n\ntoday"))))


@pytest.mark.parametrize("terminal", [False, True])
@pytest.mark.parametrize(("args", "stdin"), [(("",), b"happy"), ((), b""), (("...",), b"")])
def test_tweet_without_words_has_its_emoji_only(run_cli, tiny_emojifier, args, stdin, terminal):
    result = run_cli("explain", *args, stdin=stdin, terminal=terminal)
    assert (result.code, result.lines) == (0, [show_prediction(tiny_emojifier("".join(args)))])


@pytest.mark.parametrize("terminal", [False, True])
def test_control_characters_do_not_reach_the_terminal(run_cli, terminal):
    out = run_cli("explain", "happy\x1b[2J \x07so\x9b\nsad", terminal=terminal).out
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", STYLED.sub(r"\2", out))
    assert len(out.splitlines()) == (2 if terminal else 6)


def test_more_than_64_words_are_a_failure_of_one_line(run_cli):
    result = run_cli("explain", "so happy " * 40)
    assert (result.code, result.out) == (1, "")
    assert result.complaint == "the text has 80 words; expected at most 64: explain a part of it at a time"


def test_bad_utf8_names_its_line(run_cli):
    result = run_cli("explain", stdin=b"happy\ncaf\xe9\n")
    assert (result.code, result.out) == (1, "")
    assert result.complaint.startswith("line 2: byte 4 (0xe9) is not UTF-8")


def test_two_tweets_are_a_usage_error(run_cli):
    result = run_cli("explain", "happy", "sad")
    assert (result.code, result.out) == (2, "")
    assert "sad" in result.complaint


def test_model_and_prior_are_those_of_the_options(run_cli, heads_home):
    answer = json.loads(run_cli("explain", "--json", "--model", heads_home, "--prior", "uniform", TEXT).out)
    expected = tweetmoji.load(heads_home, prior="uniform").explain(TEXT)
    assert answer == json.loads(json.dumps(asdict(expected)))
    assert answer["prediction"]["none"] is not None
