"""The installed program ``tweetmoji`` in a real bash: pipes, signals, locales, completion."""

import json
import os
import pty
import random
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from importlib.metadata import version

import pytest
from tests.installed import PROGRAM, make_environment

DEADLINE_S = 120
WORDS = {"sad": "sadness", "happy": "joy", "adore": "love", "furious": "anger", "scared": "fear"}
ASCII_LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}


@pytest.fixture
def environment(tiny_folder) -> dict[str, str]:
    """A shell's variables: ``tweetmoji`` is on the PATH and answers with the tiny model."""
    return make_environment("PYTHON", TWEETMOJI_MODEL=str(tiny_folder))


@pytest.fixture
def bash(environment, tmp_path) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Run a bash script in an empty folder, with bytes on its stdin and some variables set."""

    def run(script, stdin=b"", **variables):
        return subprocess.run(
            ["bash", "-c", script],
            input=stdin,
            capture_output=True,
            env=environment | variables,
            cwd=tmp_path,
            timeout=DEADLINE_S,
            check=False,
        )

    return run


@pytest.fixture
def start(environment):
    """Start ``tweetmoji ARGS`` with pipes on stdin, stdout and stderr; it is ended with the test."""
    with ExitStack() as stack:

        def run(*args, **options):
            streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
            process = subprocess.Popen(
                [PROGRAM, *args],
                env=environment,
                bufsize=0,
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # whatever we inherited
                **streams,
            )
            stack.enter_context(process)
            stack.callback(process.kill)
            return process

        yield run


def read_line(stream) -> str:
    """The next line of an unbuffered pipe, as soon as it is there."""
    line, end = b"", time.monotonic() + DEADLINE_S
    while not line.endswith(b"\n"):
        ready, _, _ = select.select([stream], [], [], max(0, end - time.monotonic()))
        assert ready, f"nothing more than {line!r} within {DEADLINE_S} s"
        byte = stream.read(1)
        assert byte, f"the stream ended after {line!r}"
        line += byte
    return line.decode()


def emotions_in(output: bytes) -> list[str]:
    return [line.split("\t")[1] for line in output.decode().split("\n")[:-1]]


def test_shipped_model_answers_a_tweet(bash):
    done = bash('tweetmoji "Today is a good day!"', TWEETMOJI_MODEL="")
    assert (done.returncode, done.stderr) == (0, b"")
    assert re.fullmatch("😂\tjoy\t[01]\\.[0-9]{4}\n", done.stdout.decode())


@pytest.mark.parametrize("program", ["tweetmoji", f"{sys.executable} -m tweetmoji"], ids=["script", "module"])
def test_version_is_that_of_the_package_and_loads_no_model(bash, program):
    done = bash(f"{program} --version", TWEETMOJI_MODEL="nowhere")
    assert (done.stdout.decode(), done.stderr) == (f"tweetmoji {version('tweetmoji')}\n", b"")


def test_checksums_are_those_that_sha256sum_checks(bash, tiny_folder):
    done = bash(f"tweetmoji info | tail -n 4 | (cd '{tiny_folder}' && sha256sum --check --strict)")
    assert done.returncode == 0
    assert done.stdout.count(b": OK\n") == 4


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("tweetmoji two arguments", 2),
        ("tweetmoji --bogus", 2),
        ("tweetmoji predict --emoji bliss=😊 happy", 2),
        ("tweetmoji predict --model nowhere happy", 1),
        (r"tweetmoji predict --model $'caf\xe9' happy", 1),
        (r"printf 'caf\xe9\n' | tweetmoji predict", 1),
        ("tweetmoji predict 0> written", 1),
        ("tweetmoji predict <&-", 1),
    ],
)
@pytest.mark.parametrize("variables", [{}, ASCII_LOCALE], ids=["default", "ascii"])
def test_mistake_is_one_line_on_stderr(bash, script, code, variables):
    done = bash(script, **variables)
    assert (done.returncode, done.stdout) == (code, b"")
    assert re.fullmatch(r"tweetmoji: .+\n", done.stderr.decode())


@pytest.mark.parametrize("command", ["evaluate", "explore"])
def test_bad_data_names_file_and_row_in_one_line_on_stderr(bash, tmp_path, command):
    (tmp_path / "t.csv").write_text("text,label\na,joy\nb,bliss\n", encoding="utf-8")
    done = bash(f"tweetmoji {command} --source table --data t.csv")
    assert (done.returncode, done.stdout) == (1, b"")
    assert re.fullmatch(r"tweetmoji: t\.csv:3: unknown label 'bliss'; .+\n", done.stderr.decode())


@pytest.mark.parametrize("arguments", ["happy", "predict happy sad", "predict", "info", "--help", "--version"])
@pytest.mark.parametrize("stdout", ["> /dev/full", ">&-"])
def test_unwritable_stdout_is_one_line_on_stderr(bash, arguments, stdout):
    done = bash(f"tweetmoji {arguments} {stdout}", stdin=b"happy\n")
    assert done.returncode == 1
    assert re.fullmatch(r"tweetmoji: .+\n", done.stderr.decode())


@pytest.mark.parametrize(("arguments", "code"), [("two arguments", 2), ("happy", 0), ("info --model nowhere", 1)])
def test_closed_stderr_changes_no_exit_code(bash, arguments, code):
    assert bash(f"tweetmoji {arguments} 2>&-").returncode == code


@pytest.mark.parametrize(
    "variables", [{}, ASCII_LOCALE, {"LC_ALL": "C"}, {"PYTHONIOENCODING": "latin-1"}], ids=lambda names: "-".join(names)
)
def test_output_is_utf8_whatever_the_locale(bash, variables):
    answers = bash("tweetmoji happy; tweetmoji predict --json; tweetmoji info", "sad é\n".encode(), **variables)
    table, line, *info = answers.stdout.decode("utf-8").splitlines()
    assert table.startswith("😂\tjoy\t")
    assert json.loads(line)["emoji"] == "😢"
    assert "sadness 😢, joy 😂" in info[1]
    assert "joy=😊" in bash("tweetmoji predict --help", **variables).stdout.decode("utf-8")
    assert "TEXT…" in bash("tweetmoji a b", **variables).stderr.decode("utf-8")


def test_arguments_are_utf8_whatever_the_locale(bash):
    script = "tweetmoji predict --json --emoji joy=😊 'happy 😂' 'é'"
    answers = bash(script, **ASCII_LOCALE).stdout.decode("utf-8")
    assert answers == bash(script).stdout.decode("utf-8")
    assert json.loads(answers.splitlines()[0])["emoji"] == "😊"


def test_argument_that_is_not_utf8_is_answered(bash):
    done = bash(r"""tweetmoji $'happy caf\xe9' """)
    assert (done.returncode, done.stderr) == (0, b"")
    assert emotions_in(done.stdout) == ["joy"]


def test_suggestions_go_through_a_pipe_in_order(bash, heads_home):
    done = bash("yes $'my dog\\nthe cat' | head -n 2000 | tweetmoji suggest -k 1", TWEETMOJI_MODEL=str(heads_home))
    assert (done.returncode, done.stderr) == (0, b"")
    assert [line.split("\t")[0] for line in done.stdout.decode("utf-8").splitlines()] == ["🐶", "🐱"] * 1000


def test_suggestions_of_a_model_without_them_are_one_line_on_stderr(bash):
    done = bash("tweetmoji suggest 'my dog'")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.startswith(b"tweetmoji: the model tiny has no suggestions, only its labels; ")
    assert done.stderr.count(b"\n") == 1


def test_twenty_thousand_lines_are_answered_in_order(bash):
    words = random.Random(0).choices(list(WORDS), k=20_000)
    done = bash("tweetmoji predict | cat", "".join(f"{word}\n" for word in words).encode())
    assert done.stderr == b""
    assert emotions_in(done.stdout) == [WORDS[word] for word in words]


def test_line_beyond_64_kib_gets_one_answer(bash):
    done = bash("tweetmoji predict | cat", b"sad\n" + b"happy " * 50_000 + b"\nsad\n")
    assert emotions_in(done.stdout) == ["sadness", "joy", "sadness"]


def test_answers_before_bad_utf8_are_printed(bash):
    done = bash("set -o pipefail; tweetmoji predict | cat", b"happy\n" * 30_000 + b"\xff\nsad\n")
    assert done.returncode == 1
    assert emotions_in(done.stdout) == ["joy"] * 30_000
    assert done.stderr.startswith(b"tweetmoji: line 30001: ")


def test_answer_comes_before_the_next_tweet_is_sent(start):
    process = start("predict")
    for word, emotion in WORDS.items():
        process.stdin.write(f"{word}\n".encode())
        assert read_line(process.stdout).split("\t")[1] == emotion
    process.stdin.close()
    assert process.wait(DEADLINE_S) == 0
    assert process.stderr.read() == b""


def test_line_that_comes_in_pieces_is_answered_once_it_is_whole(start):
    process = start("predict", "--json")
    pieces = "happy\nhappy 😂 ".encode()
    process.stdin.write(pieces[:-3])  # ends within the emoji
    first = json.loads(read_line(process.stdout))
    process.stdin.write(pieces[-3:] + b"happy\nhap")
    second = json.loads(read_line(process.stdout))
    process.stdin.write(b"py")
    process.stdin.close()
    third = json.loads(read_line(process.stdout))
    assert [answer["label"] for answer in (first, second, third)] == ["joy"] * 3
    assert third == first != second
    assert process.stdout.read() == b""


@pytest.mark.parametrize("source", ["yes happy", "seq 20000"])
def test_closed_pipe_ends_quietly(bash, source):
    done = bash(f"{source} | tweetmoji predict | head -n 1; exit ${{PIPESTATUS[1]}}")
    assert (done.stdout.count(b"\n"), done.stderr) == (1, b"")
    assert done.returncode == 141


@pytest.mark.parametrize("arguments", ["predict happy", "happy", "info", "--help", "--version", "completion zsh"])
def test_pipe_that_nobody_reads_ends_as_after_sigpipe(start, arguments):
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as closed:
        process = start(*arguments.split(), stdout=closed)
    assert process.wait(DEADLINE_S) == 141
    assert process.stderr.read() == b""


def test_ctrl_c_while_waiting_for_a_tweet_leaves_no_traceback(start):
    process = start("predict")
    process.stdin.write(b"happy\n")
    assert read_line(process.stdout).startswith("😂\tjoy\t")
    process.send_signal(signal.SIGINT)
    assert process.wait(DEADLINE_S) == 130
    assert process.stderr.read().strip() == b""
    assert process.stdout.read() == b""


def test_ctrl_c_in_the_midst_of_many_tweets_leaves_no_traceback(start, tmp_path):
    path = tmp_path / "tweets.txt"
    path.write_text("happy\n" * 200_000, encoding="utf-8")
    with path.open("rb") as tweets:
        process = start("predict", stdin=tweets)
    assert read_line(process.stdout).startswith("😂\tjoy\t")
    process.send_signal(signal.SIGINT)
    rest, complaint = process.communicate(timeout=DEADLINE_S)
    assert process.returncode == 130
    assert complaint.strip() == b""
    assert rest.count(b"\n") < 199_999


def test_terminal_is_told_what_to_type_and_a_pipe_is_not(start):
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "wb", buffering=0) as keyboard, os.fdopen(theirs, "rb", buffering=0) as terminal:
        process = start("predict", stdin=terminal)
        assert "Ctrl-D" in read_line(process.stderr)
        keyboard.write(b"happy\n")
        assert read_line(process.stdout).startswith("😂\tjoy\t")
        keyboard.write(b"\x04")
        assert process.wait(DEADLINE_S) == 0
    silent = start("predict")
    assert silent.communicate(b"happy\n", timeout=DEADLINE_S)[1] == b""


def test_bash_completes_commands_and_options(bash):
    script = """
        eval "$(tweetmoji completion bash)"
        complete -p tweetmoji | grep -q -- '-F _tweetmoji_completion'
        for words in "pre" "evaluate --spl" "completion "; do
            COMP_WORDS=(tweetmoji $words); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=()
            if [[ $words == *" " ]]; then COMP_WORDS+=(""); COMP_CWORD=$((COMP_CWORD + 1)); fi
            _tweetmoji_completion tweetmoji
            echo "${COMPREPLY[*]}"
        done
    """
    done = bash(f"set -e\n{script}")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().splitlines() == ["predict", "--split", "bash zsh fish"]
