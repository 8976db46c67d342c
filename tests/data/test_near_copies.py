"""`find_near_copies`: copies with a few words changed are found, texts with a phrase in common are not."""

import pytest

from tweetmoji.data.near_copies import find_cleaned_copies, find_near_copies
from tweetmoji.text import normalize


@pytest.mark.parametrize(
    ("text", "copied"),
    [
        ("The library doesn't charge late fees on children's books.", True),
        ("so what is the difference between baking soda and baking powder?", True),
        ("HAPPY NOW", True),
        ("Never in a million years did I think my shy brother would do stand up", False),
        ("I am happy now", False),
    ],
)
def test_find_near_copies_of_held_out_texts(text, copied):
    held_out = [
        "The library does not charge late fees on children's books.",
        "What is the difference between baking soda and baking powder, anyone?",
        "Not in a million years did I think a raccoon could work a zipper.",
        "happy now",
    ]
    found = list(find_near_copies(["nothing like them", text], held_out))
    assert [i for i, _ in found] == [1] * copied
    assert {original for _, original in found} <= set(held_out)


def test_find_near_copies_of_texts_without_words_is_empty():
    assert list(find_near_copies(["😂", "", "!!"], ["😂", "", "!!"])) == []


def test_find_cleaned_copies_overlooks_the_name_of_an_emoji():
    assert len(normalize("😂").split()) == 5
    assert find_cleaned_copies(["good old times 😂"], ["late again 😂"]) == {}


def test_find_cleaned_copies_overlooks_the_form_of_entities_and_names_the_cleaned_original():
    found = find_cleaned_copies(["nothing", "salt &amp; pepper on the table"], ["salt & pepper  on the table"])
    assert found == {1: "salt & pepper on the table"}
