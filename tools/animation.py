"""Takes the animated pictures of the page for README: ``docs/page-light.webp`` and ``docs/page-dark.webp``.

Run ``python tools/animation.py``; it needs what ``tools/picture.py`` needs. The page's clock stands still but for the
steps of this program, so the frames are the same however fast the machine is.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, Page

from picture import NO_FONT, SCHEMES, SETTLE_MS, browsing, has_emoji_font, make_parser, open_page
from tweetmoji.runtime.emojifier import Emojifier, load

PHRASES: Final = ("How dare they cancel my train", ", but the sun is out", " and I feel great!")
"""What is typed one after the other, with an answer after each."""

HEIGHT: Final = 850
"""Of the window, in CSS pixels: enough for the longest answer."""

SCALE: Final = 1.25
"""Pixels of the picture to a CSS pixel; README shows it at about 0.6."""

DEBOUNCE_MS: Final = 1000
"""How far the page's clock goes after each phrase: beyond the pause after which the page asks."""

KEYS_PER_FRAME: Final = 2
FRAME_MS: Final = 110
"""Of a frame while typing."""

PAUSE_MS: Final = 2200
"""Of a frame with an answer, and twice that at the end: time to read it."""

QUALITY: Final = 60
"""Of the WebP, 0 to 100; both pictures stay below `MAX_BYTES` with it."""

MAX_BYTES: Final = 500_000


@dataclass(frozen=True)
class Frame:
    """A picture, as PNG, and how long it is shown."""

    png: bytes
    duration_ms: int


def take_animations(emojifier: Emojifier, phrases: Sequence[str], folder: Path) -> list[Path]:
    """Take an animated picture of the page in each scheme of colors while a text is typed.

    Args:
        emojifier: The model.
        phrases: Parts of the text; an answer is waited for after each.
        folder: Made if missing.

    Returns:
        The files, ``page-light.webp`` and ``page-dark.webp`` in the folder.

    Raises:
        RuntimeError: There is no browser.
    """
    with browsing(emojifier) as (browser, url):
        folder.mkdir(parents=True, exist_ok=True)
        return [
            write_animation(list(_play(browser, url, phrases, scheme)), folder / f"page-{scheme}.webp")
            for scheme in SCHEMES
        ]


def write_animation(frames: Sequence[Frame], path: Path) -> Path:
    """Write frames as an animated WebP that plays again and again; returns its path.

    Args:
        frames: At least one, all of one size.
        path: The file.
    """
    first, *others = (Image.open(BytesIO(frame.png)).convert("RGB") for frame in frames)
    durations = [frame.duration_ms for frame in frames]
    first.save(path, save_all=True, append_images=others, duration=durations, loop=0, quality=QUALITY, method=6)
    return path


def _play(browser: Browser, url: str, phrases: Sequence[str], scheme: str) -> Iterator[Frame]:
    """The frames of one scheme of colors: each phrase typed, and the answer to it."""
    page = open_page(browser, scheme, HEIGHT, SCALE)
    page.clock.install()
    page.goto(url)
    page.locator("#model:not(:empty)").wait_for()
    page.clock.pause_at(page.evaluate("Date.now()") + 1000)
    text = ""
    for i, phrase in enumerate(phrases):
        for start in range(0, len(phrase), KEYS_PER_FRAME):
            text += phrase[start : start + KEYS_PER_FRAME]
            page.fill("#text", text)
            yield Frame(page.screenshot(), FRAME_MS)
        _wait_for_answer(page, text)
        yield Frame(page.screenshot(), PAUSE_MS * (2 if i == len(phrases) - 1 else 1))
    page.close()


def _wait_for_answer(page: Page, text: str) -> None:
    with page.expect_response("**/v1/explanations"):
        page.clock.run_for(DEBOUNCE_MS)
    page.locator("#tinted", has_text=text).wait_for()
    page.wait_for_timeout(SETTLE_MS)  # the suggestions


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit code."""
    options = make_parser(__doc__).parse_args(arguments)
    if not has_emoji_font():
        print(NO_FONT, file=sys.stderr)
        return 1
    paths = take_animations(load(options.model), PHRASES, options.out)
    for path in paths:
        print(f"wrote {path}, {path.stat().st_size / 1e3:.0f} kB")
    if any(path.stat().st_size > MAX_BYTES for path in paths):
        print(f"more than {MAX_BYTES / 1e3:.0f} kB; expected less: lower QUALITY or SCALE", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
