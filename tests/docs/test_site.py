"""The documentation site as `make docs-site` built it: complete, and without another host."""

import json
import os
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests.docs.documents import ROOT

import tweetmoji

SITE = os.environ.get("BUILT_SITE")
pytestmark = pytest.mark.skipif(not SITE, reason="the site is not built: make docs-site")

LOADS = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "srcset", "video": "src"}
"""Elements that load something, and the attribute that says what."""


class Loads(HTMLParser):
    """What a page loads, and the ids in it."""

    def __init__(self, page):
        super().__init__()
        self.loads, self.ids = [], set()
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        self.ids.add(named.get("id"))
        if tag in LOADS and named.get("rel") != "canonical":
            self.loads += [named[LOADS[tag]]] if LOADS[tag] in named else []


@pytest.fixture(scope="module")
def site():
    return Path(SITE)


@pytest.fixture(scope="module")
def pages(site):
    return {page.relative_to(site).as_posix(): Loads(page) for page in site.rglob("*.html")}


def test_every_document_is_a_page(site):
    for document in (ROOT / "docs").rglob("*.md"):
        page = document.relative_to(ROOT / "docs").with_suffix(".html")
        assert (site / (page.with_name("index.html") if page.stem == "README" else page)).is_file()


def test_no_page_loads_anything_from_another_host(pages):
    foreign = {load for page in pages.values() for load in page.loads if load.startswith(("http:", "https:", "//"))}
    assert foreign == set()
    assert sum(len(page.loads) for page in pages.values()) > len(pages)


def test_what_pages_load_is_in_the_site(site, pages):
    for name, page in pages.items():
        for load in page.loads:
            if name != "404.html" and not load.startswith("data:"):
                assert (site / name).parent.joinpath(load.partition("?")[0]).exists(), f"{name} loads {load}"


def test_style_sheets_load_nothing_from_another_host(site):
    for sheet in site.rglob("*.css"):
        assert "url(http" not in sheet.read_text(encoding="utf-8").replace('"', "").replace("'", "")


def test_the_reference_has_every_public_name(pages):
    assert {f"tweetmoji.{name}" for name in tweetmoji.__all__ if name != "__version__"} <= {
        name.replace("tweetmoji.runtime.emojifier.", "tweetmoji.") for name in pages["python.html"].ids if name
    }


def test_search_finds_what_was_written(site):
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    assert any("Retry-After" in entry["text"] for entry in index["docs"])


def test_lists_are_lists_and_fences_are_blocks(site):
    for page in site.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "<p>- " not in text
        assert "<p>```" not in text
