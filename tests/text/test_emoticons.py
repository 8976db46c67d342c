"""Emoticons as words: which signs are read, where, and that nothing else is touched."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tweetmoji.data.sources.synthetic import EMOJI_AND_EMOTICONS
from tweetmoji.text import normalize
from tweetmoji.text.emoji_words import _read_table
from tweetmoji.text.emoticons import EMOTICONS, replace_emoticons

SIGNS = [(sign, words) for words, signs in EMOTICONS.items() for sign in signs.split()]
BEFORE_NO_WORDS = {"D:", "):"}
every_emoticon = pytest.mark.parametrize(("sign", "words"), SIGNS)


def read(text):
    """The words of a text, with single spaces."""
    return " ".join(replace_emoticons(text).split())


def test_no_emoticon_has_two_meanings():
    assert len({sign for sign, _ in SIGNS}) == len(SIGNS)


@pytest.mark.parametrize("words", EMOTICONS)
def test_an_emoticon_has_the_words_of_an_emoji(words):
    assert words in _read_table().words.values()


@pytest.mark.parametrize("mark", [mark for marks in EMOJI_AND_EMOTICONS.values() for mark in marks])
def test_what_synthetic_texts_are_marked_with_is_read(mark):
    assert mark not in normalize(f"at last {mark}")


@every_emoticon
def test_an_emoticon_is_read_alone_and_after_words(sign, words):
    assert read(sign) == words
    assert read(f"at last {sign}") == f"at last {words}"
    assert read(f"so\n{sign} #atlast") == f"so {words} #atlast"


@pytest.mark.parametrize(("sign", "words"), [pair for pair in SIGNS if pair[0] not in BEFORE_NO_WORDS])
def test_an_emoticon_is_read_before_words(sign, words):
    assert read(f"{sign} at last") == f"{words} at last"
    assert read(f"so {sign}\nat last\t{sign} {sign}") == f"so {words} at last {words} {words}"


@every_emoticon
def test_an_emoticon_is_read_before_other_signs(sign, words):
    assert read(f"at last {sign}.") == f"at last {words} ."
    assert read(f"at last {sign}!?") == f"at last {words} !?"
    assert read(f'"at last {sign}"') == f'"at last {words} "'


@every_emoticon
def test_the_characters_of_an_emoticon_are_not_read_within_a_word(sign, words):
    assert replace_emoticons(f"a{sign}b") == f"a{sign}b"


@pytest.mark.parametrize(
    "text",
    [
        "at 8:30 or 10:00",
        "a:b c:d",
        "http://example.org :// :/path :\\path",
        "(see below: it is (here))",
        "(see below): it is",
        "x=3 y=/z 2<3 x =/= y x =D/2",
        "C:\\users :/users",
        "xDrive XDR D8x :Padding :p4 <3x",
        "don't; (do)",
        "1:3 score, 4 :3",
        "well-_-known",
        "10:( 4;) key:/ key:| B:( f:(",
        "sum=( sum=) f=D **Note:** no;*",
        "TL;DR",
        "^^^ this ^^/s ^^what D8 8) B) T.T. D=",
        "<3% <3.5 <3,000 <3/4 <3-4 <3 kg <3 %",
        "",
    ],
)
def test_signs_that_are_no_emoticon_stay(text):
    assert replace_emoticons(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no more D:", "no more face screaming in fear"),
        ("no more D: #fail", "no more face screaming in fear #fail"),
        ("no more D: https://example.org", "no more face screaming in fear https://example.org"),
        ("no more D: @user", "no more face screaming in fear @user"),
        ("no more D: 😭", "no more face screaming in fear 😭"),
        ("no more D: :(", "no more face screaming in fear frowning face"),
        ("my D: drive", "my D: drive"),
        ("C: and D: (both)", "C: and D: (both)"),
        ("C: or D:\\users", "C: or D:\\users"),
        ("f( x ): return", "f( x ): return"),
    ],
)
def test_signs_that_may_be_a_drive_or_a_parenthesis_are_read_where_no_words_follow(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10:00 :)", "10:00 smiling face"),
        (":))) :DD <3333 xDDD", "smiling face grinning face red heart grinning squinting face"),
        ("(at last :) )", "(at last smiling face )"),
        ("hello:) sad.:'( ok!;D", "hello smiling face sad. crying face ok! winking face"),
        (":'(", "crying face"),
        (">:(", "angry face"),
        ("D:<", "angry face"),
        ("</3", "broken heart"),
        (":') :'D", "face with tears of joy face with tears of joy"),
        ("-_- o_O ^_^", "unamused face astonished face smiling face with smiling eyes"),
        ("I <3 you <3#ever", "I red heart you red heart #ever"),
        ("cute :3 at 10 :)", "cute smiling face at 10 smiling face"),
        ("so cute ^^.", "so cute smiling face with smiling eyes ."),
        ("well ¯\\_(ツ)_/¯", "well person shrugging"),
    ],
)
def test_the_longest_emoticon_is_read(text, expected):
    assert read(text) == expected


@given(st.text("abcdefgABCEF 0129.,!?'\"-()[]&#@/\n"))
def test_plain_words_and_punctuation_stay_as_they_are(text):
    assert replace_emoticons(text) == text


@given(st.lists(st.sampled_from(["at", "last", "8:30", *dict(SIGNS), "😂", "#x"])).map(" ".join))
@example("<3 :3")
def test_what_has_been_read_stays(text):
    assert read(read(text)) == read(text)
