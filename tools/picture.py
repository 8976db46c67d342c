"""Takes the pictures of the page for README: ``docs/page-light.png`` and ``docs/page-dark.png``.

Run ``python tools/picture.py``; it serves the model and drives Chromium, with a font that has emoji (Debian:
``apt-get install chromium fonts-noto-color-emoji``). Another machine takes other bytes, so no test compares them.
"""

import argparse
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, sync_playwright

from tweetmoji.runtime.emojifier import Emojifier, load
from tweetmoji.serve.app import create_app
from tweetmoji.serve.server import listen, make_server
from tweetmoji.serve.settings import ServeSettings

ROOT = Path(__file__).parent.parent
TEXT: Final = "My train is late again, but I am happy anyway"
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SCHEMES: Final = ("light", "dark")
NO_FONT: Final = "no font with emoji; install one (Debian: apt-get install fonts-noto-color-emoji)"
WIDTH: Final = 760
"""Of the window, in CSS pixels; README shows it as wide as its text."""

SETTLE_MS: Final = 1500
"""After the answer: the words, the suggestions and the animations."""


def take_pictures(emojifier: Emojifier, text: str, folder: Path) -> list[Path]:
    """Take a picture of the page's answer to a text in each scheme of colors.

    Returns:
        The files, ``page-light.png`` and ``page-dark.png`` in the folder.

    Raises:
        RuntimeError: There is no browser.
    """
    with browsing(emojifier) as (browser, url):
        folder.mkdir(parents=True, exist_ok=True)
        return [_take_picture(browser, url, text, folder / f"page-{scheme}.png", scheme) for scheme in SCHEMES]


def find_browser() -> str:
    """Find the browser's program.

    Raises:
        RuntimeError: There is none.
    """
    binary = next(filter(None, map(shutil.which, BROWSERS)), None)
    if binary is None:
        raise RuntimeError("no chromium on PATH; install it (Debian: apt-get install chromium)")
    return binary


@contextmanager
def serving(emojifier: Emojifier) -> Iterator[str]:
    """Serve a model from a thread; the URL."""
    settings = ServeSettings(port=0)
    server = make_server(create_app(emojifier, settings), settings)
    with listen(settings) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://{settings.host}:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def browsing(emojifier: Emojifier) -> Iterator[tuple[Browser, str]]:
    """Serve a model and start a browser; both, as the browser and the URL.

    Raises:
        RuntimeError: There is no browser.
    """
    binary = find_browser()
    with serving(emojifier) as url, sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=binary), url


def open_page(browser: Browser, scheme: str, height: int, scale: float) -> Page:
    """Open a window of `WIDTH` in which nothing moves, with so many pixels to a CSS pixel."""
    return browser.new_page(
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": WIDTH, "height": height},
        device_scale_factor=scale,
        reduced_motion="reduce",
    )


def _take_picture(browser: Browser, url: str, text: str, path: Path, scheme: str) -> Path:
    page = open_page(browser, scheme, WIDTH, 2)
    page.goto(url)
    page.fill("#text", text)
    page.wait_for_selector("#details:not([hidden])")
    page.wait_for_timeout(SETTLE_MS)
    page.locator("#text").blur()
    bottom = page.locator("section.card").first.bounding_box()
    height = WIDTH if bottom is None else bottom["y"] + bottom["height"] + 16
    page.screenshot(path=path, full_page=True, clip={"x": 0, "y": 0, "width": WIDTH, "height": height})
    page.close()
    return path


def has_emoji_font() -> bool:
    """Whether this machine has a font with emoji; without one, the pictures show boxes."""
    if not shutil.which("fc-list"):  # no fontconfig: macOS and Windows have theirs built in
        return True
    listed = subprocess.run(["fc-list", ":lang=und-zsye"], capture_output=True, check=True)
    return bool(listed.stdout)


def make_parser(description: str | None) -> argparse.ArgumentParser:
    """Make the parser of the options that every command for pictures has."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, help="model folder; without it, the shipped model")
    parser.add_argument("--out", type=Path, default=ROOT / "docs", help="folder for the pictures")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit code."""
    parser = make_parser(__doc__)
    parser.add_argument("--text", default=TEXT, help="what the picture shows an answer to")
    options = parser.parse_args(arguments)
    if not has_emoji_font():
        print(NO_FONT, file=sys.stderr)
        return 1
    for path in take_pictures(load(options.model), options.text, options.out):
        print(f"wrote {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
