"""Emoji and emoticons as words: which signs are read, where, and that nothing else is touched."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tweetmoji.text.emoji_words import EMOTICONS, replace_emoji

SIGNS = [(sign, words) for words, signs in EMOTICONS.items() for sign in signs.split()]
every_emoticon = pytest.mark.parametrize(("sign", "words"), SIGNS)


def read(text):
    """The words of a text, with single spaces."""
    return " ".join(replace_emoji(text).split())


def test_no_emoticon_has_two_meanings():
    assert len({sign for sign, _ in SIGNS}) == len(SIGNS)


@every_emoticon
def test_an_emoticon_is_read_alone_and_anywhere_among_words(sign, words):
    assert read(sign) == words
    assert read(f"{sign} at last") == f"{words} at last"
    assert read(f"at last {sign}") == f"at last {words}"
    assert read(f"so {sign}\nat last\t{sign} {sign}") == f"so {words} at last {words} {words}"


@every_emoticon
def test_an_emoticon_is_read_before_other_signs(sign, words):
    assert read(f"at last {sign}.") == f"at last {words} ."
    assert read(f"at last {sign}!?") == f"at last {words} !?"


@every_emoticon
def test_the_characters_of_an_emoticon_are_not_read_within_a_word(sign, words):
    assert replace_emoji(f"a{sign}b") == f"a{sign}b"


@pytest.mark.parametrize(
    "text",
    [
        "at 8:30 or 10:00",
        "a:b c:d",
        "http://example.org",
        "(see below: it is (here))",
        "x=3 y=/z 2<3",
        "C:\\users :/users",
        "xDrive XDR D8x :Padding :p4 <3x",
        "don't; (do)",
        "1:3 score",
        "well-_-known",
        "10:( 4;) key:/ key:|",
        "",
    ],
)
def test_signs_that_are_no_emoticon_stay(text):
    assert replace_emoji(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10:00 :)", "10:00 smiling face"),
        (":))) :DD <3333", "smiling face grinning face heart"),
        ("(at last :) )", "(at last smiling face )"),
        ("hello:) sad.:'( ok!;D", "hello smiling face sad. crying face ok! winking face"),
        (":'(", "crying face"),
        (">:(", "angry face"),
        ("D:<", "angry face"),
        ("D:", "face screaming in fear"),
        ("<333", "heart"),
        ("</3", "broken heart"),
        (":') :'D", "tears of joy tears of joy"),
        ("-_- o_O ^_^", "unamused face astonished face smiling face"),
    ],
)
def test_the_longest_emoticon_is_read(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("😂", "face with tears of joy"),
        ("😭", "loudly crying face"),
        ("😡", "pouting face"),
        ("😱", "face screaming in fear"),
        ("👍", "thumbs up sign"),
        ("🥰", "smiling face with smiling eyes and three hearts"),
        ("☺️", "smiling face"),
        ("☹", "frowning face"),
        ("🎉 at last🎉", "party popper at last party popper"),
        ("so😂funny", "so face with tears of joy funny"),
        ("→ ™ ★", "rightwards arrow trade mark sign star"),
    ],
)
def test_an_emoji_becomes_the_words_of_its_name(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("❤", "heart"),
        ("❤️", "heart"),
        ("🖤", "black heart"),
        ("🤍", "white heart"),
        ("♥", "heart suit"),
        ("💔", "broken heart"),
        ("✔️", "check mark"),
        ("⬛ 🏴", "large square waving black flag"),
    ],
)
def test_black_and_white_are_colors_of_newer_emoji_only(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("👍🏽", "thumbs up sign"),
        ("👍🏽👍🏿", "thumbs up sign"),
        ("👩‍👩‍👧", "woman girl"),
        ("👨‍👩‍👧‍👦", "man woman girl boy"),
        ("❤️‍🔥", "heart fire"),
        ("🏳️‍🌈", "waving white flag rainbow"),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "waving black flag"),
        ("1️⃣ #️⃣", "1 #"),
        ("\ufe0f\u200d🏽", ""),
    ],
)
def test_what_only_changes_the_drawing_is_dropped(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("🇩🇪", "flag"),
        ("🇩🇪🇫🇷", "flag flag"),
        ("go 🇺🇸!", "go flag !"),
        ("🇩", "regional indicator symbol letter d"),
        ("🇩🇪🇫", "flag regional indicator symbol letter f"),
    ],
)
def test_a_flag_is_a_flag(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("😂😂😂", "face with tears of joy"),
        ("❤️❤️", "heart"),
        ("😂🎉😂", "face with tears of joy party popper face with tears of joy"),
        ("😂 😂", "face with tears of joy face with tears of joy"),
        ("😂a😂", "face with tears of joy a face with tears of joy"),
    ],
)
def test_a_row_of_the_same_emoji_counts_once(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    "text", ["ひらがな", "「漢字」", "Ⅳ ½ ℓ", "€ © ®", "‼", "a\ufffdb", "\U0001fbff\U000f0000", "𝓱𝓲"]
)
def test_letters_numbers_and_signs_without_a_meaning_of_their_own_stay(text):
    assert replace_emoji(text) == text


@given(st.characters(categories=["So"], min_codepoint=0x1F300, max_codepoint=0x1FAFF))
def test_every_emoji_that_this_python_knows_is_replace_emoji(sign):
    assert read(sign) == unicodedata.name(sign).lower()


@given(st.text("abcdefgABCEF 0129.,!?'\"-()[]&#@/\n"))
def test_plain_words_and_punctuation_stay_as_they_are(text):
    assert replace_emoji(text) == text


@given(st.text(st.characters()))
@example("\ud83d\udc00")
@example("😂\ud83d😂")
def test_any_string_is_replace_emoji_the_same_each_time(text):
    assert replace_emoji(text) == replace_emoji(text)


@given(st.lists(st.sampled_from(["at", "last", "8:30", *dict(SIGNS), "😂", "❤️", "👍🏽", "🇩🇪", "👩‍👩‍👧"])).map(" ".join))
def test_what_has_been_replace_emoji_stays(text):
    assert read(read(text)) == read(text)
