"""The installed program on real files of every format, written by other tools and read back by them."""

import gzip
import http.server
import json
import signal
import subprocess
import sys
import threading
import time
from functools import partial

import pytest
from tests.installed import PROGRAM, make_environment

DEADLINE_S = 120
TEXTS = ["happy", "so sad", 'say "good", he said', "two\nlines", "é 😂 scared", "a;b\tfurious", " adore "]
LABELS = ["joy", "sadness", "joy", None, None, "anger", "love"]
"""Of texts that are words which the tiny model knows; None where other characters count too."""
SPREADSHEET = '\ufeffId;"Tweet text";Note\r\n1;"happy";"1,5"\r\n2;"so ""good"";\r\n a day";\r\n3;sad;=A1+1\r\n'
"""As a spreadsheet writes it where the comma is in numbers."""


@pytest.fixture
def environment(tiny_folder):
    return make_environment(TWEETMOJI_MODEL=str(tiny_folder))


@pytest.fixture
def label(environment, tmp_path):
    """Run the program in the test's folder; it must end well."""

    def run(*arguments, code=0, stdin=b""):
        done = subprocess.run(
            [PROGRAM, "label", *map(str, arguments)],
            env=environment, cwd=tmp_path, input=stdin, capture_output=True, timeout=DEADLINE_S, check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stderr.decode()
        return done

    return run


def known(labels):
    """The labels of texts with a word that the tiny model knows."""
    return [label for label, expected in zip(labels, LABELS, strict=True) if expected]


EXPECTED = [label for label in LABELS if label]


@pytest.mark.parametrize("ending", [".csv", ".csv.gz", ".parquet", ".jsonl", ".csv.zst"])
def test_pandas_writes_and_reads(label, tmp_path, ending):
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"id": range(len(TEXTS)), "text": TEXTS, "x": [None, 1.5] + [0.1] * 5})
    source, output = tmp_path / f"a{ending}", tmp_path / f"b{ending}"
    if "csv" in ending:
        frame.to_csv(source, index=False)
    elif ending == ".parquet":
        frame.to_parquet(source)
    else:
        frame.to_json(source, orient="records", lines=True)
    label(source, "-o", output)
    read = {".parquet": pd.read_parquet, ".jsonl": partial(pd.read_json, lines=True)}.get(ending, pd.read_csv)
    found = read(output)
    assert known(found["label"].tolist()) == EXPECTED
    pd.testing.assert_frame_equal(found[["id", "text", "x"]], read(source))


@pytest.mark.parametrize("ending", [".csv", ".csv.gz", ".parquet", ".ndjson", ".csv.zst"])
def test_polars_writes_and_reads(label, tmp_path, ending):
    pl = pytest.importorskip("polars")
    frame = pl.DataFrame({"text": TEXTS, "n": [[i] for i in range(len(TEXTS))]})
    if "csv" in ending:
        frame = frame.with_columns(n=pl.Series(range(len(TEXTS))))
    source, output = tmp_path / f"a{ending}", tmp_path / f"b{ending}"
    if "csv" in ending:
        plain = frame.write_csv().encode()
        pack = {".gz": gzip.compress, ".zst": lambda content: pytest.importorskip("zstandard").compress(content)}
        source.write_bytes(pack.get(source.suffix, bytes)(plain))
    else:
        {".parquet": frame.write_parquet, ".ndjson": frame.write_ndjson}[ending](source)
    label(source, "-o", output)
    found = {".parquet": pl.read_parquet, ".ndjson": pl.read_ndjson}.get(ending, pl.read_csv)(output)
    assert known(found["label"].to_list()) == EXPECTED
    assert found.select(frame.columns).equals(frame)


@pytest.mark.parametrize("ending", [".csv", ".csv.gz", ".parquet", ".jsonl"])
def test_duckdb_writes_and_reads(label, tmp_path, ending):
    duckdb = pytest.importorskip("duckdb")
    source, output = tmp_path / f"a{ending}", tmp_path / f"b{ending}"
    with duckdb.connect() as db:
        db.execute("create table t (id integer, text varchar)")
        db.executemany("insert into t values (?, ?)", list(enumerate(TEXTS)))
        db.execute(f"copy t to '{source}'")
        label(source, "-o", output)
        found = db.execute(f"select label, text, id from '{output}' order by id").fetchall()
    assert known([row[0] for row in found]) == EXPECTED
    assert [row[1] for row in found] == TEXTS


def test_spreadsheet_csv_stays_one(label, tmp_path):
    pd = pytest.importorskip("pandas")
    (tmp_path / "a.csv").write_text(SPREADSHEET, encoding="utf-8", newline="")
    label("a.csv", "-o", "b.csv", "--text-column", "Tweet text")
    written = (tmp_path / "b.csv").read_bytes().decode("utf-8")
    assert written.startswith('\ufeffId;"Tweet text";Note;emoji;label;confidence;error\r\n1;"happy";"1,5";😂;joy;')
    found = pd.read_csv(tmp_path / "b.csv", sep=";", decimal=",")
    assert found["Tweet text"].tolist() == ["happy", 'so "good";\r\n a day', "sad"]
    assert found["label"].tolist() == ["joy", "joy", "sadness"]


def test_partitioned_dataset_keeps_its_partitions(label, tmp_path):
    pl = pytest.importorskip("polars")
    duckdb = pytest.importorskip("duckdb")
    pl.DataFrame({"text": ["happy", "sad"], "year": [2024, 2025]}).write_parquet(
        pl.PartitionBy(tmp_path / "in", key="year") if hasattr(pl, "PartitionBy") else tmp_path / "in"
    )
    label("in", "-o", "out")
    with duckdb.connect() as db:
        found = db.execute(f"select label, year from '{tmp_path}/out/**/*.parquet' order by year").fetchall()
    assert found == [("joy", 2024), ("sadness", 2025)]
    dataset = pytest.importorskip("pyarrow.dataset")  # leaves the journal out
    assert sorted(dataset.dataset(tmp_path / "out").to_table()["label"].to_pylist()) == ["joy", "sadness"]


def test_stream_goes_through_a_pipe(environment, tmp_path):
    script = "printf 'happy\\nsad\\n' | tweetmoji label - -o - --progress off | cut -d , -f 3 | tail -n 2"
    done = subprocess.run(
        ["bash", "-c", script], env=environment, cwd=tmp_path, capture_output=True, timeout=DEADLINE_S, check=True
    )
    assert (done.stdout, done.stderr) == (b"joy\nsadness\n", b"")
    assert list(tmp_path.glob("*.csv")) == []


def test_stdin_that_is_a_file_is_read_from_where_it_is(environment, tmp_path):
    (tmp_path / "a.txt").write_text("happy\nsad\n", encoding="utf-8")
    script = "{ read -r; tweetmoji label - -o - --progress off; } < a.txt | cut -d , -f 3"
    done = subprocess.run(
        ["bash", "-c", script], env=environment, cwd=tmp_path, capture_output=True, timeout=DEADLINE_S, check=True
    )
    assert done.stdout == b"label\nsadness\n"


def test_parquet_goes_through_a_pipe(label):
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({"text": TEXTS}), sink)
    done = label("-", "-o", "-", "--input-format", "parquet", stdin=sink.getvalue().to_pybytes())
    assert known(pq.read_table(pa.BufferReader(done.stdout))["label"].to_pylist()) == EXPECTED


def test_closed_pipe_ends_as_after_sigpipe(environment, tmp_path):
    script = "yes happy | head -n 200000 | tweetmoji label - -o - 2>err | head -n 1 >/dev/null; echo ${PIPESTATUS[2]}"
    done = subprocess.run(
        ["bash", "-c", script], env=environment, cwd=tmp_path, capture_output=True, timeout=DEADLINE_S, check=True
    )
    assert done.stdout == b"141\n"
    assert (tmp_path / "err").read_bytes() == b""


@pytest.fixture
def address(tmp_path):
    """A web server of the test's folder."""
    pytest.importorskip("fsspec")
    pytest.importorskip("aiohttp")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=tmp_path)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_url_is_read(label, address, tmp_path):
    (tmp_path / "a.csv").write_text("text\nhappy\nsad\n", encoding="utf-8")
    label(f"{address}/a.csv", "-o", "b.jsonl")
    lines = (tmp_path / "b.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["label"] for line in lines] == ["joy", "sadness"]


def test_url_is_written(label, tmp_path):
    pytest.importorskip("fsspec")
    (tmp_path / "a.csv").write_text("text\nhappy\n", encoding="utf-8")
    label("a.csv", "-o", f"file://{tmp_path}/far/b.csv")
    assert "joy" in (tmp_path / "far/b.csv").read_text(encoding="utf-8")


def write_many(path, rows):
    with path.open("w", encoding="utf-8") as file:
        file.write("id,text\n")
        file.writelines(f"{i},{TEXTS[i % 2]} {i}\n" for i in range(rows))


def count_parts(folder):
    return len(list(folder.glob("*.part")))


def test_ctrl_c_ends_with_130_and_the_same_command_continues(environment, label, tmp_path, poll):
    write_many(tmp_path / "a.csv", 60_000)
    process = subprocess.Popen(
        [PROGRAM, "label", "a.csv", "-o", "b.csv"],
        env=environment, cwd=tmp_path, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    poll(lambda: process.poll() is not None or count_parts(tmp_path / ".b.csv.journal") >= 1, "a part")
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=DEADLINE_S)[1].decode()
    assert process.returncode == 130
    assert said.startswith("tweetmoji: interrupted after ")
    assert said.endswith(" rows; the same command continues\n")
    assert not (tmp_path / "b.csv").exists()
    assert "by an earlier run" in label("a.csv", "-o", "b.csv").stderr.decode()
    assert len((tmp_path / "b.csv").read_text(encoding="utf-8").splitlines()) == 60_001


def is_drained(pipe):
    """Whether all that was written to a pipe has been read."""
    fcntl, termios = pytest.importorskip("fcntl"), pytest.importorskip("termios")
    return int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)), sys.byteorder) == 0


def test_ctrl_c_ends_it_though_stdin_sends_no_more(environment, tmp_path, poll):
    process = subprocess.Popen(
        [PROGRAM, "label", "-", "-o", "b.csv"],
        env=environment, cwd=tmp_path, stdin=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    with process:
        process.stdin.write(b"happy\n")
        process.stdin.flush()
        poll(lambda: process.poll() is not None or is_drained(process.stdin), "the read")
        process.send_signal(signal.SIGINT)
        try:
            code = process.wait(DEADLINE_S)
        finally:
            process.kill()
        said = process.stderr.read()
    assert (code, said) == (130, b"tweetmoji: interrupted after 0 rows; a stream cannot be continued\n")
    assert list(tmp_path.glob(".tweetmoji-label-*")) == []


@pytest.mark.system
@pytest.mark.parametrize(("name", "kills"), [("b.csv", 10), ("b.parquet", 10)])
def test_killed_at_random_moments_the_output_is_the_same(environment, label, tmp_path, name, kills):
    import random

    write_many(tmp_path / "a.csv", 120_000)
    start = time.monotonic()
    label("a.csv", "-o", f"whole/{name}", "--threads", "1")
    whole_s = time.monotonic() - start
    rng = random.Random(name)
    command = [PROGRAM, "label", "a.csv", "-o", name, "--progress", "off", "--threads"]
    killed = 0
    while killed < kills:
        threads = str(1 + killed % 3)
        process = subprocess.Popen([*command, threads], env=environment, cwd=tmp_path)
        try:
            assert process.wait(rng.uniform(0.2, 1.0) * whole_s / 4) == 0
            (tmp_path / name).unlink()  # finished before the kill: once more from the beginning
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            killed += 1
    label("a.csv", "-o", name)
    assert (tmp_path / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
