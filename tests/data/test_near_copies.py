"""`find_near_copies`: copies with a few words changed are found, texts with a phrase in common are not."""

import pytest

from tweetmoji.data.near_copies import find_near_copies


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
