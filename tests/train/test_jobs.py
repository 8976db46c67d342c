"""What a training job is told: its defaults, and what it refuses before anything is read."""

from pathlib import Path

import pytest

from tweetmoji import SettingError
from tweetmoji.data import SourceChoice
from tweetmoji.data.labels import LabelSet
from tweetmoji.train import CorpusChoice, CrossValidationRun, StudentData, TeacherRun, TrainingRun, TrainSettings

OWN = LabelSet(("praise", "question"), {"praise": "👏", "question": "❓"})
TOLD = {"corpus": CorpusChoice(Path("data")), "base": "base"}


def test_defaults_are_source_emotion_the_six_emotions_and_default_settings():
    run = TrainingRun(**TOLD, out=Path("model"))
    assert run.corpus.sources == (SourceChoice("emotion"),)
    assert (run.labels, run.settings, run.student_data, run.score_test) == (LabelSet(), TrainSettings(), None, True)


def test_corpus_without_source_is_refused():
    with pytest.raises(SettingError, match="no source is named; expected at least one"):
        CorpusChoice(Path("data"), ())


def test_corpus_with_columns_needs_a_table():
    CorpusChoice(Path("data"), (SourceChoice("emotion"), SourceChoice("table")), ("tweet", "mood"))
    with pytest.raises(SettingError, match="columns are tweet and mood, and only a table has columns"):
        CorpusChoice(Path("data"), columns=("tweet", "mood"))


def test_training_run_with_own_labels_and_a_teacher_is_refused():
    student_data = StudentData(Path("teacher.npz"), (SourceChoice("tweets"),))
    TrainingRun(**TOLD, out=Path("model"), student_data=student_data)
    with pytest.raises(SettingError, match=r"a teacher has the labels sadness, .* and the model has praise, question"):
        TrainingRun(**TOLD, out=Path("model"), student_data=student_data, labels=OWN)


def test_student_data_names_each_collection_once_and_at_least_one():
    with pytest.raises(SettingError, match="no unlabeled texts are named"):
        StudentData(Path("teacher.npz"), ())
    with pytest.raises(SettingError, match="unlabeled texts are tweets, tweets; expected each once"):
        StudentData(Path("teacher.npz"), (SourceChoice("tweets"), SourceChoice("tweets", 5)))


@pytest.mark.parametrize("name", ["model", "out-of-fold.npy", ".npz", "out-of-fold.npz.gz"])
@pytest.mark.parametrize(("job", "more"), [(CrossValidationRun, {}), (TeacherRun, {"unlabeled": ("tweets",)})])
def test_file_that_does_not_end_in_npz_is_refused(job, more, name):
    with pytest.raises(SettingError, match=r"--out .*: expected the name of a file that ends in \.npz"):
        job(**TOLD, **more, out=Path(name))


def test_cross_validation_needs_two_folds():
    assert CrossValidationRun(**TOLD, out=Path("a.npz"), folds=2).folds == 2
    with pytest.raises(SettingError, match="folds is 1; expected at least 2"):
        CrossValidationRun(**TOLD, out=Path("a.npz"), folds=1)


def test_teacher_run_names_each_collection_once_and_at_least_one():
    with pytest.raises(SettingError, match="no unlabeled texts are named; expected at least one"):
        TeacherRun(**TOLD, out=Path("a.npz"), unlabeled=())
    with pytest.raises(SettingError, match="unlabeled texts are emoji, emoji; expected each once"):
        TeacherRun(**TOLD, out=Path("a.npz"), unlabeled=("emoji", "emoji"))
