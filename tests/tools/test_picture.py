"""`tools/picture.py`: a picture of the page in light and one in dark, or a word about what is missing."""

import pytest
from tests.browser import require_browser

pytest.importorskip("playwright", reason="playwright is not installed")

import picture


@pytest.mark.system
def test_pictures_are_taken_in_light_and_dark(heads_emojifier, tmp_path):
    require_browser()
    light, dark = picture.take_pictures(heads_emojifier, "happy dog", tmp_path / "new")
    assert (light.name, dark.name) == ("page-light.png", "page-dark.png")
    assert light.read_bytes().startswith(b"\x89PNG")
    assert light.read_bytes() != dark.read_bytes()


def test_missing_font_is_said(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(picture, "has_emoji_font", lambda: False)
    assert picture.main(["--out", str(tmp_path)]) == 1
    assert "fonts-noto-color-emoji" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_missing_browser_is_said(monkeypatch, heads_emojifier, tmp_path):
    monkeypatch.setattr(picture, "BROWSERS", ("no-such-browser",))
    with pytest.raises(RuntimeError, match="no chromium on PATH"):
        picture.take_pictures(heads_emojifier, "happy", tmp_path)
