"""Batches: each row once, similar lengths together, and padding."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="training needs torch: make test-train")

from tweetmoji.train.loop.batches import Subsample, batch_by_length, collate, count_batches, make_epoch_batches  # noqa: E402

SOME_LENGTHS = np.random.default_rng(0).integers(3, 60, size=2000).tolist()

lengths = st.lists(st.integers(2, 128), min_size=1, max_size=300)
batch_sizes = st.integers(1, 40)
seeds = st.integers(0, 2**31)


def padded_share(batches):
    """Tokens of the padded batches for each token of the texts; 1 is no padding."""
    padded = sum(len(rows) * max(SOME_LENGTHS[i] for i in rows) for rows in batches)
    return padded / sum(SOME_LENGTHS)


@given(lengths=lengths, batch_size=batch_sizes, seed=seeds, epoch=st.integers(0, 99))
def test_make_epoch_batches_has_each_row_once_in_batches_of_batch_size(lengths, batch_size, seed, epoch):
    batches = make_epoch_batches(lengths, batch_size, seed, epoch)
    assert sorted(np.concatenate(batches).tolist()) == list(range(len(lengths)))
    assert max(len(rows) for rows in batches) <= batch_size
    assert len(batches) == -(-len(lengths) // batch_size)


@given(before=st.integers(0, 50), size=st.integers(1, 100), after=st.integers(0, 50), share=st.floats(0, 1), seed=seeds)
def test_subsample_takes_count_of_its_rows_and_all_rows_outside_it(before, size, after, share, seed):
    subsample = Subsample(before, before + size, round(size * share))
    total = before + size + after
    batches = make_epoch_batches([3] * total, 8, seed, 0, [subsample])
    taken = sorted(np.concatenate(batches).tolist()) if batches else []
    sampled = [row for row in taken if subsample.start <= row < subsample.stop]
    assert len(set(taken)) == len(taken)
    assert len(sampled) == subsample.count
    assert [row for row in taken if row not in sampled] == [*range(before), *range(before + size, total)]
    assert len(batches) == count_batches(total, 8, [subsample])


@given(
    start=st.integers(0, 50),
    size=st.integers(1, 60),
    count=st.integers(1, 300),
    seed=seeds,
)
def test_draw_takes_each_row_equally_often_but_for_a_rest(start, size, count, seed):
    drawn = Subsample(start, start + size, count).draw(np.random.default_rng(seed))
    assert drawn.shape == (count,)
    assert (drawn >= start).all()
    assert (drawn < start + size).all()
    times = np.bincount(drawn - start, minlength=size)
    assert set(times.tolist()) <= {count // size, count // size + 1}
    assert (times > count // size).sum() == count % size


def test_draw_depends_on_the_generator_alone():
    drawn = [Subsample(3, 23, 30).draw(np.random.default_rng(seed)).tolist() for seed in (0, 0, 1)]
    assert drawn[0] == drawn[1]
    assert sorted(drawn[0]) != sorted(drawn[2])


def test_epoch_has_rows_of_a_small_subsample_several_times():
    subsample = Subsample(10, 14, 10)
    batches = make_epoch_batches([3] * 20, 4, 0, 0, [subsample])
    times = np.bincount(np.concatenate(batches), minlength=20)
    assert times[:10].tolist() == [1] * 10
    assert times[14:].tolist() == [1] * 6
    assert sorted(times[10:14].tolist()) == [2, 2, 3, 3]
    assert len(batches) == count_batches(20, 4, [subsample]) == 7


def test_subsample_takes_other_rows_in_another_epoch_and_the_same_in_the_same():
    first, again, second = (
        set(np.concatenate(make_epoch_batches([3] * 100, 8, 0, epoch, [Subsample(10, 90, 20)])).tolist())
        for epoch in (0, 0, 1)
    )
    assert first == again != second


def test_rows_beyond_the_first_pool_are_in_the_batches_too():
    batches = make_epoch_batches(SOME_LENGTHS, 8, seed=0, epoch=0)
    assert sorted(np.concatenate(batches).tolist()) == list(range(len(SOME_LENGTHS)))
    assert len(batches) == len(SOME_LENGTHS) / 8


def test_same_seed_and_epoch_give_the_same_batches():
    one, other = (make_epoch_batches(SOME_LENGTHS, 16, seed=3, epoch=2) for _ in range(2))
    assert [rows.tolist() for rows in one] == [rows.tolist() for rows in other]


@pytest.mark.parametrize(("seed", "epoch"), [(3, 1), (4, 2), (2, 3)])
def test_another_seed_or_epoch_gives_other_batches(seed, epoch):
    together = {frozenset(rows.tolist()) for rows in make_epoch_batches(SOME_LENGTHS, 16, seed=3, epoch=2)}
    others = {frozenset(rows.tolist()) for rows in make_epoch_batches(SOME_LENGTHS, 16, seed=seed, epoch=epoch)}
    assert len(together & others) < len(together) / 10


def test_batches_of_similar_length_need_little_padding():
    shuffled = np.random.default_rng(1).permutation(len(SOME_LENGTHS)).reshape(-1, 16)
    assert padded_share(shuffled) > 1.6
    assert padded_share(make_epoch_batches(SOME_LENGTHS, 16, seed=0, epoch=0)) < 1.1


def test_batches_are_shuffled_not_in_order_of_length():
    longest = [max(SOME_LENGTHS[i] for i in rows) for rows in make_epoch_batches(SOME_LENGTHS, 16, seed=0, epoch=0)]
    rises = sum(after > before for before, after in itertools.pairwise(longest))
    assert len(longest) / 4 < rises < len(longest) * 3 / 4


def test_collate_pads_to_the_longest_and_masks_the_padding():
    batch = collate([[2, 7, 3], [2, 3], [2, 7, 8, 9, 3]], pad_id=5)
    assert set(batch) == {"input_ids", "attention_mask"}
    assert batch["input_ids"].tolist() == [[2, 7, 3, 5, 5], [2, 3, 5, 5, 5], [2, 7, 8, 9, 3]]
    assert batch["attention_mask"].tolist() == [[1, 1, 1, 0, 0], [1, 1, 0, 0, 0], [1, 1, 1, 1, 1]]
    assert {tensor.dtype for tensor in batch.values()} == {torch.int64}


def test_collate_does_not_mask_a_token_with_the_id_of_the_padding():
    assert collate([[2, 0, 3]], pad_id=0)["attention_mask"].tolist() == [[1, 1, 1]]


@given(lengths=lengths, batch_size=batch_sizes)
def test_batch_by_length_has_each_row_once_from_short_to_long(lengths, batch_size):
    ids = [[1] * length for length in lengths]
    batches = [rows.tolist() for rows in batch_by_length(ids, batch_size)]
    order = [row for rows in batches for row in rows]
    assert sorted(order) == list(range(len(lengths)))
    assert [lengths[row] for row in order] == sorted(lengths)
    assert {len(rows) for rows in batches[:-1]} <= {batch_size}
    assert 1 <= len(batches[-1]) <= batch_size
