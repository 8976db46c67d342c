"""Emoji as words: which are read, how, and that nothing else is touched."""

import re
import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tweetmoji.text.emoji_words import _read_table, is_emoji, replace_emoji

WORDS = _read_table().words
SCOTLAND = "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"


def read(text):
    """The words of a text, with single spaces."""
    return " ".join(replace_emoji(text).split())


def test_every_emoji_of_the_table_is_read_by_its_own_words():
    for emoji, words in WORDS.items():
        assert replace_emoji(emoji) == f" {words} "
        assert read(f"at{emoji}last") == f"at {words} last"


@pytest.mark.parametrize(
    ("char", "expected"),
    [
        *[
            ("😂", True),
            ("❤", True),
            ("©", True),
            ("🇩", True),
            ("🅱", True),
            ("\U0001faff", True),
        ],  # the last has no name
        *[("a", False), ("é", False), ("🏽", False), ("🄰", False), ("♪", False), ("\ufe0f", False), ("\u200d", False)],
    ],
    ids=ascii,
)
def test_emoji_are_told_from_letters_signs_and_skin_tones(char, expected):
    assert is_emoji(char) is expected


def test_every_emoji_of_the_table_begins_with_one():
    assert all(is_emoji(emoji[0]) for emoji in WORDS)


def test_variation_selectors_do_not_matter():
    for emoji, words in WORDS.items():
        assert read("".join(f"{sign}\ufe0f" for sign in emoji)) == read(f"{emoji}\ufe0e") == words


def test_words_are_plain_and_stay_as_they_are():
    for words in WORDS.values():
        assert re.fullmatch(r"[^\W_A-Z']+(?:'s|'[a-z]+)?(?: [^\W_A-Z']+(?:'s|'[a-z]+)?)*", words), words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("😂", "face with tears of joy"),
        ("😭", "loudly crying face"),
        ("😡", "enraged face"),
        ("😍", "smiling face with heart eyes"),
        ("👍", "thumbs up"),
        ("🥰", "smiling face with hearts"),
        ("❤", "red heart"),
        ("❤️", "red heart"),
        ("♡", "white heart"),
        ("🖤", "black heart"),
        ("☹", "frowning face"),
        ("🫠", "melting face"),
        ("🆗 🔟 🇺🇸", "ok button 10 flag united states"),
        ("🎉 at last🎉", "party popper at last party popper"),
        ("so😂funny", "so face with tears of joy funny"),
    ],
)
def test_an_emoji_becomes_the_words_of_its_name(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("🇩🇪", "flag germany"),
        ("🇩🇪🇫🇷", "flag germany flag france"),
        ("go 🇺🇸!", "go flag united states !"),
        ("😂🇩🇪", "face with tears of joy flag germany"),
        ("🇩", "🇩"),
        ("🇩🇪🇫", "flag germany 🇫"),
        ("🇽🇽", "🇽🇽"),
        (SCOTLAND, "flag scotland"),
        ("🏴\U000e0067\U000e0062\U000e007f", "black flag"),
        ("🏳️‍🌈", "rainbow flag"),
    ],
)
def test_a_flag_is_named(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("👩‍⚕️", "woman health worker"),
        ("🤷🏽‍♀️", "woman shrugging"),
        ("👨‍👩‍👧‍👦", "family man woman girl boy"),
        ("❤️‍🔥", "heart on fire"),
        ("🧑🏻‍🤝‍🧑🏿", "people holding hands"),
        ("👩🏻‍🤝‍👩🏿", "women holding hands"),
    ],
)
def test_a_joined_sequence_is_named_as_a_whole(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("👩‍😂", "woman face with tears of joy"),
        ("😂‍👩‍⚕️‍👍", "face with tears of joy woman health worker thumbs up"),
        ("😂‍👨‍👩‍👧‍👦", "face with tears of joy family man woman girl boy"),
        ("👩‍🀁", "woman 🀁"),
        ("😂‍x", "face with tears of joy x"),
    ],
)
def test_an_unknown_sequence_is_read_by_its_longest_parts(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("👍🏽", "thumbs up"),
        ("👍🏽👍🏿", "thumbs up"),
        ("1️⃣ #️⃣", "1 #"),
        ("\ufe0f\u200d🏽", ""),
    ],
)
def test_what_only_changes_the_drawing_is_dropped(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("😂😂😂", "face with tears of joy"),
        ("❤️❤️", "red heart"),
        ("❤❤️‍🔥", "red heart heart on fire"),
        ("👩‍⚕️👩🏿‍⚕️", "woman health worker"),
        ("🇩🇪🇩🇪", "flag germany"),
        (f"🏴{SCOTLAND}", "black flag flag scotland"),
        ("😂🎉😂", "face with tears of joy party popper face with tears of joy"),
        ("😂 😂", "face with tears of joy face with tears of joy"),
        ("😂a😂", "face with tears of joy a face with tears of joy"),
    ],
)
def test_a_run_of_the_same_emoji_counts_once(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    "text", ["ひらがな", "「漢字」", "Ⅳ ½ ℓ", "€ ™", "‼ ⁉", "→ ★", "a\ufffdb", "🅂🅂", "\U0001fbff\U000f0000", "𝓱𝓲"]
)
def test_letters_and_signs_without_a_name_stay(text):
    assert replace_emoji(text) == text


@given(st.text(st.characters(max_codepoint=0x7F)))
def test_ascii_stays_as_it_is(text):
    assert replace_emoji(text) == text


@given(st.lists(st.sampled_from([*WORDS, "\u200d", "\ufe0f", "🏽", "\U000e0067", "🇩", "\u20e3"]) | st.text(max_size=3)))
@example(["\ud83d\udc00"])
@example(["😂\ud83d😂"])
def test_what_has_been_read_stays(parts):
    assert read(read("".join(parts))) == read("".join(parts))


def test_the_table_is_read_at_the_first_text_that_is_not_ascii():
    program = """
from tweetmoji.text import emoji_words, normalize
normalize("fine :)")
assert emoji_words._read_table.cache_info().currsize == 0
normalize("fine 😂")
assert emoji_words._read_table.cache_info().currsize == 1
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
