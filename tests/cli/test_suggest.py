"""``tweetmoji suggest``: arguments or lines of stdin in, a line of emoji for each out, in order."""

import json

import pytest

TWEETS = ["my dog is home", "the cat and the dog", "so happy", ""]


@pytest.fixture
def suggest(run_cli, heads_home):
    """Run ``tweetmoji suggest`` with the model that has suggestions."""

    def run(*args, **options):
        return run_cli("suggest", "--model", heads_home, *args, **options)

    return run


def test_line_has_the_three_best_emoji_with_their_probabilities(suggest, heads_emojifier):
    result = suggest(*TWEETS)
    assert (result.code, result.err) == (0, "")
    assert result.lines == [
        "\t".join(f"{row.emoji}\t{row.probability:.4f}" for row in heads_emojifier.suggest(tweet)) for tweet in TWEETS
    ]
    assert result.lines[0].startswith("🐶\t0.")


@pytest.mark.parametrize(("k", "count"), [(1, 1), (2, 2), (4, 4), (99, 4)])
def test_k_is_the_number_of_emoji(suggest, k, count):
    assert len(suggest("-k", k, "my dog").out.split("\t")) == 2 * count


def test_json_is_a_list_for_each_tweet(suggest, heads_emojifier):
    result = suggest("--json", "-k", 2, *TWEETS)
    for line, tweet in zip(result.lines, TWEETS, strict=True):
        expected = heads_emojifier.suggest(tweet, 2)
        assert [list(row) for row in json.loads(line)] == [["emoji", "probability"]] * 2
        assert [row["emoji"] for row in json.loads(line)] == [suggestion.emoji for suggestion in expected]
        assert [row["probability"] for row in json.loads(line)] == pytest.approx(
            [suggestion.probability for suggestion in expected], abs=1e-6
        )
    assert result.out.startswith('[{"emoji": "🐶", "probability": 0.')


def test_stdin_is_read_line_by_line(suggest):
    stdin = "".join(f"{tweet}\n" for tweet in TWEETS).encode()
    assert suggest(stdin=stdin).out == suggest(*TWEETS).out


def test_bad_utf8_names_its_line_after_the_lines_before_it(suggest):
    result = suggest(stdin=b"dog\n\xff\n")
    assert (result.code, len(result.lines)) == (1, 1)
    assert result.complaint.startswith("line 2: ")


@pytest.mark.parametrize("args", [("my dog",), ("--json", "my dog"), ()])
def test_model_without_suggestions_is_a_failure_that_says_so(run_cli, args):
    result = run_cli("suggest", *args, stdin=b"my dog\n")
    assert (result.code, result.out) == (1, "")
    assert result.complaint == (
        "the model tiny has no suggestions, only its labels; load one that was trained with suggestions"
    )


@pytest.mark.parametrize("k", ["0", "-1", "two", "1.5"])
def test_impossible_number_is_a_usage_error(suggest, k):
    result = suggest("-k", k, "dog")
    assert (result.code, result.out) == (2, "")
    assert "-k" in result.complaint


def test_threads_change_no_suggestion(suggest):
    assert suggest("--threads", 1, *TWEETS * 20).out == suggest("--threads", 3, *TWEETS * 20).out
