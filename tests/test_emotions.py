"""The labels and emoji of the shipped model: what is fixed by the dataset and by the original service."""

import pytest

import tweetmoji
from tweetmoji.emotions import CLASSES, EMOJI, EMOTIONS, NONE


def test_the_emotions_stand_in_the_order_of_the_dataset():
    assert EMOTIONS == ("sadness", "joy", "love", "anger", "fear", "surprise")
    assert tweetmoji.EMOTIONS is EMOTIONS


def test_none_is_the_last_class():
    assert CLASSES[:-1] == EMOTIONS
    assert CLASSES[-1] == NONE == "none"


def test_every_emotion_has_its_own_emoji_in_the_same_order():
    assert tuple(EMOJI) == EMOTIONS
    assert len(set(EMOJI.values())) == len(EMOTIONS)


def test_joy_is_the_emoji_of_the_original_service():
    assert EMOJI["joy"] == "😂"


def test_every_emoji_is_one_code_point():
    assert [len(sign) for sign in EMOJI.values()] == [1] * 6


def test_the_emoji_cannot_be_changed_for_everyone():
    with pytest.raises(TypeError):
        EMOJI["joy"] = "😊"
