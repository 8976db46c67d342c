"""Links of the documents to files of the repository, and to headings in them."""

import re
from pathlib import Path

import pytest
from tests.docs.documents import DOCUMENTS, FENCED, ROOT, read_document

LINK = re.compile(r"\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)|(?:src|srcset|href)=\"([^\"]+)\"", re.MULTILINE)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def find_links(name):
    found = LINK.findall(FENCED.sub("", read_document(name)))
    return ["".join(link) for link in found if not "".join(link).startswith(("http://", "https://"))]


def find_anchors(name):
    """The anchors of its headings, as GitHub and the site make them."""
    headings = HEADING.findall(FENCED.sub("", read_document(name)))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_to_files_and_headings(name):
    for link in find_links(name):
        path, _, anchor = link.partition("#")
        target = (ROOT / name).parent / path if path else ROOT / name
        assert target.exists(), f"{link}: no such file"
        assert ROOT in target.resolve().parents, f"{link}: outside the repository"
        if anchor:
            assert anchor in find_anchors(target.resolve().relative_to(ROOT).as_posix()), f"{link}: no such heading"


def test_every_document_is_in_the_navigation_of_the_site():
    navigation = read_document("mkdocs.yml").partition("\nnav:\n")[2]
    pages = {name.removeprefix("docs/") for name in DOCUMENTS if name.startswith("docs/")}
    assert pages - set(re.findall(r"(\S+)$", navigation, re.MULTILINE)) == set()


def test_documents_named_in_code_exist():
    """A comment or a docstring that names a document names one that is there."""
    for path in [*ROOT.glob("src/tweetmoji/[!m]*/**/*.py"), *ROOT.glob("tools/**/*.py"), *ROOT.glob("deploy/**/*")]:
        if path.suffix in {".py", ".yaml"}:
            for name in re.findall(r"docs/[\w/-]+\.md", path.read_text(encoding="utf-8")):
                assert Path(ROOT / name).is_file(), f"{path.relative_to(ROOT)} names {name}"
