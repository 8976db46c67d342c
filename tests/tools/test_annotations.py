"""`tools/annotations.py`: what is drawn, what readers' files are refused for, and what the check finds."""

import json

import pytest

pytest.importorskip("sklearn", reason="scikit-learn is not installed: pip install '.[evaluate]'")

from tests.toys.datasets import write_files

import annotations
from annotation.rows import read_parts
from annotation.sheets import draw_tweets, read_tweets, write_sheets
from annotation.summary import render_table, summarize
from annotations import main
from tweetmoji import DataError
from tweetmoji.data.keys import hash_texts, make_keys
from tweetmoji.data.near_copies import find_cleaned_copies
from tweetmoji.data.sources.annotated import LABELS

WORDS = ("sun", "rain", "train", "cake", "door", "cat", "song", "team")
TWEETS = [f"{word} number {i}" for i, word in enumerate(WORDS * 3)]
SIZES = {"test": 4, "train": 6}
TRAIN_LABELS = ("sadness", "joy", "love", "anger", "fear", "none")


@pytest.fixture
def root(tmp_path):
    """Datasets with 24 tweets, of which the last two have an emoji, and with copies that do not count."""
    copies = ["SUN  &amp; fun", "see you @ann", "kept out", "see you @bob"]
    write_files(tmp_path / "data" / "unlabelled", {"tweets.txt": "".join(f"{text}\n" for text in TWEETS[:22] + copies)})
    files = {
        "mapping.txt": "0\t❤\t_red_heart_\n",
        "train_text.txt": f"{TWEETS[22]} \n{TWEETS[23]} \nheld out \nsee you @cy\n",
        "train_labels.txt": "0\n0\n0\n0\n",
        "val_text.txt": "Held out!\nKept out\n",
        "val_labels.txt": "0\n0\n",
    }
    write_files(tmp_path / "data" / "tweeteval-emoji", files)
    return tmp_path / "data"


@pytest.fixture
def drawn(root, tmp_path, monkeypatch):
    """The folder of the sheets, four tweets for test and six for train, and a place for the annotations."""
    monkeypatch.setattr(annotations, "TWEETS", SIZES)
    monkeypatch.setattr(annotations, "FOLDER", tmp_path / "annotated")
    assert main(["draw", "--data", str(root), "--out", str(tmp_path / "sheets")]) == 0
    return tmp_path / "sheets"


def read_hashes(folder, name):
    return [line.split("\t")[0] for path in sorted(folder.glob(f"{name}-*")) for line in path.read_text().splitlines()]


def write_reading(path, hashes, labels):
    path.write_text("".join(f"{key}\t{label}\n" for key, label in zip(hashes, labels, strict=True)), encoding="utf-8")
    return str(path)


@pytest.fixture
def collected(drawn, tmp_path):
    """Annotations: the two readings of test agree on two of four tweets."""
    test, train = read_hashes(drawn, "test"), read_hashes(drawn, "train")
    first = write_reading(tmp_path / "first.tsv", test, ["joy", "joy", "none", "none"])
    parts = [
        write_reading(tmp_path / "second-1.tsv", test[2:], ["none", "mixed"]),
        write_reading(tmp_path / "second-2.tsv", test[:2], ["joy", "none"]),
    ]
    third = write_reading(tmp_path / "third.tsv", train, TRAIN_LABELS)
    arguments = ["collect", "--sheets", str(drawn), "--test", first, "--test", *parts, "--train", third]
    assert main(arguments) == 0
    return tmp_path / "annotated"


def test_read_tweets_has_each_text_once_and_none_of_the_val_split(root):
    tweets = read_tweets(root)
    assert tweets == [
        *TWEETS[:22],
        "SUN  &amp; fun",
        "see you @ann",
        f"{TWEETS[22]} ❤",
        f"{TWEETS[23]} ❤",
        "see you @cy ❤",
    ]


def test_draw_tweets_by_seed():
    draws = [draw_tweets(TWEETS, SIZES, seed) for seed in (0, 0, 1)]
    assert draws[0] == draws[1] != draws[2]
    assert [len(texts) for texts in draws[0].values()] == [4, 6]
    assert len({text for texts in draws[0].values() for text in texts}) == 10


def test_draw_tweets_leaves_near_copies_of_test_tweets_out_of_training():
    sentences = [f"{word} on the long way home {word}" for word in WORDS]
    copies = [f"{sentence}, I said, @a https://t.co/1" for sentence in sentences]
    drawn = draw_tweets([*sentences, *copies], {"test": 2, "train": 2}, seed=0)
    assert find_cleaned_copies(drawn["train"], drawn["test"]) == {}
    assert find_cleaned_copies(copies, drawn["test"])  # so some had to be left out


def test_draw_tweets_says_how_many_there_are():
    with pytest.raises(DataError, match=r"24 different tweets leave 20 for train; expected 21"):
        draw_tweets(TWEETS, {"test": 4, "train": 21}, seed=0)


def test_sheets_hold_hash_and_cleaned_text_of_each_drawn_tweet_once(tmp_path):
    tweets = ["tab\there &lt;3", "line\u2028separator", *TWEETS[:11]]
    write_sheets(tmp_path / "sheets", {"test": tweets[:3], "train": tweets[3:]})
    assert (tmp_path / "sheets" / "test-1.tsv").read_text(encoding="utf-8").splitlines() == [
        f"{make_keys([tweets[0]])[0]:016x}\ttab here <3",
        f"{make_keys([tweets[1]])[0]:016x}\tline separator",
    ]
    assert read_hashes(tmp_path / "sheets", "test") == hash_texts(tweets[:3])
    assert read_hashes(tmp_path / "sheets", "train") == hash_texts(tweets[3:])
    counts = [len(path.read_text().splitlines()) for path in sorted((tmp_path / "sheets").glob("train-*"))]
    assert counts == [2, 2, 2, 2, 1, 1]


@pytest.mark.parametrize("folder", [".", "data/annotated/sheets", "tools/../sheets"])
def test_draw_refuses_a_folder_inside_the_repository(root, folder, capsys, monkeypatch):
    monkeypatch.chdir(annotations.ROOT)
    with pytest.raises(SystemExit):
        main(["draw", "--data", str(root), "--out", folder])
    assert f"--out {folder.removesuffix('/.')}: is inside the repository" in capsys.readouterr().err


def test_draw_overwrites_no_sheets(drawn, root, capsys):
    with pytest.raises(SystemExit):
        main(["draw", "--data", str(root), "--out", str(drawn), "--seed", "1"])
    assert "holds 'test-1.tsv'; expected a new or an empty folder" in capsys.readouterr().err


def test_collect_writes_labels_by_hash_and_no_text(collected, drawn):
    test, train = read_hashes(drawn, "test"), read_hashes(drawn, "train")
    labels = [("joy", "joy"), ("joy", "none"), ("none", "none"), ("none", "mixed")]
    rows = sorted(f"{key}\t{a}\t{b}" for key, (a, b) in zip(test, labels, strict=True))
    assert (collected / "test.tsv").read_text().splitlines() == ["hash\tlabel_1\tlabel_2", *rows]
    rows = sorted(f"{key}\t{a}" for key, a in zip(train, TRAIN_LABELS, strict=True))
    assert (collected / "train.tsv").read_text().splitlines() == ["hash\tlabel", *rows]


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda rows: [rows[0].replace("joy", "bliss"), *rows[1:]], "a.tsv:1: unknown label 'bliss'; expected one of"),
        (lambda rows: [*rows, rows[1]], "a.tsv:7: the tweet of {}a.tsv:2 again; expected each once"),
        (lambda rows: [*rows, "00ff\tjoy"], "a.tsv:7: the hash '00ff' is on no sheet: copy it from its sheet"),
        (lambda rows: rows[:5], "sheets/train-6.tsv:1: the tweet {hash} has no label in {}a.tsv"),
    ],
)
def test_collect_names_file_and_row_of_a_fault_and_writes_nothing(drawn, tmp_path, capsys, spoil, fault):
    hashes = read_hashes(drawn, "train")
    rows = spoil([f"{key}\tjoy" for key in hashes])
    (tmp_path / "a.tsv").write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    assert main(["collect", "--sheets", str(drawn), "--train", str(tmp_path / "a.tsv")]) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{tmp_path}/" + fault.format(f"{tmp_path}/", hash=hashes[5]))
    assert not (tmp_path / "annotated").exists()


def test_collect_refuses_a_tweet_of_the_other_part(drawn, tmp_path, capsys):
    hashes = read_hashes(drawn, "train")
    path = write_reading(tmp_path / "a.tsv", [*hashes, read_hashes(drawn, "test")[0]], ["none"] * 7)
    assert main(["collect", "--sheets", str(drawn), "--train", path]) == 1
    assert "a.tsv:7: the hash" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--test", "a.tsv"], "--test is given 1 times; expected 2, once for each reader"),
        (["--train", "a.tsv", "--train", "a.tsv"], "--train is given 2 times; expected 1"),
        ([], "no readers' files; name them with --test or --train"),
        (["--train", "a.tsv"], "a.tsv:2: 1 columns; expected hash, label with tabs between"),
        (["--train", "b.tsv"], "b.tsv: no such file; expected hash<TAB>label lines"),
    ],
)
def test_collect_refuses_other_files(drawn, tmp_path, capsys, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.tsv").write_text("00ff\tjoy\n00fe joy\n", encoding="utf-8")
    with pytest.raises(SystemExit):
        main(["collect", "--sheets", str(drawn), *arguments])
    assert message in capsys.readouterr().err


def test_collect_asks_for_missing_sheets(drawn, capsys):
    (drawn / "train-3.tsv").unlink()
    with pytest.raises(SystemExit):
        main(["collect", "--sheets", str(drawn), "--train", "a.tsv"])
    assert "train-3.tsv: no such file; expected a sheet: write all with draw --out" in capsys.readouterr().err


def test_check_counts_and_measures_agreement(collected, root, capsys):
    assert main(["check", "--data", str(root)]) == 0
    output = capsys.readouterr().out.splitlines()[-12:]
    # observed agreement 2/4; by chance 2·1 for joy and 2·2 for none of 16, so 6/16
    assert output[0] == "test: n = 4, the same label twice for 2 (50.0%), Cohen's kappa 0.200"
    assert output[1] == "train: n = 6"
    counts = {label: list(map(int, numbers)) for label, *numbers in (line.split() for line in output[-8:])}
    assert (counts["joy"], counts["none"], counts["mixed"]) == ([2, 1, 1, 1], [2, 2, 1, 1], [0, 1, 0, 0])


def test_check_prints_json_and_says_that_it_saw_no_tweets(collected, capsys, monkeypatch):
    monkeypatch.delenv("TWEETMOJI_DATA_DIR", raising=False)
    capsys.readouterr()
    assert main(["check", "--json"]) == 0
    output = capsys.readouterr()
    summary = json.loads(output.out)
    assert summary["test"]["kappa"] == pytest.approx(0.2)
    assert summary["test"]["labels"]["none"] == {"reader_1": 2, "reader_2": 2, "both": 1}
    assert summary["train"] == {"n": 6, "labels": {label: int(label in TRAIN_LABELS) for label in LABELS}}
    assert summary["compared_with_tweets"] is False
    assert output.err == "not compared with the tweets: name their folder with --data\n"


def test_document_shows_the_same_counts(collected):
    lines = render_table(summarize(**read_parts(collected))).splitlines()
    assert lines[0] == "| label | `test.tsv`, reader 1 | reader 2 | both | `train.tsv` |"
    assert "| `joy` | 2 | 1 | 1 | 1 |" in lines
    assert lines[-3] == "| all | 4 | 4 | 2 | 6 |"
    assert lines[-1] == "Cohen's kappa of the two readings is 0.200, for 4 tweets and all eight labels."


@pytest.mark.parametrize(
    ("part", "row", "fault"),
    [
        ("train", "00ff\tjoy", "train.tsv:8: the hash '00ff' belongs to no tweet of the datasets"),
        ("train", "{train}\tjoy", "train.tsv:8: the tweet of {folder}/train.tsv:2 again"),
        ("train", "{test}\tjoy", "train.tsv:8: the tweet of {folder}/test.tsv:2; expected none of the test set"),
        ("test", "{test}\tjoy\tjoyful", "test.tsv:6: unknown label 'joyful'"),
    ],
)
def test_check_names_file_and_row_of_a_fault(collected, root, capsys, part, row, fault):
    hashes = {name: (collected / f"{name}.tsv").read_text().splitlines()[1][:16] for name in SIZES}
    with (collected / f"{part}.tsv").open("a", encoding="utf-8") as file:
        file.write(row.format_map(hashes) + "\n")
    capsys.readouterr()
    assert main(["check", "--data", str(root)]) == 1
    output = capsys.readouterr()
    assert output.err.startswith(f"{collected}/{fault.format(folder=collected)}")
    assert not output.out


def test_check_finds_near_copies_of_test_tweets(collected, root, capsys):
    tweets = root / "unlabelled" / "tweets.txt"
    pair = ["up before dawn for the early train", "up before dawn for the early train again"]
    with tweets.open("a", encoding="utf-8") as file:
        file.writelines(f"{text}\n" for text in pair)
    for name, text, labels in (("test", pair[0], "none\tnone"), ("train", pair[1], "none")):
        with (collected / f"{name}.tsv").open("a", encoding="utf-8") as file:
            file.write(f"{hash_texts([text])[0]}\t{labels}\n")
    assert main(["check", "--data", str(root)]) == 1
    [fault] = capsys.readouterr().err.splitlines()
    assert fault == f"{collected}/train.tsv:8: near copy of a test tweet; expected none: remove the row"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("hash\tlabel_1\n", "test.tsv:1: the header is 'hash\\tlabel_1'; expected hash, label_1, label_2"),
        ("hash\tlabel_1\tlabel_2\n00ff\tjoy\n", "test.tsv:2: 2 columns; expected hash, label_1, label_2"),
    ],
)
def test_check_refuses_other_columns(collected, capsys, content, message):
    (collected / "test.tsv").write_text(content, encoding="utf-8")
    with pytest.raises(SystemExit):
        main(["check"])
    assert message in capsys.readouterr().err
