"""What ``tweetmoji ARGUMENTS`` means: a tweet, a command or a mistake; its help and its version."""

import json
import os
import subprocess
import sys
from importlib.metadata import version

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tweetmoji.cli.app import COMMANDS, find_intended_command, run

HEAVY = ("numpy", "onnxruntime", "tokenizers", "torch", "transformers", "fastapi", "uvicorn", "tqdm")


def answer_of(emojifier, text):
    prediction = emojifier(text)
    return f"{prediction.emoji}\t{prediction.label}\t{prediction.confidence:.4f}"


@pytest.mark.parametrize(
    ("tweet", "emoji", "emotion"),
    [
        ("Today is a good day! I am happy", "😂", "joy"),
        ("this is sad", "😢", "sadness"),
        ("FURIOUS", "😡", "anger"),
    ],
)
def test_bare_tweet_prints_emoji_emotion_and_confidence(run_cli, tiny_emojifier, tweet, emoji, emotion):
    result = run_cli(tweet)
    assert (result.code, result.err) == (0, "")
    assert result.lines == [f"{emoji}\t{emotion}\t{tiny_emojifier(tweet).confidence:.4f}"]


def test_shipped_model_answers_when_no_other_is_named(run_cli, shipped_emojifier):
    result = run_cli("Today is a good day!", env={"TWEETMOJI_MODEL": ""})
    assert result.lines == [answer_of(shipped_emojifier, "Today is a good day!")]
    assert result.out.startswith("😂\tjoy\t0.")


@pytest.mark.parametrize(
    "tweet",
    [
        "",
        " ",
        "-",
        "=",
        "two\nlines",
        "Info",
        "rain",
        "server",
        "brain",
        "Evalute",
        "evalu8",
        "info ",
        "serve me",
        "tweetmoji",
        "/",
        "@me",
        "😡",
    ],
)
def test_single_argument_that_is_no_commands_name_is_a_tweet(run_cli, tiny_emojifier, tweet):
    result = run_cli(tweet)
    assert (result.code, result.lines) == (0, [answer_of(tiny_emojifier, tweet)])


@pytest.mark.parametrize(
    ("word", "command"),
    [
        ("evalute", "evaluate"),
        ("trian", "train"),
        ("ifno", "info"),
        ("distil", "distill"),
        ("train-techer", "train-teacher"),
    ],
)
def test_mistyped_command_is_a_usage_error_that_names_it(run_cli, tiny_emojifier, word, command):
    result = run_cli(word)
    assert (result.code, result.out) == (2, "")
    assert f"no command {word!r}; for the command: tweetmoji {command};" in result.complaint
    assert f"for a tweet: tweetmoji predict -- {word}" in result.complaint
    assert run_cli("predict", "--", word).lines == [answer_of(tiny_emojifier, word)]


def test_mistyped_command_with_arguments_is_named_too(run_cli):
    assert "tweetmoji evaluate;" in run_cli("evalute", "--source", "emotion").complaint


@pytest.mark.parametrize("tweet", ["-happy", "--sad times", "--help", "--version", "-h", "--json"])
def test_tweet_that_begins_with_a_dash_goes_after_two_dashes(run_cli, tiny_emojifier, tweet):
    result = run_cli("--", tweet)
    assert (result.code, result.lines) == (0, [answer_of(tiny_emojifier, tweet)])


@given(
    text=st.text(st.characters(), max_size=30).filter(
        lambda text: text not in COMMANDS and not find_intended_command(text)
    )
)
@example(text="\ud83d")
@example(text="\0")
@example(text="\u200f\u200d")
def test_any_text_is_answered_like_the_library_does(run_cli, tiny_emojifier, text):
    result = run_cli("--", text)
    assert (result.code, result.lines) == (0, [answer_of(tiny_emojifier, text)])


@pytest.mark.parametrize("args", [("happy", "sad"), ("happy", "--json"), ("so", "many", "words"), ("hi", "predict")])
def test_more_than_one_argument_is_a_usage_error_of_one_line(run_cli, args):
    result = run_cli(*args)
    assert (result.code, result.out) == (2, "")
    assert f"got {len(args)} arguments" in result.complaint
    assert "tweetmoji predict" in result.complaint


@pytest.mark.parametrize("option", ["--bogus", "-x", "-happy"])
def test_unknown_option_is_a_usage_error_of_one_line(run_cli, option):
    result = run_cli(option)
    assert (result.code, result.out) == (2, "")
    assert "No such option" in result.complaint
    assert "tweetmoji --help" in result.complaint


@pytest.mark.parametrize(
    ("command", "complaint"),
    [("completion", "'{bash|zsh|fish}'"), ("train", "'--base'")],
)
def test_name_of_a_command_with_needs_is_that_command(run_cli, command, complaint):
    result = run_cli(command)
    assert (result.code, result.out) == (2, "")
    assert complaint in result.complaint
    assert f"tweetmoji {command} --help" in result.complaint


def test_name_of_a_command_without_needs_is_that_command(run_cli, tiny_home):
    assert run_cli("predict", stdin=b"").lines == []
    assert run_cli("info").lines[0].startswith("model     tiny")


def test_no_arguments_show_the_help(run_cli):
    result = run_cli()
    assert result.code == 2
    assert result.err == run_cli("--help").out
    assert result.out == ""


def test_help_lists_every_command_and_shows_a_tweet(run_cli):
    result = run_cli("--help")
    assert (result.code, result.err) == (0, "")
    listed = [line.split()[0] for line in result.out.partition("Commands:\n")[2].splitlines()]
    assert listed == list(COMMANDS)
    assert "\n    tweetmoji 'Today is a good day!'\n" in result.out


@pytest.mark.parametrize("flag", ["--help", "-h"])
@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_every_command_shows_an_example(run_cli, command, flag):
    result = run_cli(command, flag)
    assert (result.code, result.err) == (0, "")
    usage, *body = result.lines
    assert usage.startswith(f"Usage: tweetmoji {command} ")
    assert any(line.startswith("    ") and f"tweetmoji {command}" in line for line in body)


def test_version_is_that_of_the_installed_package(run_cli):
    result = run_cli("--version")
    assert (result.code, result.out, result.err) == (0, f"tweetmoji {version('tweetmoji')}\n", "")


def test_run_returns_the_exit_code_instead_of_ending_the_process(capsys):
    assert run(["--version"]) == 0
    assert run(["a", "b"]) == 2
    assert version("tweetmoji") in capsys.readouterr().out


@pytest.mark.parametrize(("command", "modules"), [("--version", HEAVY), ("--help", HEAVY), ("info", HEAVY[3:])])
def test_command_imports_only_the_room_that_it_needs(tiny_home, command, modules):
    script = (
        "import json, sys\n"
        "from tweetmoji.cli.app import run\n"
        f"code = run([{command!r}] + {['--model', str(tiny_home)] if command == 'info' else []!r})\n"
        "print(json.dumps([code, sorted(sys.modules)]))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, timeout=120)
    code, imported = json.loads(done.stdout.splitlines()[-1])
    assert code == 0
    assert set(modules) & set(imported) == set()


def test_python_m_tweetmoji_is_tweetmoji(tiny_home, tiny_emojifier):
    command = [sys.executable, "-m", "tweetmoji", "predict", "--model", str(tiny_home), "I am happy"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=120)
    assert done.stdout.decode() == answer_of(tiny_emojifier, "I am happy") + "\n"
    failed = subprocess.run([*command[:3], "a", "b"], capture_output=True, check=False, timeout=120)
    assert failed.returncode == 2
    assert failed.stderr.startswith(b"tweetmoji: ")


INTERRUPT_AT_IMPORT = """
import signal, sys

class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == module:
            signal.raise_signal(signal.SIGINT)

module, sys.argv[1:] = sys.argv[1], ["predict", "happy"]
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.meta_path.insert(0, Interrupt())
from tweetmoji.cli import main
main()
"""


@pytest.mark.parametrize(
    "module",
    ["tweetmoji.cli.app", "click", "tweetmoji.errors", "tweetmoji.runtime.emojifier", "tweetmoji.cli.predict", "numpy"],
)
def test_ctrl_c_during_an_import_leaves_no_traceback(tiny_home, module):
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPT_AT_IMPORT, module],
        capture_output=True,
        env=os.environ | {"TWEETMOJI_MODEL": str(tiny_home)},
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


def test_command_line_imports_nothing_of_its_own_before_ctrl_c_is_quiet():
    script = "import json, sys; import tweetmoji.cli; print(json.dumps([m for m in sys.modules if 'tweetmoji' in m]))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, timeout=120)
    assert json.loads(done.stdout) == ["tweetmoji", "tweetmoji.cli"]
