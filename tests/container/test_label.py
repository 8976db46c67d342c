"""``tweetmoji label`` in the container: a mounted folder, streams, and the images with extras: Parquet, Ray."""

import csv
import io
import json
import secrets

import pytest

pytestmark = pytest.mark.container

USER = ("--user", "4711:4712")
LEAST_PRIVILEGES = (
    "--read-only",
    "--cap-drop",
    "ALL",
    "--security-opt",
    "no-new-privileges",
    "--network",
    "none",
    *USER,
)
TEXTS = ["Today is a good day!", 'I miss you, "so much"', "How dare they 😡", "two\nlines"]
LAYERS_MB = 350
"""Largest size of what the extra adds to the image."""


@pytest.fixture(scope="module")
def expected(shipped_emojifier):
    """Emoji and label of each text."""
    return [(prediction.emoji, prediction.label) for prediction in shipped_emojifier.predict(TEXTS)]


@pytest.fixture
def folder(tmp_path):
    """A folder that a user of the container may write into."""
    tmp_path.chmod(0o777)
    return tmp_path


@pytest.fixture
def mounted(folder):
    """Options for a container with the folder in its working directory and as few rights as can be."""
    return (*LEAST_PRIVILEGES, "--volume", f"{folder}:/work")


def write_table(path):
    """Write the texts as the ending of the name says."""
    with path.open("w", encoding="utf-8", newline="") as file:
        if path.suffix == ".jsonl":
            file.writelines(f"{json.dumps({'id': i, 'text': text})}\n" for i, text in enumerate(TEXTS))
        else:
            writer = csv.writer(file, delimiter="\t" if path.suffix == ".tsv" else ",")
            writer.writerows([("id", "text"), *enumerate(TEXTS)])


def read_table(text, ending):
    """Emoji and label of each row."""
    if ending == ".jsonl":
        rows = [json.loads(line) for line in text.splitlines()]
    else:
        rows = list(csv.DictReader(io.StringIO(text), delimiter="\t" if ending == ".tsv" else ","))
    assert [row["text"] for row in rows] == TEXTS
    return [(row["emoji"], row["label"]) for row in rows]


def test_files_of_a_mounted_folder_are_labeled_with_the_least_privileges(run, folder, mounted, expected):
    names = [f"tweets{ending}" for ending in (".csv", ".tsv", ".jsonl")]
    for name in names:
        write_table(folder / name)
    completed = run("label", *names, "-o", "labeled", options=mounted)
    assert completed.returncode == 0, completed.stderr
    for labeled in (folder / "labeled" / name for name in names):
        assert labeled.stat().st_uid == int(USER[1].partition(":")[0])
        assert read_table(labeled.read_bytes().decode("utf-8"), labeled.suffix) == expected


def test_streams_are_labeled_with_the_least_privileges(run, folder, expected):
    write_table(folder / "tweets.csv")
    completed = run(
        "label", "-", "--input-format", "csv", "-o", "-",
        options=(*LEAST_PRIVILEGES, "--interactive", "--tmpfs", "/tmp"),
        input=(folder / "tweets.csv").read_text(encoding="utf-8"),
    )  # fmt: skip
    assert completed.returncode == 0, completed.stderr
    assert read_table(completed.stdout, ".csv") == expected


@pytest.mark.parametrize(
    ("output", "named"),
    [("/opt/labeled.csv", "Permission denied"), ("/tmp/labeled.parquet", "'.[label]'")],
    ids=["rights", "extra"],
)
def test_output_that_cannot_be_written_is_an_error_in_one_line(server, output, named):
    command = f"printf 'text\nhappy\n' | tweetmoji label - --input-format csv -o {output}"
    completed = server.execute("sh", "-c", command, check=False)
    assert completed.returncode == 1
    assert completed.stderr.startswith("tweetmoji: ")
    assert completed.stderr.count("\n") == 1, completed.stderr
    assert named in completed.stderr


def test_image_with_the_extra_labels_parquet_and_writes_a_summary(docker, label_image, folder, mounted, expected):
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is missing: pip install '.[label]'")
    write_table(folder / "tweets.csv")
    docker(
        "run", "--rm", *mounted, "--tmpfs", "/tmp", label_image,
        "label", "tweets.csv", "-o", "labeled.parquet", "--summary", "summary.html", "--progress", "off",
    )  # fmt: skip
    rows = parquet.read_table(folder / "labeled.parquet").to_pylist()
    assert [(row["emoji"], row["label"]) for row in rows] == expected
    assert "<svg" in (folder / "summary.html").read_text(encoding="utf-8")


def test_image_with_ray_labels_a_folder_as_a_job_of_a_cluster(docker, ray_image, folder, expected):
    """As deploy/kubernetes/label-ray-job has it, with the head as the only machine."""
    (folder / "tweets").mkdir()
    for number in range(2):
        write_table(folder / "tweets" / f"{number}.csv")
    job = "tweetmoji label /work/tweets -o /work/labeled --engine ray --threads 1"
    head = "ray start --head --num-cpus=1 --disable-usage-stats --object-store-memory=200000000"
    rights = ("--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--shm-size", "512m")
    docker(
        "run", "--rm", "--init", *rights, "--tmpfs", "/tmp:exec", "--volume", f"{folder}:/work", "--entrypoint", "bash",
        "--env", "RAY_AUTH_MODE=token", "--env", f"RAY_AUTH_TOKEN={secrets.token_hex(32)}", ray_image,
        "-c", f"{head} && ray job submit --address http://127.0.0.1:8265 -- {job}",
    )  # fmt: skip
    for number in range(2):
        labeled = (folder / "labeled" / f"{number}.csv").read_text(encoding="utf-8")
        assert read_table(labeled, ".csv") == expected


def test_image_with_the_extra_is_the_server_and_one_layer(docker, image, label_image):
    layers, more = (
        json.loads(docker("image", "inspect", "--format", "{{json .RootFS.Layers}}", name).stdout)
        for name in (image, label_image)
    )
    assert more[:-1] == layers
    size = docker("history", "--human=false", "--format", "{{.Size}}", label_image).stdout.split()[0]
    assert 0 < int(size) <= LAYERS_MB * 1e6
