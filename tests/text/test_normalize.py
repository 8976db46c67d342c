"""What `normalize` and `clean` do to a tweet, and that they take any string at all."""

import re
import subprocess
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tweetmoji.text import MAX_CHARS, MAX_RAW_CHARS, clean, normalize, normalize_start, replace_surrogates

SIGNS = [*"@&;9 \n#_", "@ann", "https://", "HTTP://a.b/c", "www.", "&amp;", "&#", "&#x", "&nbsp;"]
STRANGE = ["\x00", "\ud83d", "\udc00", "\u200b", "\u200d", "\u202e", "\u2028", "\ufeff", "\u0301", "İ", "ß", "½", "ﷺ"]
EMOJI = ["😂", "👩‍👩‍👧", "👍🏽", "🇩🇪", "1️⃣", "❤️", "™", ":)", ">:(", "<3", "D:", "مرحبا", "ああ", "ooo"]
ANY_TEXT = st.lists(
    st.sampled_from([*SIGNS, *STRANGE, *EMOJI]) | st.text(st.characters(), max_size=20), max_size=12
).map("".join)

OTHER_WORDS = ["#GoodDay2", "#a_b", "@ann", "https://a.b/c", "👩‍👩‍👧", "👍🏽", "🇩🇪", ">:(", "D:", "sooo", "“x”"]
WORD = st.text("abcXYZ019.,!?'é😂", min_size=1) | st.sampled_from(OTHER_WORDS)


def without_rows(word):
    """Whether no letter stands three times in a row."""
    return not re.search(r"(\w)\1\1", word, re.IGNORECASE)


both = pytest.mark.parametrize("function", [clean, normalize])


@both
@given(text=ANY_TEXT)
@example(text="\ud800")
@example(text="&#xd83d;")
@example(text="&nbsp;\u3000 a \x1f\x85")
def test_any_string_becomes_encodable_text_with_single_inner_spaces(function, text):
    normalized = function(text)

    assert normalized.encode("utf-8").decode("utf-8") == normalized
    assert normalized == " ".join(normalized.split())


@given(ANY_TEXT.map(lambda text: text.replace("&", "+")))
def test_clean_twice_is_as_once_in_text_without_entities(text):
    assert clean(clean(text)) == clean(text)


@given(st.lists(WORD).map(" ".join))
def test_normalize_twice_is_as_once_in_words_with_space_between(text):
    """Glued together it need not be: of ``:):)`` only the sign at the start of a word is read, one more each time."""
    assert normalize(normalize(text)) == normalize(text)


@both
@given(words=st.lists(st.text("abcXYZ019.,!?'é\u200b\x00", min_size=1).filter(without_rows), min_size=1))
def test_plain_words_stay_as_they_are(function, words):
    text = " ".join(words)
    assert function(text) == text


@pytest.mark.parametrize(
    "text", ["SHOUTING Loudly", "so, many (signs)!? - yes...", "עברית وعربي Привет", "a\x00b", "a\u200bb"]
)
@both
def test_case_signs_and_scripts_are_kept(function, text):
    assert function(text) == text


@both
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
def test_mentions_become_user(function, text, expected):
    assert function(text) == expected


@both
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see https://example.org/a?b=c&d=e#f now", "see http now"),
        ("see http://example.org", "see http"),
        ("see HTTPS://EXAMPLE.ORG/", "see http"),
        ("see www.example.org now", "see http now"),
        ("https://example.org/@ann", "http"),
        ("https://example.org/:(#GoodDay😂", "http"),
        ("http status", "http status"),
        ("eww.so sweet", "eww.so sweet"),
        ("xwww.so sweet", {clean: "xwww.so sweet", normalize: "xww.so sweet"}),
    ],
)
def test_links_become_http(function, text, expected):
    assert function(text) == (expected if isinstance(expected, str) else expected[function])


@both
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("salt &amp; pepper", "salt & pepper"),
        ("a &lt; b", "a < b"),
        ("&quot;no&quot;", '"no"'),
        ("&#233;&#xE9;", "éé"),
        ("a&nbsp;&nbsp;b", "a b"),
        ("AT&T & co", "AT&T & co"),
        ("&#xD83D;", "\ufffd"),
    ],
)
def test_entities_are_decoded(function, text, expected):
    assert function(text) == expected


@pytest.mark.parametrize("digits", [1_000, 5_000, 100_000])
@pytest.mark.parametrize("prefix", ["&#", "&#x"])
def test_an_entity_of_no_character_is_replaced_however_many_digits_it_has(prefix, digits):
    assert normalize(f"a {prefix}{'9' * digits}; b") == "a \ufffd b"


@both
@pytest.mark.parametrize("text", ["", " ", "\n\t\r ", "\u3000\u2028\x85\xa0", "&nbsp;"])
def test_white_space_alone_becomes_the_empty_string(function, text):
    assert function(text) == ""


@both
def test_white_space_is_collapsed_and_stripped(function):
    assert function("  so\tmuch\r\n\n room\u2028here \u3000") == "so much room here"


@pytest.mark.parametrize("text", ["😂😂 :) <3", "#GoodDay", "sooo", "“it’s”…", "𝓱𝓮𝓵𝓵𝓸 ½ ™", "👩‍👩‍👧 👍🏽 🇩🇪"])
def test_clean_leaves_emoji_hashtags_and_letters_as_they_are(text):
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sad 😢", "sad crying face"),
        ("😂😂 so funny❤️", "face with tears of joy so funny red heart"),
        ("&#128514;", "face with tears of joy"),
        ("sad :(", "sad frowning face"),
        ("I &lt;3 you", "I red heart you"),
    ],
)
def test_emoji_and_emoticons_become_words(text, expected):
    assert normalize(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#love", "# love"),
        ("#GoodDay", "# Good Day"),
        ("#goodDay", "# good Day"),
        ("#BBCNews", "# BBC News"),
        ("#LOVE", "# LOVE"),
        ("#good_day__", "# good day"),
        ("#Top10", "# Top 10"),
        ("#GoodDay!", "# Good Day!"),
        ("so#Good#Day", "so# Good# Day"),
        ("#ÉtéMagique", "# ÉtéMagique"),
        ("#＃ＧoodＤay", "## Good Day"),
        ("# love", "# love"),
        ("no. #1", "no. # 1"),
        ("#", "#"),
        ("#_", "#"),
        ("GoodDay good_day", "GoodDay good_day"),
    ],
)
def test_hashtags_are_split_at_capitals_digits_and_underscores(text, expected):
    assert normalize(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("soooo gooood", "soo good"),
        ("nooooooo!!!!", "noo!!!!"),
        ("YESSSss", "YESS"),
        ("good aardvark", "good aardvark"),
        ("hahaha", "hahaha"),
        ("1000 ___", "1000 ___"),
        ("ééé", "éé"),
        ("e\u0301e\u0301e\u0301", "éé"),
        ("ｓｏｏｏ", "soo"),
    ],
)
def test_a_letter_repeated_three_times_or_more_stands_twice(text, expected):
    assert normalize(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“it’s”", '"it\'s"'),
        ("‘a‛ „b‟", "'a' \"b\""),
        ("wait…", "wait..."),
        ("𝓱𝓮𝓵𝓵𝓸 ｗｏｒｌｄ", "hello world"),
        ("cafe\u0301", "café"),
        ("ﬁne", "fine"),
    ],
)
def test_fancy_letters_and_quotes_become_plain(text, expected):
    assert normalize(text) == expected


@both
def test_lone_surrogates_are_replaced_one_by_one(function):
    assert replace_surrogates("a\ud83d\udc00b") == "a\ufffd\ufffdb"
    assert function("a\udfff b") == "a\ufffd b"


def test_a_real_pair_outside_the_basic_plane_is_no_surrogate():
    assert replace_surrogates("😂") == "😂"


@pytest.mark.parametrize("n", [1, 2, 29])
def test_fewer_than_thirty_accents_on_one_letter_are_kept(n):
    assert normalize("x" + "\u0301" * n + "y") == "x" + "\u0301" * n + "y"


def test_endless_accents_are_divided_after_every_thirty():
    assert normalize("x" + "\u0301" * 70) == "x" + "\u034f".join("\u0301" * n for n in (30, 30, 10))


def test_endless_punctuation_and_dots_are_not_divided():
    for text in ("!" * 70, "•" * 70, "-" * 70):
        assert normalize(text) == text


@pytest.mark.parametrize(
    "units",
    [
        ["@", "@a", "@@a", "h", "http", "https://", "https:// ", "www."],
        ["&", "&#9", "&am", " ", "\n a", "\ud800"],
        ["#", "#a", "#aA1", "a", "aA", "_", "#_", "\u0301", "\u0301\u0316", "e\u0301"],
        [":", ":) ", ":'", "(", "^", "<", "T", "D:<"],
        ["D:", "D: ", "D:  a", "): ", "D:" + " " * 1000, "<3 ", "o", "o_o ", "¯\\_(ツ)_/¯"],
        ["😂", "😂👍", "👩\u200d", "👩\u200d😂", "❤\ufe0f", "\U0001f1e6", "🏴\U000e0067", "\U000e0067", "あ", "\u203c"],
    ],
)
def test_half_a_million_characters_take_linear_time(units):
    """Sixteen times the text may take fifty times as long: a rule that went quadratic takes 256 times."""
    program = f"""
from time import process_time
from tweetmoji.text import normalize

def measure(text):
    start = process_time()
    normalize(text)
    return process_time() - start

normalize("😂")  # reads the table
for unit in {units!a}:
    part, whole = (measure(unit * (n // len(unit))) for n in (31_250, 500_000))
    assert whole < 50 * part + 0.5, (unit, part, whole)
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_an_emoticon_with_a_typographic_quote_is_read():
    assert normalize("no :’(") == normalize("no :'(") == "no crying face"


LONG_UNITS = [
    *("happy ", "a", "dog\n", " ", "so", "xD", ":)", "@ann ", "#DayOfRain ", "https://example.org/x ", "http", "&amp;"),
    *(
        "&#0",
        "😂",
        "😂🎉",
        "🇩🇪",
        "🇬🇸",
        "👩\u200d",
        "D: ",
        "e\u0301",
        "\u0301\u0316",
        "\ufdfa",
        "\ud800",
        "\u1100\u1161\u11a8",
        "#A",
        "_",
        "-_-",
    ),
]


@given(
    before=st.text(st.characters(), max_size=5),
    unit=st.sampled_from(LONG_UNITS),
    raw_chars=st.sampled_from([19_999, 20_000, 20_001, 45_000]),
    after=st.text(st.characters(), max_size=5) | st.sampled_from(LONG_UNITS),
)
@example(before="x", unit="D", raw_chars=25_000, after="a")  # an emoticon if cut
@example(before="x" + "-" * 9_990 + " D:", unit='"', raw_chars=25_000, after="a")
@example(before="x" + "-" * 9_990 + " ", unit="😂\u200d", raw_chars=20_001, after="😂")
@example(before="#", unit="aB", raw_chars=25_000, after=" c")
@example(before="", unit="a " * 5_000, raw_chars=20_000, after="c")
@example(before="a b", unit=" ", raw_chars=45_000, after="c d")
@example(before="&#x", unit="1", raw_chars=25_000, after="; c")
@settings(max_examples=40)
def test_start_of_a_long_text_is_that_of_the_whole(before, unit, raw_chars, after):
    text = (before + unit * (raw_chars // len(unit)))[:raw_chars] + after
    whole = normalize(text)
    assert normalize_start(text) == (whole[:MAX_CHARS], len(whole) > MAX_CHARS)


@given(st.text(st.characters(), max_size=100))
def test_start_of_a_short_text_is_all_of_it(text):
    assert normalize_start(text) == (normalize(text), False)


@pytest.mark.parametrize(
    ("before", "unit", "after", "expected"),
    [
        ("dog", " ", "", ("dog", False)),
        ("dog", " ", " \n", ("dog", False)),
        ("dog", " ", "cat", ("dog", True)),
        ("so", "o", "", ("soo", True)),
    ],
)
def test_beyond_max_raw_chars_only_whether_there_is_more_counts(before, unit, after, expected):
    assert MAX_RAW_CHARS == 1_000_000
    assert normalize_start(before + unit * MAX_RAW_CHARS + after) == expected
    inside = before + unit * (MAX_RAW_CHARS - len(before) - len(after)) + after
    assert normalize_start(inside) == (normalize(inside), False)


@pytest.mark.parametrize("unit", ["happy ", "😂🎉", "\ufdfa"])
def test_start_of_an_ordinary_text_is_all_that_is_normalized(monkeypatch, unit):
    lengths = []

    def note(text):
        lengths.append(len(text))
        return normalize(text)

    monkeypatch.setattr(sys.modules["tweetmoji.text.normalize"], "normalize", note)  # the package has the function
    start, more = normalize_start(unit * 500_000)
    assert (len(start), more) == (MAX_CHARS, True)
    assert lengths == [2 * MAX_CHARS]
