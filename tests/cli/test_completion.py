"""``tweetmoji completion`` and what the scripts that it prints ask the program; a real bash is in tests/e2e."""

import pytest

from tweetmoji.cli.app import COMMANDS


@pytest.mark.parametrize(
    ("shell", "registration"),
    [
        ("bash", "complete -o nosort -F _tweetmoji_completion tweetmoji"),
        ("zsh", "#compdef tweetmoji"),
        ("fish", "complete --no-files --command tweetmoji"),
    ],
)
def test_script_registers_and_asks_this_program(run_cli, shell, registration):
    result = run_cli("completion", shell)
    assert (result.code, result.err) == (0, "")
    assert registration in result.out
    assert f"_TWEETMOJI_COMPLETE={shell}_complete" in result.out


@pytest.mark.parametrize("args", [(), ("powershell",), ("bash", "zsh")])
def test_other_shell_is_a_usage_error_of_one_line(run_cli, args):
    result = run_cli("completion", *args)
    assert (result.code, result.out) == (2, "")
    assert "tweetmoji completion --help" in result.complaint


def complete(run_cli, *words, shell="bash"):
    """The lines that the program answers a completion script for the words typed so far."""
    current = words[-1] if shell == "fish" else str(len(words) - 1)
    variables = {"_TWEETMOJI_COMPLETE": f"{shell}_complete", "COMP_WORDS": " ".join(words), "COMP_CWORD": current}
    result = run_cli(env=variables)
    assert (result.code, result.err) == (0, "")
    return [line for line in result.lines if line]


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        (("tweetmoji", "pre"), ["predict"]),
        (("tweetmoji", ""), list(COMMANDS)),
        (("tweetmoji", "hello"), []),
        (("tweetmoji", "--v"), ["--version"]),
        (("tweetmoji", "predict", "--mi"), ["--min-confidence"]),
        (("tweetmoji", "evaluate", "--split", ""), ["train", "val", "test", "full"]),
        (("tweetmoji", "completion", ""), ["bash", "zsh", "fish"]),
        (("tweetmoji", "train", "--batch"), ["--batch-size"]),
        (("tweetmoji", "serve", "--po"), ["--port"]),
        (("tweetmoji", "label", "--min"), ["--min-confidence"]),
        (("tweetmoji", "label", "in.csv", "--on-error", ""), ["keep", "skip"]),
        (("tweetmoji", "exp"), ["explain", "explore", "export"]),
        (("tweetmoji", "explain", "--"), ["--json", "--prior", "--model", "--help"]),
    ],
)
def test_bash_gets_the_words_that_fit(run_cli, words, completed):
    assert complete(run_cli, *words) == [f"plain,{word}" for word in completed]


@pytest.mark.parametrize("option", [("predict", "--model"), ("evaluate", "--report"), ("explore", "--clean")])
def test_folder_options_complete_to_folders(run_cli, option):
    assert complete(run_cli, "tweetmoji", *option, "mo") == ["dir,mo"]


@pytest.mark.parametrize(
    "option", [("evaluate", "--data"), ("explore", "--out-of-fold"), ("train", "--out"), ("label", "--output")]
)
def test_options_that_take_files_complete_to_files(run_cli, option):
    assert complete(run_cli, "tweetmoji", *option, "mo") == ["file,mo"]


def test_zsh_gets_the_word_with_its_help(run_cli):
    kind, word, help_text = complete(run_cli, "tweetmoji", "pre", shell="zsh")
    assert (kind, word) == ("plain", "predict")
    assert help_text.startswith("Print the emoji of tweets")


def test_fish_gets_the_word_with_its_help(run_cli):
    answer = "\n".join(complete(run_cli, "tweetmoji", "pre", shell="fish"))
    assert answer.startswith("plain,predict")
    assert "Print the emoji of tweets" in answer
