"""`read_inputs`: the outputs of the network and the classes of the texts go together."""

from dataclasses import replace

import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="training needs torch: make test-train")

from tweetmoji.data import LabelSet, SourceChoice  # noqa: E402
from tweetmoji.emotions import EMOTIONS, NONE  # noqa: E402
from tweetmoji.train import CorpusChoice, TrainingRun  # noqa: E402
from tweetmoji.train.inputs import read_inputs  # noqa: E402


@pytest.mark.parametrize(("none", "expected"), [(True, (*EMOTIONS, NONE)), (False, EMOTIONS)])
def test_none_is_an_output_and_a_class_unless_it_is_switched_off(
    full_corpus, toy_base, settings, tmp_path, none, expected
):
    corpus = replace(full_corpus, sources=(SourceChoice("written"),))
    run = TrainingRun(corpus=corpus, base=str(toy_base), out=tmp_path / "model", settings=settings)
    inputs = read_inputs(run, LabelSet(none=none))
    assert inputs.labels.outputs == expected
    assert list(inputs.network.config.id2label.values()) == list(expected)
    splits = (*inputs.corpus.train, *inputs.corpus.val, *inputs.corpus.test)
    assert {part.labels for part in splits} == {expected}


def test_none_is_no_output_where_the_sources_do_not_teach_it(toy_root, toy_base, settings, tmp_path):
    run = TrainingRun(corpus=CorpusChoice(toy_root), base=str(toy_base), out=tmp_path / "model", settings=settings)
    assert read_inputs(run, LabelSet()).labels.outputs == EMOTIONS
