"""`tools/animation.py`: frames of a typed text and of each answer, in light and dark, as an animated WebP."""

from io import BytesIO

import pytest
from tests.browser import require_browser

pytest.importorskip("playwright", reason="playwright is not installed")
pytest.importorskip("PIL", reason="pillow is not installed")

from PIL import Image

import animation


def make_frame(color, duration_ms):
    content = BytesIO()
    Image.new("RGB", (32, 24), color).save(content, "PNG")
    return animation.Frame(content.getvalue(), duration_ms)


def read_durations(path):
    """Milliseconds of each frame of a picture that plays without end."""
    with Image.open(path) as image:
        assert image.info["loop"] == 0
        durations = []
        for i in range(image.n_frames):
            image.seek(i)
            image.load()
            durations.append(image.info["duration"])
        return durations


def test_frames_are_shown_as_long_as_they_say(tmp_path):
    path = animation.write_animation([make_frame("red", 100), make_frame("blue", 2000)], tmp_path / "new.webp")
    assert read_durations(path) == [100, 2000]


@pytest.mark.system
def test_each_phrase_is_typed_and_answered_in_light_and_dark(monkeypatch, heads_emojifier, tmp_path):
    require_browser()
    monkeypatch.setattr(animation, "SETTLE_MS", 0)
    light, dark = animation.take_animations(heads_emojifier, ["sad", " a"], tmp_path / "new")
    assert (light.name, dark.name) == ("page-light.webp", "page-dark.webp")
    typed, read = animation.FRAME_MS, animation.PAUSE_MS
    assert read_durations(light) == read_durations(dark) == [typed, typed, read, typed, 2 * read]
    assert light.read_bytes() != dark.read_bytes()


def test_missing_font_is_said(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(animation, "has_emoji_font", lambda: False)
    assert animation.main(["--out", str(tmp_path)]) == 1
    assert "fonts-noto-color-emoji" in capsys.readouterr().err
