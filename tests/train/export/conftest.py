"""A trained toy network, its weights and the ranges of its activations."""

import pytest


@pytest.fixture(scope="session")
def bert(uninterrupted):
    from tweetmoji.train.export.bert import BertClassifier

    return BertClassifier.from_network(uninterrupted[0])


@pytest.fixture(scope="session")
def ranges(bert, toy):
    from tweetmoji.train.export.ranges import measure_ranges

    return measure_ranges(bert, toy.encoded["train"].ids)
