"""`tools/emoji_table.py`: how names become words, and that the table in the package is what it writes."""

import pytest

from emoji_table import TABLE, make_table, make_words, render_table


@pytest.mark.parametrize(
    ("emoji", "name", "words"),
    [
        ("😂", ":face_with_tears_of_joy:", "face with tears of joy"),
        ("😍", ":smiling_face_with_heart-eyes:", "smiling face with heart eyes"),
        ("🇩🇪", ":Germany:", "flag germany"),
        ("🇧🇦", ":Bosnia_&_Herzegovina:", "flag bosnia and herzegovina"),
        ("🇻🇮", ":U.S._Virgin_Islands:", "flag us virgin islands"),
        ("🏴\U000e0067\U000e0062\U000e007f", ":Scotland:", "flag scotland"),
        ("🅰", ":A_button_(blood_type):", "a button blood type"),
        ("🕐", ":one_o’clock:", "one o'clock"),
        ("👍🏽", ":thumbs_up_medium_skin_tone:", "thumbs up"),
        ("🧑🏻‍🤝‍🧑🏾", ":people_holding_hands_light_skin_tone_medium-dark_skin_tone:", "people holding hands"),
        ("🔟", ":keycap_10:", "10"),
    ],
)
def test_make_words_are_plain(emoji, name, words):
    assert make_words(emoji, name) == words


def test_make_table_drops_drawing_and_what_nfkc_makes_plain():
    names = [
        ("❤️", ":red_heart:"),
        ("👍🏽", ":thumbs_up_medium_skin_tone:"),
        ("🏽", ":medium_skin_tone:"),
        ("1️⃣", ":keycap_1:"),
        ("™", ":trade_mark:"),
        ("‼️", ":double_exclamation_mark:"),
    ]
    assert make_table(names) == {"❤": "red heart", "👍": "thumbs up", "♡": "white heart"}


def test_the_table_of_the_package_is_what_the_tool_writes():
    emoji = pytest.importorskip("emoji", reason="emoji is not installed: pip install '.[dev]'")
    if emoji.__version__ != "2.16.0":
        pytest.skip(f"the table is from emoji 2.16.0, not {emoji.__version__}")
    names = ((sign, fields["en"]) for sign, fields in emoji.EMOJI_DATA.items())
    assert TABLE.read_text(encoding="utf-8") == render_table(make_table(names))
