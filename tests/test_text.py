"""What normalisation does to a tweet, and that it takes any string at all."""

import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tweetmoji.text import normalise, replace_surrogates

PIECES = st.sampled_from(
    [
        *("@", "@ann", "https://", "HTTP://a.b/c", "www.", "&", "&amp;", "&#", "&#x", ";", "&nbsp;", "9", " ", "\n"),
        *(
            "\x00",
            "\ud83d",
            "\udc00",
            "\u200b",
            "\u200f",
            "\u202e",
            "\u2028",
            "\ufeff",
            "مرحبا",
            "👩‍👩‍👧",
            "é",
            "ß",
            "İ",
        ),
    ]
)
ANY_TEXT = st.lists(PIECES | st.text(st.characters(), max_size=20), max_size=12).map("".join)


@given(ANY_TEXT)
@example("\ud800")
@example("&#xd83d;")
@example("&nbsp;\u3000 a \x1f\x85")
def test_any_string_becomes_encodable_text_with_single_inner_spaces(text):
    normalised = normalise(text)

    assert normalised.encode("utf-8").decode("utf-8") == normalised
    assert normalised == " ".join(normalised.split())


@given(ANY_TEXT.map(lambda text: text.replace("&", "+")))
def test_normalising_twice_changes_nothing_more_in_text_without_entities(text):
    assert normalise(normalise(text)) == normalise(text)


@given(st.lists(st.text("abcXYZ019.,!?'#é😂مر\u200b\x00", min_size=1), min_size=1))
def test_plain_words_stay_as_they_are(words):
    text = " ".join(words)
    assert normalise(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@ann hello", "@user hello"),
        ("hello @ann_2!", "hello @user!"),
        ("(@ann)", "(@user)"),
        ("@José et @мария", "@user et @user"),
        ("mail me@example.org", "mail me@example.org"),
        ("@ noon", "@ noon"),
        ("@@ann", "@@ann"),
        ("@user", "@user"),
    ],
)
def test_mentions_become_user(text, expected):
    assert normalise(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see https://example.org/a?b=c&d=e#f now", "see http now"),
        ("see http://example.org", "see http"),
        ("see HTTPS://EXAMPLE.ORG/", "see http"),
        ("see www.example.org now", "see http now"),
        ("https://example.org/@ann", "http"),
        ("http status", "http status"),
        ("awww.so sweet", "awww.so sweet"),
    ],
)
def test_links_become_http(text, expected):
    assert normalise(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("salt &amp; pepper", "salt & pepper"),
        ("I &lt;3 you", "I <3 you"),
        ("&quot;no&quot;", '"no"'),
        ("&#128514;&#x1F602;", "😂😂"),
        ("a&nbsp;&nbsp;b", "a b"),
        ("AT&T & co", "AT&T & co"),
        ("&#xD83D;", "\ufffd"),
    ],
)
def test_entities_are_decoded(text, expected):
    assert normalise(text) == expected


@pytest.mark.parametrize("digits", [1_000, 5_000, 100_000])
@pytest.mark.parametrize("prefix", ["&#", "&#x"])
def test_an_entity_of_no_character_is_replaced_however_many_digits_it_has(prefix, digits):
    assert normalise(f"a {prefix}{'9' * digits}; b") == "a \ufffd b"


@pytest.mark.parametrize("text", ["", " ", "\n\t\r ", "\u3000\u2028\x85\xa0", "&nbsp;"])
def test_white_space_alone_becomes_the_empty_string(text):
    assert normalise(text) == ""


def test_white_space_is_collapsed_and_stripped():
    assert normalise("  so\tmuch\r\n\n room\u2028here \u3000") == "so much room here"


@pytest.mark.parametrize(
    "text", ["SHOUTING Loudly", "so… many, (signs)!?", "#hashtag 😂👩‍👩‍👧", "עברית وعربي", "a\x00b", "a\u200bb"]
)
def test_case_signs_emoji_and_scripts_are_kept(text):
    assert normalise(text) == text


def test_lone_surrogates_are_replaced_one_by_one():
    assert replace_surrogates("a\ud83d\udc00b") == "a\ufffd\ufffdb"
    assert normalise("a\udfff b") == "a\ufffd b"


def test_a_real_pair_outside_the_basic_plane_is_no_surrogate():
    assert replace_surrogates("😂") == "😂"


@pytest.mark.parametrize(
    "unit", ["@", "@a", "@@a", "h", "http", "https://", "https:// ", "www.", "&", "&#9", "&am", " ", "\n a", "\ud800"]
)
def test_a_million_characters_take_linear_time(unit):
    """A rule that went quadratic would need hours, not the minute after which the child is stopped."""
    program = f"from tweetmoji.text import normalise; normalise({unit!a} * (1_000_000 // {len(unit)}))"
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
