"""The completion scripts of fish and zsh, loaded by those shells themselves (bash is in test_shell.py)."""

import shutil
import subprocess

import pytest
from tests.installed import make_environment


def run_shell(shell: str, *arguments: str) -> str:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed here")
    completed = subprocess.run(
        [program, *arguments], env=make_environment(), capture_output=True, text=True, check=True, timeout=60
    )
    assert completed.stderr == ""
    return completed.stdout


@pytest.mark.parametrize(
    ("typed", "offered"), [("tweetmoji pre", "predict"), ("tweetmoji predict --min", "--min-confidence")]
)
def test_fish_completes_commands_and_options(typed: str, offered: str):
    script = f"tweetmoji completion fish | source; complete --do-complete '{typed}'"
    words = [line.partition("\t")[0] for line in run_shell("fish", "--no-config", "--command", script).splitlines()]
    assert words == [offered]


def test_zsh_takes_the_script_for_its_own():
    script = 'autoload -Uz compinit; compinit -u -D; eval "$(tweetmoji completion zsh)"; print -- ${_comps[tweetmoji]}'
    assert run_shell("zsh", "--no-rcs", "-c", script) == "_tweetmoji_completion\n"
