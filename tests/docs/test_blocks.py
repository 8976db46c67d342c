"""Every code block says who runs it, and what it shows of a file is in the file."""

import csv
import json
import re
import tomllib

import pytest
from tests.docs.documents import BLOCKS, CODE, ROOT, WHO_RUNS, read_document

PARSERS = {"toml": tomllib.loads, "json": json.loads}


def select(*languages):
    return [block for block in BLOCKS if block.language in languages]


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_a_block_has_a_language_and_a_mark_that_is_known(block):
    assert block.language
    assert block.mark is None or (block.language in CODE and block.mark in WHO_RUNS)


def test_every_mark_is_in_use_and_explained_to_contributors():
    assert {block.mark for block in BLOCKS} - {None} == set(WHO_RUNS)
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", read_document("CONTRIBUTING.md"), flags=re.MULTILINE)
    assert {mark: who for mark, who in rows if mark in WHO_RUNS} == WHO_RUNS


@pytest.mark.parametrize("block", select("console"), ids=str)
def test_a_console_block_is_commands_and_their_output(block):
    assert block.code.startswith("$ ")


@pytest.mark.parametrize("block", select(*PARSERS), ids=str)
def test_toml_and_json_parse(block):
    PARSERS[block.language](block.code)


def test_the_labels_of_the_documents_are_those_of_the_example():
    labels = tomllib.loads((ROOT / "docs/own-labels/labels.toml").read_text(encoding="utf-8"))
    shown = [tomllib.loads(block.code) for block in select("toml") if block.code.startswith("[labels]")]
    assert shown == [labels, labels]


def test_the_texts_of_the_documents_are_in_the_example():
    rows = list(csv.reader((ROOT / "docs/own-labels/messages.csv").read_text(encoding="utf-8").splitlines()))
    [block] = select("csv")
    assert all(row in rows for row in csv.reader(block.code.splitlines()))
