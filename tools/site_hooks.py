"""Hooks of MkDocs for the documentation site (``mkdocs.yml``): what GitHub shows as it is, and a site does not.

Pages link to files of the repository outside ``docs/``: result files, sources, licenses. The site takes a copy of each
below ``repository/`` and links there, so that it is complete without a network. A link to a folder becomes its text.
The second word after a fence, which says who runs the block (``CONTRIBUTING.md``), is left out.

A page that is opened from a disk can search only with the script iframe-worker. ``make docs-site`` fetches it from npm
into the folder that ``IFRAME_WORKER`` names. Without it, such pages do not search.
"""

import os
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parent.parent
DOCS = "docs/"
COPIES = "repository/"
"""Folder of the site with copies of files outside ``docs/``."""

SHIM = "assets/iframe-worker/shim.js"
"""Script of the site with which pages search that are opened from a disk."""

LINK = re.compile(r"(?P<text>(?<!!)\[[^\[\]]+\])\((?P<target>[^)\s#:]+)(?P<anchor>#[^)\s]*)?\)")
IMAGE = re.compile(r'\b(?P<attribute>src(?:set)?)="(?P<target>[^":]+)"')
"""A picture in HTML, as README's is: MkDocs leaves HTML as it is."""

FENCED = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
WHO_RUNS = re.compile(r"\A(```\w+) .*")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the files outside ``docs/`` that the navigation names, that pages link to, and that these link to."""
    copies = {path.removeprefix(COPIES) for path in list_pages(config.nav) if path.startswith(COPIES)}
    waiting = {find_origin(file.src_uri) for file in files.documentation_pages()} | copies
    read = set()
    while waiting:
        page = waiting.pop()
        read.add(page)
        linked = {target for target in find_targets(page) if (ROOT / target).is_file()}
        copies |= {target for target in linked if not target.startswith(DOCS)}
        waiting |= {target for target in linked if target.endswith(".md")} - read
    for path in sorted(copies):
        files.append(File.generated(config, f"{COPIES}{path}", abs_src_path=str(ROOT / path)))
    files.append(File.generated(config, SHIM, content=read_shim()))
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Point the links and pictures of a page within the site, and leave out who runs a block."""
    origin = find_origin(page.file.src_uri)
    parts = FENCED.split(markdown)
    parts[::2] = [LINK.sub(lambda match: point(match, origin, page.file.src_uri), part) for part in parts[::2]]
    parts[::2] = [IMAGE.sub(lambda match: point_image(match, origin, page.file.src_uri), part) for part in parts[::2]]
    parts[1::2] = [WHO_RUNS.sub(r"\1", part) for part in parts[1::2]]
    return "".join(parts)


def read_shim() -> str:
    """The script iframe-worker, or an empty one."""
    folder = os.environ.get("IFRAME_WORKER")
    return (Path(folder) / "shim" / "index.js").read_text(encoding="utf-8") if folder else "// not installed\n"


def list_pages(nav: Any) -> Iterator[str]:  # noqa: ANN401 - what YAML holds
    """The paths of a navigation."""
    if isinstance(nav, str):
        yield nav
    for part in nav.values() if isinstance(nav, dict) else nav if isinstance(nav, list) else ():
        yield from list_pages(part)


def find_origin(site_path: str) -> str:
    """The path in the repository of a file of the site."""
    return site_path.removeprefix(COPIES) if site_path.startswith(COPIES) else DOCS + site_path


def find_targets(page: str) -> set[str]:
    """The paths in the repository that a page links to, a page of it named by its path there."""
    text = "".join(FENCED.split((ROOT / page).read_text(encoding="utf-8"))[::2])
    return {resolve(match["target"], page) for match in LINK.finditer(text)}


def resolve(target: str, page: str) -> str:
    """The path in the repository of a link's target."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), target))


def point(match: re.Match[str], origin: str, site_path: str) -> str:
    """A link as the site needs it."""
    target = resolve(match["target"], origin)
    if (ROOT / target).is_dir():
        return match["text"][1:-1]
    return f"{match['text']}({locate(target, site_path)}{match['anchor'] or ''})"


def point_image(match: re.Match[str], origin: str, site_path: str) -> str:
    """An attribute of a picture as the site needs it."""
    return f'{match["attribute"]}="{locate(resolve(match["target"], origin), site_path)}"'


def locate(target: str, site_path: str) -> str:
    """Where a page of the site finds a file of the repository."""
    to = target.removeprefix(DOCS) if target.startswith(DOCS) else COPIES + target
    return posixpath.relpath(to, posixpath.dirname(site_path))
