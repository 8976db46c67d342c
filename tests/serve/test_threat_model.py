"""The threat model in docs/: each attack that the server survives names the test that shows it."""

import re
from pathlib import Path

from tweetmoji.serve.limits import MAX_PIPELINED, MAX_URL_BYTES, SEND_TIMEOUT_S

TESTS = Path(__file__).parent.parent
DOCUMENT = (TESTS.parent / "docs/threat-model.md").read_text(encoding="utf-8")
MAKEFILE = (TESTS.parent / "Makefile").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| .+ \| .+ \| (`.+`) \|$", DOCUMENT, re.MULTILINE)


def test_every_attack_names_tests_that_there_are():
    assert len(ROWS) > 20
    for row in ROWS:
        file = ""
        for name in re.findall(r"`([^`]+)`", row):
            if name.startswith("make "):
                assert f"\n{name.removeprefix('make ')}: " in MAKEFILE, name
            elif name.endswith(".py"):
                file = (TESTS / name).read_text(encoding="utf-8")
            else:
                assert f"\ndef {name}(" in file, f"{row}: no test is called {name}"


def test_limits_are_those_of_the_code():
    for limit in (f"{MAX_URL_BYTES:,} bytes", f"{MAX_PIPELINED} more than the first", f"{SEND_TIMEOUT_S:g} seconds"):
        assert limit in DOCUMENT
