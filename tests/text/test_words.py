"""Words where they stand in a text: what is one, and spans that hold for any string."""

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tweetmoji.text.words import find_words

SCOTLAND = "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
FAMILY = "👨\u200d👩\u200d👧"


def list_words(text):
    return [text[start:end] for start, end in find_words(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        (" \t\n\u3000", []),
        ("... ?! — ___ * \u2026", []),
        ("\x00\ud800\ufffd", []),
        ("Today is a good day!", ["Today", "is", "a", "good", "day"]),
        ("(so)happy,sad...but “well”", ["so", "happy", "sad", "but", "well"]),
        ("don't don’t rock'n'roll well-known U.S. R&B", ["don't", "don’t", "rock'n'roll", "well-known", "U.S", "R&B"]),
        (
            "f***ing 3.14 1,000 12:30 24/7 50% this/that",
            ["f***ing", "3.14", "1,000", "12:30", "24/7", "50", "this", "that"],
        ),
        ("'tis *sad*", ["tis", "sad"]),
        ("#soProud #a#b # ##c", ["#soProud", "#a", "#b", "#c"]),
        ("@you @@me a@b.c", ["@you", "me", "a", "b.c"]),
        ("see https://t.co/a?b=(c)! www.x.y", ["see", "https://t.co/a?b=(c)!", "www.x.y"]),
        ("seeHTTP://x.y", ["see", "HTTP://x.y"]),
        (
            ":) hello:) great!:D -_- <333 T_T ¯\\_(ツ)_/¯",
            [":)", "hello", ":)", "great", ":D", "-_-", "<333", "T_T", "¯\\_(ツ)_/¯"],
        ),
        ("drive D: is full, D: http://x", ["drive", "D", "is", "full", "D:", "http://x"]),
        (":’( :)http://x", [":’(", "http://x"]),
        ("so😂😂sad 😂🎉😂", ["so", "😂😂", "sad", "😂", "🎉", "😂"]),
        (f"{FAMILY}👍🏽👍 ❤\ufe0f\u200d🔥{SCOTLAND}", [FAMILY, "👍🏽👍", "❤\ufe0f\u200d🔥", SCOTLAND]),
        ("🇩🇪🇫🇷🇩", ["🇩🇪", "🇫🇷", "🇩"]),
        ("1\ufe0f\u20e3 no", ["1\ufe0f\u20e3", "no"]),
        ("cafe\u0301s na\u00efve", ["cafe\u0301s", "na\u00efve"]),
        ("a \u0301b", ["a", "b"]),
        ("hi🏽 🏽", ["hi🏽"]),
        ("ⓗⓔⓨ 🄷🄸 ｆｕｌｌ", ["ⓗⓔⓨ", "🄷🄸", "ｆｕｌｌ"]),
        ("co\u00adop a\u200bb", ["co\u00adop", "a\u200bb"]),
        ("मनीष नमस्ते", ["मनीष", "नमस्ते"]),
        ("\U000f0000 \U000f0000\U000f0000", []),
    ],
    ids=ascii,
)
def test_words_are_what_a_reader_would_leave_out(text, words):
    assert list_words(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a &amp; b", ["a", "b"]),
        ("R&amp;B &lt;3 :&#41;", ["R&amp;B", "&lt;3", ":&#41;"]),
        ("caf&eacute;s &#128514;&#x1F602;", ["caf&eacute;s", "&#128514;&#x1F602;"]),
        ("a&nbsp;b &ltso &AMPb", ["a", "b", "so", "b"]),
        ("&notanentity; &; &", ["anentity"]),
        ("a&#1;b", ["a", "b"]),
        ("😂&#x200d;", ["😂&#x200d;"]),
        (f"&#{'9' * 5000}; a", ["a"]),
        ("http://x?a&amp;b c", ["http://x?a&amp;b", "c"]),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_entities_are_read_as_what_they_stand_for(text, words):
    assert list_words(text) == words


def check_spans(text):
    spans = find_words(text)
    offsets = [offset for span in spans for offset in span]
    assert offsets == sorted(offsets)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    for offset in offsets:
        check_boundary(text, offset)


def check_boundary(text, offset):
    """No accent, skin tone, tag or joiner follows a boundary, no joiner is before an emoji, no flag is divided."""
    before, after = text[:offset], text[offset:]
    if not before or not after:
        return
    assert unicodedata.category(after[0]) not in {"Mn", "Me", "Mc"} or before[-1].isspace(), (text, offset)
    assert not "\U0001f3fb" <= after[0] <= "\U0001f3ff"
    assert not "\U000e0020" <= after[0] <= "\U000e007f"
    assert after[0] != "\u200d"
    assert not (before[-1] == "\u200d" and unicodedata.category(after[0]) == "So" and before[-2:-1] in {*"😂👨❤🏴"})
    flags = len(before) - len(before.rstrip("🇩🇪🇫"))
    assert flags % 2 == 0 or after[0] not in "🇩🇪🇫"


PIECES = [
    *[
        "so",
        "Happy",
        "1",
        "é",
        "न",
        "가",
        " ",
        "\n",
        "\u2003",
        ".",
        "'",
        "’",
        "#",
        "@",
        "&",
        ";",
        "_",
        "*",
        ":)",
        "<3",
        "D:",
    ],
    *[
        "\u0301",
        "\u093f",
        "\u200d",
        "\ufe0f",
        "\u20e3",
        "🏽",
        "😂",
        "👨",
        "❤",
        "🇩",
        "🇪",
        "🇫",
        "🏴",
        "\U000e0067",
        "\U000e007f",
    ],
    *[
        "&amp;",
        "&lt;",
        "&#769;",
        "&zwj;",
        "&#x1F1E9;",
        "&#128514;",
        "&#1;",
        "&nbsp;",
        "&nGt;",
        "http://",
        "www.",
        "\ud800",
    ],
]


@given(text=st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
@example("🇩🇩&#x1F1EA;🇪🇫")
@example("🇩&#1;🇪🇫")
@example("a&#1;\u0301b")
def test_spans_of_tricky_strings_are_in_order_and_divide_no_grapheme(text):
    check_spans(text)


@given(text=st.text(max_size=40))
def test_spans_of_any_string_are_in_order_within_it_and_not_empty(text):
    spans = find_words(text)
    offsets = [offset for span in spans for offset in span]
    assert offsets == sorted(offsets)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(any(not char.isspace() for char in text[start:end]) for start, end in spans)


@pytest.mark.parametrize(
    "units",
    [
        ["a", "_", "&", "😂", "a😂", "🇩", "\u0301", "😂\u200d"],
        ["http://", "www.a ", "&#", "'a", "a*", "*", "#", ":)", "&amp;"],
    ],
)
def test_fifty_thousand_characters_take_linear_time(units):
    """A rule that went quadratic would need minutes; the child is stopped after one."""
    program = f"""
from tweetmoji.text.words import find_words
for unit in {units!a}:
    find_words(unit * (50_000 // len(unit)))
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_two_hundred_thousand_links_are_read_in_linear_time():
    """To copy the text for each of them would take minutes; the child is stopped after one."""
    program = """
from tweetmoji.text.words import find_words
assert len(find_words("\\U0001f602" + "www.a " * 200_000)) == 200_001
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
