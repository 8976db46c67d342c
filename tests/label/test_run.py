"""Runs from files to files: what is written, what is resumed, what is refused."""

import csv
import gzip
import io
import json
import os

import pytest

from tweetmoji.errors import DataError, SettingError
from tweetmoji.label.options import MaxErrors

ROWS = ["happy", "sad", "happy", "furious", "scared", "adore", "good", "so sad", "today"]
CSV = "id,text\n" + "".join(f"{i},{text}\n" for i, text in enumerate(ROWS))


def read_csv(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def expected(tiny_emojifier):
    return tiny_emojifier.predict(ROWS)


def test_answers_are_those_of_predict(label, write, tmp_path, expected):
    write("a.csv", CSV)
    outcome = label("a.csv", to="b.csv", scores=True)
    rows = read_csv(tmp_path / "b.csv")
    assert [row["text"] for row in rows] == ROWS
    assert [row["emoji"] for row in rows] == [one.emoji for one in expected]
    assert [float(row["confidence"]) for row in rows] == [one.confidence for one in expected]
    assert [float(row["fear"]) for row in rows] == [one.scores["fear"] for one in expected]
    assert {row["error"] for row in rows} == {""}
    assert outcome.tally.rows == outcome.new_rows == len(ROWS)
    assert outcome.errors is None
    assert not (tmp_path / "b.csv.errors.jsonl").exists()


def test_text_that_comes_again_in_a_part_is_computed_once(label, write, counting):
    write("a.csv", CSV)
    label("a.csv", to="b.csv", emojifier=counting)
    assert counting.asked == [list(dict.fromkeys(ROWS))]


def test_cells_stay_as_they_are(label, write, tmp_path):
    rows = ['007,"a, b",happy,"x\r\ny"', "1e5,NULL,sad,", '"","""q""",good, z ']
    write("a.csv", "\ufeff" + "\r\n".join(["id,note,text,more", *rows]))
    label("a.csv", to="b.csv")
    content = (tmp_path / "b.csv").read_bytes().decode("utf-8")
    assert content.startswith("\ufeffid,note,text,more,emoji,label,confidence,error\r\n")
    for row in rows:
        assert f"\r\n{row}," in content


def test_unsure_rows_have_neither_emoji_nor_label(label, write, tmp_path, tiny_emojifier):
    write("a.csv", CSV)
    outcome = label("a.csv", to="b.csv", min_confidence=0.9)
    confident = tiny_emojifier.predict(ROWS, min_confidence=0.9)
    rows = read_csv(tmp_path / "b.csv")
    assert [row["emoji"] or None for row in rows] == [one.emoji for one in confident]
    assert all(row["confidence"] for row in rows)
    assert outcome.tally.unsure == sum(one.emoji is None for one in confident) > 0


def test_bad_rows_are_kept_with_a_message_and_listed(label, write, tmp_path):
    write("a.csv", 'id,text\n1,happy\n2\n3,"open\n4,sad\n')
    outcome = label("a.csv", to="b.csv")
    rows = read_csv(tmp_path / "b.csv")
    assert [row["label"] for row in rows] == ["joy", "", "", "sadness"]
    assert [bool(row["error"]) for row in rows] == [False, True, True, False]
    listed = [json.loads(line) for line in (tmp_path / "b.csv.errors.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(one["file"], one["row"], one["line"]) for one in listed] == [("a.csv", 2, 3), ("a.csv", 3, 4)]
    assert listed[0]["error"] == rows[1]["error"]
    assert outcome.tally.bad == {"fields": 1, "quote": 1}
    assert outcome.errors.name == "b.csv.errors.jsonl"


def test_bad_rows_are_left_out_with_skip(label, write, tmp_path):
    write("a.csv", "id,text\n1,happy\n2\n3,sad\n")
    outcome = label("a.csv", to="b.csv", on_error="skip")
    rows = read_csv(tmp_path / "b.csv")
    assert [(row["id"], row["label"]) for row in rows] == [("1", "joy"), ("3", "sadness")]
    assert "error" not in rows[0]
    assert (outcome.tally.bad_rows, (tmp_path / "b.csv.errors.jsonl").exists()) == (1, True)


@pytest.mark.parametrize(("allowed", "stops"), [("1", True), ("2", False), ("20%", True), ("50%", False)])
def test_too_many_bad_rows_stop(label, write, tmp_path, allowed, stops):
    write("a.csv", "text\nhappy\n\n\nsad\n")
    if stops:
        with pytest.raises(DataError, match=r"2 of 4 rows are bad, listed in .*: more than --max-errors"):
            label("a.csv", to="b.csv", max_errors=MaxErrors.parse(allowed))
        assert not (tmp_path / "b.csv").exists()
        label("a.csv", to="b.csv")  # more are allowed now, and nothing else has changed
    else:
        label("a.csv", to="b.csv", max_errors=MaxErrors.parse(allowed))
    assert len(read_csv(tmp_path / "b.csv")) == 4


@pytest.mark.parametrize("text", ["-1", "101%", "x", "%", ""])
def test_other_limits_are_refused(text):
    with pytest.raises(SettingError, match="expected a number of rows such as 100, or a share such as 1%"):
        MaxErrors.parse(text)


def test_finished_output_is_known_and_nothing_is_computed(label, write, counting):
    write("a.csv", "text\nhappy\n\n")
    first = label("a.csv", to="b.csv")
    again = label("a.csv", to="b.csv", emojifier=counting)
    assert counting.asked == []
    assert (again.new_rows, again.tally, again.errors) == (0, first.tally, first.errors)


def test_foreign_output_is_not_touched_without_overwrite(label, write, tmp_path):
    write("a.csv", CSV)
    write("b.csv", "mine")
    with pytest.raises(SettingError, match=r"b\.csv: is there already; .*--overwrite"):
        label("a.csv", to="b.csv")
    assert (tmp_path / "b.csv").read_text(encoding="utf-8") == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "b.csv"]
    label("a.csv", to="b.csv", overwrite=True)
    assert len(read_csv(tmp_path / "b.csv")) == len(ROWS)


@pytest.mark.parametrize("restart", [False, True])
def test_output_that_was_changed_is_foreign(label, write, restart):
    write("a.csv", CSV)
    label("a.csv", to="b.csv")
    changed = write("b.csv", "mine")
    with pytest.raises(SettingError, match="--overwrite"):
        label("a.csv", to="b.csv", restart=restart)
    assert changed.read_text(encoding="utf-8") == "mine"


def test_output_that_was_taken_away_is_made_again(label, write, tmp_path, counting):
    write("a.csv", CSV)
    label("a.csv", to="b.csv")
    (tmp_path / "b.csv").rename(tmp_path / "kept.csv")
    label("a.csv", to="b.csv", emojifier=counting)
    assert counting.asked != []
    assert (tmp_path / "b.csv").read_bytes() == (tmp_path / "kept.csv").read_bytes()


def test_input_that_is_new_in_a_folder_is_named(label, write, counting):
    write("d/a.csv", CSV)
    label("d", to="out")
    write("d/b.csv", CSV)
    with pytest.raises(SettingError, match=r"out: was made otherwise: the input .*/d/b\.csv is new; --overwrite"):
        label("d", to="out", emojifier=counting)
    assert counting.asked == []


def test_journal_that_is_damaged_is_named(label, write):
    write("a.csv", CSV)
    write(".b.csv.journal/journal.jsonl", "\0\0\n")
    with pytest.raises(DataError, match=r"\.b\.csv\.journal/journal\.jsonl: is damaged \(.*\); remove its folder"):
        label("a.csv", to="b.csv")


@pytest.mark.parametrize("remedy", ["overwrite", "restart"])
def test_other_options_than_those_of_the_output_are_named(label, write, tmp_path, remedy):
    write("a.csv", CSV)
    label("a.csv", to="b.csv")
    with pytest.raises(SettingError, match=r"prefix was '' and is 't_'; --overwrite"):
        label("a.csv", to="b.csv", prefix="t_")
    label("a.csv", to="b.csv", prefix="t_", **{remedy: True})
    assert "t_emoji" in read_csv(tmp_path / "b.csv")[0]


class Killed(BaseException):
    """What a kill would be, as near as one process can have it."""


@pytest.fixture
def kill_at(monkeypatch):
    """Stop at the k-th time that something is made to last; gives the number of times so far."""

    def arm(k):
        count = [0]

        def counted(function):
            def call(*arguments, **options):
                count[0] += 1
                if count[0] == k:
                    raise Killed
                return function(*arguments, **options)

            return call

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", counted(os.fsync))
            patch.setattr("pathlib.Path.replace", counted(__import__("pathlib").Path.replace))
            patch.setattr("pathlib.Path.unlink", counted(__import__("pathlib").Path.unlink))
            yield count

    return arm


@pytest.mark.parametrize("output", ["b.csv.gz", "b.parquet"])
def test_stopped_anywhere_it_continues_to_the_same_bytes(label, write, tmp_path, small_parts, kill_at, output):
    source = write("a.csv", 'id,text\n1,"two\nlines"\n2\n3,"open\n4,good\n')
    label(source, to=output)
    whole, listed = (tmp_path / output).read_bytes(), (tmp_path / f"{output}.errors.jsonl").read_bytes()
    k = 0
    while True:
        k += 1
        to = tmp_path / str(k) / output
        for count in kill_at(k):
            try:
                label(source, to=to)
                done = True
            except Killed:
                done = False
            reached = count[0]
        if done and reached < k:
            break
        assert not to.exists() or to.read_bytes() == whole
        label(source, to=to)
        assert to.read_bytes() == whole
        assert to.with_name(f"{output}.errors.jsonl").read_bytes() == listed
        assert sorted(path.name for path in to.parent.glob(".*/*")) == ["journal.jsonl", "lock"]
    assert k > 15


def stop_after(label, monkeypatch, parts, *inputs, **options):
    """Run until some parts are done."""
    from tweetmoji.label.sinks import JournalSink

    add = JournalSink.add
    done = []

    def stop(self, part):
        if len(done) == parts:
            raise Killed
        done.append(part)
        add(self, part)

    with monkeypatch.context() as patch:
        patch.setattr(JournalSink, "add", stop)
        with pytest.raises(Killed):
            label(*inputs, **options)


@pytest.fixture
def stopped(label, write, small_parts, monkeypatch):
    """A run of CSV that was stopped after two parts."""
    write("a.csv", CSV)
    stop_after(label, monkeypatch, 2, "a.csv", to="b.csv")


def test_only_what_is_not_finished_is_computed(stopped, label, counting, tmp_path):
    outcome = label("a.csv", to="b.csv", emojifier=counting)
    assert counting.texts == ROWS[4:]
    assert (outcome.new_rows, outcome.tally.rows) == (len(ROWS) - 4, len(ROWS))
    assert [row["text"] for row in read_csv(tmp_path / "b.csv")] == ROWS


def test_line_that_a_kill_cut_off_is_dropped(stopped, label, counting, tmp_path):
    journal = tmp_path / ".b.csv.journal" / "journal.jsonl"
    journal.write_bytes(journal.read_bytes()[:-5])
    label("a.csv", to="b.csv", emojifier=counting)
    assert counting.texts == ROWS[2:]
    label("a.csv", to="b.csv")
    assert [row["text"] for row in read_csv(tmp_path / "b.csv")] == ROWS


def test_restart_begins_again(stopped, label, counting):
    label("a.csv", to="b.csv", emojifier=counting, restart=True)
    assert len(counting.texts) == len(ROWS)


@pytest.mark.parametrize("change", ["option", "model", "content", "time"])
def test_what_has_changed_is_named(stopped, label, write, tmp_path, change, heads_emojifier):
    options = {}
    if change == "option":
        options, said = {"min_confidence": 0.5}, r"min_confidence was 0\.0 and is 0\.5"
    elif change == "model":
        options, said = {"emojifier": heads_emojifier}, "model was 'tiny .*' and is 'tiny .*'"
    elif change == "content":
        write("a.csv", CSV + "10,happy\n")
        said = r"the input .*a\.csv has another size and time of modification and content"
    else:
        os.utime(tmp_path / "a.csv", (0, 0))
        said = r"the input .*a\.csv has another time of modification"
    with pytest.raises(SettingError, match=f"b.csv: was begun otherwise: {said}; --restart begins again"):
        label("a.csv", to="b.csv", **options)


def test_vanished_input_is_named_and_what_is_done_is_kept(stopped, label, tmp_path, counting):
    content = (tmp_path / "a.csv").read_bytes()
    times = (tmp_path / "a.csv").stat()
    (tmp_path / "a.csv").unlink()
    with pytest.raises(DataError, match=r"a\.csv: no such file"):
        label("a.csv", to="b.csv")
    (tmp_path / "a.csv").write_bytes(content)
    os.utime(tmp_path / "a.csv", ns=(times.st_atime_ns, times.st_mtime_ns))
    label("a.csv", to="b.csv", emojifier=counting)
    assert counting.texts == ROWS[4:]


def test_truncated_gzip_says_where_and_keeps_what_is_done(label, write, tmp_path, monkeypatch):
    monkeypatch.setattr("tweetmoji.label.readers.lines.PART_ROWS", 100)
    rows = "".join(f"{i:0300d} {os.urandom(200).hex()}\n" for i in range(8000))
    content = gzip.compress(f"text\n{rows}".encode())
    write("a.csv.gz", content[: len(content) // 2])
    with pytest.raises(DataError, match=r"a\.csv\.gz: the gzip data end early .* rows are labeled and kept"):
        label("a.csv.gz", to="b.csv")
    assert not (tmp_path / "b.csv").exists()
    assert len(list((tmp_path / ".b.csv.journal").glob("*.part"))) > 10


def test_full_disk_says_so_and_keeps_what_is_done(label, write, monkeypatch, small_parts, counting):
    write("a.csv", CSV)
    from tweetmoji.label.journal import Journal

    write_part = Journal.write_part

    def fill(self, file, part, kind, content):
        if part == 2:
            raise OSError(28, "No space left on device", "b.part")
        write_part(self, file, part, kind, content)

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "write_part", fill)
        with pytest.raises(
            DataError, match=r"b\.part: No space left on device; [0-9]+ rows .* the same command continues"
        ):
            label("a.csv", to="b.csv")
    label("a.csv", to="b.csv", emojifier=counting)
    assert counting.texts == ROWS[4:]


def test_input_that_changes_while_it_is_read_is_an_error(label, write, tmp_path, small_parts, monkeypatch):
    write("a.csv", CSV)
    from tweetmoji.label.sinks import JournalSink

    add = JournalSink.add

    def touch(self, part):
        os.utime(tmp_path / "a.csv", (0, 0))
        add(self, part)

    monkeypatch.setattr(JournalSink, "add", touch)
    with pytest.raises(DataError, match=r"a\.csv: was changed while it was read"):
        label("a.csv", to="b.csv")
    assert not (tmp_path / "b.csv").exists()


def test_second_process_at_the_same_output_is_refused(label, write, tmp_path):
    fcntl = pytest.importorskip("fcntl")
    write("a.csv", CSV)
    (tmp_path / ".b.csv.journal").mkdir()
    with (tmp_path / ".b.csv.journal" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(SettingError, match="another tweetmoji label is at work"):
            label("a.csv", to="b.csv")


def test_folder_is_mirrored_with_its_partitions(label, write, tmp_path):
    for name in ("d/year=2024/a.csv", "d/year=2025/a.csv", "d/b.txt", "d/.hidden.csv", "d/_SUCCESS", "d/notes.md"):
        write(name, CSV)
    outcome = label("d", to="out")
    written = sorted(path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.*sv"))
    assert written == ["b.csv", "year=2024/a.csv", "year=2025/a.csv"]
    assert outcome.tally.rows == 2 * len(ROWS) + CSV.count("\n")
    assert label("d", to="out").new_rows == 0


def test_folder_continues_with_the_file_that_was_not_finished(
    label, write, small_parts, monkeypatch, counting, tmp_path
):
    for name in "abc":
        write(f"d/{name}.csv", CSV)
    stop_after(label, monkeypatch, 7, "d", to="out")
    assert [path.name for path in (tmp_path / "out").glob("*.csv")] == ["a.csv"]
    label("d", to="out", emojifier=counting)
    assert len(counting.texts) == 2 * len(ROWS) - 4
    assert {path.read_bytes() for path in (tmp_path / "out").glob("*.csv")} == {(tmp_path / "out/a.csv").read_bytes()}


@pytest.mark.parametrize("source", [".", "**/*.csv"])
def test_output_within_the_input_is_no_input(label, write, source):
    write("d/a.csv", CSV)
    assert label(source, to="out").new_rows == len(ROWS)
    again = label(source, to="out")
    assert (again.new_rows, again.tally.rows) == (0, len(ROWS))


def test_bad_rows_of_a_folder_are_listed_within_it(label, write, tmp_path):
    write("d/a.csv", "text\nhappy\n\n")
    write("d/b.csv", "text\n\n")
    outcome = label("d", to="out")
    assert outcome.errors.name == ".errors.jsonl"
    listed = [json.loads(line) for line in (tmp_path / "out/.errors.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(one["file"], one["row"]) for one in listed] == [("d/a.csv", 2), ("d/b.csv", 1)]


def test_column_that_is_missing_in_the_last_file_shows_before_the_first_is_labeled(label, write, counting, tmp_path):
    write("d/a.csv", CSV)
    write("d/b.csv", "a,b\n1,2\n")
    with pytest.raises(SettingError, match=r"d/b\.csv: which column"):
        label("d", to="out", emojifier=counting)
    assert counting.asked == []
    assert not (tmp_path / "out").exists()


def test_column_in_the_name_of_a_partition_clashes_too(label, write):
    write("d/label=joy/a.csv", CSV)
    with pytest.raises(SettingError, match="has a column 'label' already"):
        label("d", to="out")


def test_number_of_threads_changes_no_byte(label, write, tmp_path, tiny_emojifier):
    write("a.csv", CSV * 3)
    for threads in (1, 2, 3):
        label("a.csv", to=f"{threads}.csv", emojifier=tiny_emojifier.with_threads(threads))
    assert len({(tmp_path / f"{threads}.csv").read_bytes() for threads in (1, 2, 3)}) == 1


@pytest.fixture
def stdin(monkeypatch):
    """Bytes on stdin."""

    def fill(content):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))

    return fill


def test_stdin_to_a_file_lists_bad_rows_and_leaves_nothing_else(label, stdin, tmp_path):
    stdin(b"happy\n\xff\n")
    outcome = label("-", to="b.csv")
    assert [row["label"] for row in read_csv(tmp_path / "b.csv")] == ["joy", ""]
    assert outcome.errors.name == "b.csv.errors.jsonl"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.csv", "b.csv.errors.jsonl"]


def test_output_that_is_there_is_refused_for_streams_and_urls_too(label, stdin, write, tmp_path):
    pytest.importorskip("fsspec")
    write("a.csv", CSV)
    write("b.csv", "mine")
    for source, to in [("-", "b.csv"), ("a.csv", f"file://{tmp_path}/b.csv")]:
        stdin(b"happy\n")
        with pytest.raises(SettingError, match=r"b\.csv: is there already; .*--overwrite"):
            label(source, to=to)
        assert (tmp_path / "b.csv").read_text(encoding="utf-8") == "mine"
    label("a.csv", to=f"file://{tmp_path}/b.csv", overwrite=True)
    assert len(read_csv(tmp_path / "b.csv")) == len(ROWS)


def test_json_of_stdin_is_read_twice(label, stdin, tmp_path):
    stdin(b'{"text": "happy"}\n{"text": "sad", "x": 1}\n')
    label("-", to="b.csv", input_format="jsonl")
    assert [row["x"] for row in read_csv(tmp_path / "b.csv")] == ["", "1"]


def test_failure_of_a_remote_file_system_is_one_line(label, write, monkeypatch):
    memory = pytest.importorskip("fsspec").filesystem("memory")

    class NoCredentialsError(Exception):
        pass

    def refuse(*_):
        raise NoCredentialsError("unable to locate credentials")

    write("a.csv", CSV)
    monkeypatch.setattr(type(memory), "put_file", refuse)
    with pytest.raises(DataError, match=r"^memory://to/b\.csv: cannot be written: unable to locate credentials$"):
        label("a.csv", to="memory://to/b.csv")
    monkeypatch.setattr(type(memory), "info", refuse)
    with pytest.raises(DataError, match=r"^memory://from/a\.csv: cannot be read: unable to locate credentials$"):
        label("memory://from/a.csv", to="b.csv")


def test_remote_folder_becomes_a_remote_folder(label):
    memory = pytest.importorskip("fsspec").filesystem("memory")
    memory.pipe({"/from/k=1/a.csv": CSV.encode(), "/from/k=2/b.csv": CSV.encode()})
    label("memory://from", to="memory://to")
    assert sorted(memory.find("/to")) == ["/to/k=1/a.csv", "/to/k=2/b.csv"]
    assert memory.cat("/to/k=1/a.csv").startswith(b"id,text,emoji,")
