"""From texts to the token ids that the model reads, and whether there was more to read."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from tweetmoji.runtime.tokenizer import TweetTokenizer
from tweetmoji.text import MAX_CHARS


@pytest.fixture(scope="module")
def vocabulary(tiny_artifact):
    return Tokenizer.from_str(tiny_artifact.tokenizer).get_vocab()


@pytest.fixture(scope="module")
def tokenizer(tiny_artifact):
    return TweetTokenizer(Tokenizer.from_str(tiny_artifact.tokenizer), max_tokens=16)


def test_texts_become_ids_between_the_special_tokens(tokenizer, vocabulary):
    (tokens,) = tokenizer.encode(["I am  SO happy"])
    expected = ["[CLS]", "i", "am", "so", "happy", "[SEP]"]

    assert tokens.ids == [vocabulary[token] for token in expected]
    assert not tokens.truncated


def test_texts_are_normalized_first(tokenizer, vocabulary):
    (tokens,) = tokenizer.encode(["@someone https://example.org/x"])
    expected = ["[CLS]", "@", "user", "http", "[SEP]"]

    assert tokens.ids == [vocabulary[token] for token in expected]


def test_hashtags_are_split_before_tokenizing(tokenizer, vocabulary):
    (tokens,) = tokenizer.encode(["#ThatDay"])
    assert tokens.ids == [vocabulary[token] for token in ("[CLS]", "[UNK]", "that", "day", "[SEP]")]


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u3000"])
def test_no_words_are_the_special_tokens_alone(tokenizer, vocabulary, text):
    (tokens,) = tokenizer.encode([text])
    assert tokens.ids == [vocabulary["[CLS]"], vocabulary["[SEP]"]]
    assert not tokens.truncated


@pytest.mark.parametrize(("words", "read", "truncated"), [(13, 15, False), (14, 16, False), (15, 16, True)])
def test_truncated_says_exactly_whether_tokens_were_left_out(tokenizer, vocabulary, words, read, truncated):
    (tokens,) = tokenizer.encode(["dog " * words])

    assert len(tokens.ids) == read
    assert tokens.ids[-1] == vocabulary["[SEP]"]
    assert tokens.truncated is truncated


def test_each_text_has_its_own_flag_and_no_padding(tokenizer):
    rows = tokenizer.encode(["dog", "dog " * 50, "", "dog cat"])

    assert [row.truncated for row in rows] == [False, True, False, False]
    assert [len(row.ids) for row in rows] == [3, 16, 2, 4]


def test_the_limit_of_characters_counts_the_normalized_text(tokenizer):
    spaced = "dog" + " " * 2 * MAX_CHARS + "cat"
    lengthened = "so" + "o" * 2 * MAX_CHARS
    longest = "xy" * (MAX_CHARS // 2)  # one word, and so one token
    rows = tokenizer.encode([spaced, lengthened, longest, f"{longest}z"])

    assert [row.truncated for row in rows] == [False, False, False, True]
    assert rows[0].ids == tokenizer.encode(["dog cat"])[0].ids
    assert rows[1].ids == tokenizer.encode(["soo"])[0].ids


def test_a_word_beyond_the_limit_of_characters_is_not_read(tiny_artifact):
    roomy = TweetTokenizer(Tokenizer.from_str(tiny_artifact.tokenizer), max_tokens=MAX_CHARS)
    within, beyond = roomy.encode(["dog " * 2_499 + "cat ", "dog " * 2_500 + "cat"])

    assert (len(within.ids), within.truncated) == (2_502, False)
    assert beyond.truncated
    assert beyond.ids == roomy.encode(["dog " * 2_500])[0].ids


@pytest.mark.parametrize("unit", ["dog ", "xy", "😂🎉", "\u0301\u0316", "@ann ", "#Day ", ":( "])
def test_a_hundred_thousand_characters_are_read_up_to_the_limit(tokenizer, unit):
    (tokens,) = tokenizer.encode([unit * (100_000 // len(unit))])

    assert tokens.truncated
    assert len(tokens.ids) <= 16


@given(st.text(st.characters(), max_size=60))
@example("\ud800\udc00")
@example("[SEP][PAD][CLS] [UNK]")
@example("a\x00b")
def test_any_string_becomes_ids_that_the_model_knows(tokenizer, text):
    (tokens,) = tokenizer.encode([text])

    assert 2 <= len(tokens.ids) <= tokenizer.max_tokens
    assert all(0 <= i <= tokenizer.highest_id for i in tokens.ids)


def test_a_text_is_read_the_same_in_any_company(tokenizer):
    texts = ["dog", "", "so happy today", "cat " * 40, "ßé 😂"]
    assert tokenizer.encode(texts) == [tokenizer.encode([text])[0] for text in texts]


def test_no_texts_are_no_rows(tokenizer):
    assert tokenizer.encode([]) == []


def test_padding_and_truncation_of_the_file_do_not_count(tiny_artifact):
    foreign = Tokenizer.from_str(tiny_artifact.tokenizer)
    foreign.enable_padding(length=12)
    foreign.enable_truncation(max_length=4)
    tokenizer = TweetTokenizer(Tokenizer.from_str(foreign.to_str()), max_tokens=8)

    assert [len(row.ids) for row in tokenizer.encode(["dog", "dog " * 20])] == [3, 8]


def test_the_highest_id_counts_added_tokens(tiny_artifact, vocabulary):
    grown = Tokenizer.from_str(tiny_artifact.tokenizer)
    grown.add_tokens(["😂"])

    assert TweetTokenizer(grown, max_tokens=8).highest_id == len(vocabulary)


def test_training_pads_with_the_padding_token(tokenizer, vocabulary):
    assert tokenizer.pad_id == vocabulary["[PAD]"]


def test_the_file_that_it_writes_reads_alike_and_sets_no_limits(tokenizer):
    text = tokenizer.to_json()
    fields = json.loads(text)
    again = TweetTokenizer(Tokenizer.from_str(text), max_tokens=16)

    assert fields["truncation"] is None
    assert fields["padding"] is None
    assert again.encode(["i feel good", "dog " * 40]) == tokenizer.encode(["i feel good", "dog " * 40])
    assert tokenizer.encode(["dog " * 40])[0].truncated  # writing has not lifted its own limit
