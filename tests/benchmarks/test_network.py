"""`benchmarks/ways/network.py`: multiply-adds, counted by hand."""

from ways.network import count_attention_multiply_adds, count_multiply_adds


def test_multiply_adds_of_one_token_are_the_weights_of_the_layers():
    assert count_multiply_adds(1) == 6 * (4 * 384 * 384 + 2 * 384 * 1536) == 10_616_832


def test_multiply_adds_of_attention_grow_with_the_square():
    assert count_attention_multiply_adds(36**2) == 6 * 12 * (36 * 32 * 36 + 36 * 36 * 32)
