"""Reading a model folder: every part is checked, and what is wrong is said with the file's name."""

import json
import os
import pickle
import subprocess
import sys
from dataclasses import replace

import pytest

import tweetmoji
from tweetmoji import ArtifactError
from tweetmoji.runtime.artifact import CONFIG, FILES, METRICS, SHIPPED, SUMS, TOKENIZER, WEIGHTS, read_artifact


def edit_config(folder, **changes):
    path = folder / CONFIG
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")


def test_a_whole_folder_is_read_as_it_was_made(tiny_folder, tiny_artifact):
    assert read_artifact(tiny_folder) == replace(tiny_artifact, folder=tiny_folder)


def test_the_shipped_model_is_read():
    assert read_artifact(SHIPPED).config.labels == tweetmoji.EMOTIONS


def test_the_version_is_that_of_the_weights(tiny_folder):
    artifact = read_artifact(tiny_folder)

    assert artifact.version == artifact.sha256[WEIGHTS][:12]
    assert set(artifact.sha256) == set(FILES)


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(ArtifactError) as caught:
        tweetmoji.load(tmp_path / "nowhere")

    assert str(caught.value).startswith(f"{tmp_path / 'nowhere'}: no such folder; expected a model folder with")


def test_a_file_in_place_of_the_folder_is_no_folder(tiny_folder):
    with pytest.raises(ArtifactError, match=r"model.onnx: no such folder"):
        tweetmoji.load(tiny_folder / WEIGHTS)


@pytest.mark.parametrize("name", [*FILES, SUMS])
def test_a_missing_file_is_named(tiny_folder, name):
    (tiny_folder / name).unlink()
    with pytest.raises(ArtifactError) as caught:
        tweetmoji.load(tiny_folder)

    assert str(caught.value).startswith(f"{tiny_folder}: {name} missing")


def test_all_missing_files_are_named_at_once(tmp_path):
    with pytest.raises(ArtifactError) as caught:
        tweetmoji.load(tmp_path)

    assert f"{', '.join((*FILES, SUMS))} missing" in str(caught.value)


def test_a_folder_in_place_of_a_file_is_named(tiny_folder):
    (tiny_folder / METRICS).unlink()
    (tiny_folder / METRICS).mkdir()
    with pytest.raises(ArtifactError, match=r"metrics.json missing"):
        tweetmoji.load(tiny_folder)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no FIFOs")
def test_a_fifo_in_place_of_the_config_is_not_waited_for(tiny_folder):
    (tiny_folder / CONFIG).unlink()
    os.mkfifo(tiny_folder / CONFIG)
    command = [sys.executable, "-c", "import sys, tweetmoji; tweetmoji.load(sys.argv[1])", tiny_folder]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert f"ArtifactError: {tiny_folder}: {CONFIG} missing; a complete model folder has the regular" in done.stderr


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("place", [0.0, 0.5, 1.0])
def test_one_changed_bit_is_found_and_its_file_named(tiny_folder, name, place):
    content = bytearray((tiny_folder / name).read_bytes())
    content[int(place * (len(content) - 1))] ^= 1
    (tiny_folder / name).write_bytes(content)

    with pytest.raises(ArtifactError) as caught:
        tweetmoji.load(tiny_folder)

    assert str(caught.value).startswith(f"{tiny_folder / name}: ")


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("keep", [0, 10])
def test_a_cut_off_file_is_called_damaged(tiny_folder, name, keep):
    (tiny_folder / name).write_bytes((tiny_folder / name).read_bytes()[:keep])
    with pytest.raises(ArtifactError) as caught:
        tweetmoji.load(tiny_folder)

    assert str(caught.value).startswith(f"{tiny_folder / name}: damaged")
    assert "SHA256SUMS says" in str(caught.value)


def test_another_models_weights_are_found_by_their_checksum(tiny_folder):
    (tiny_folder / WEIGHTS).write_bytes((SHIPPED / WEIGHTS).read_bytes())
    with pytest.raises(ArtifactError, match=r"model.onnx: damaged"):
        tweetmoji.load(tiny_folder)


SPOILT_SUMS = {
    "empty": lambda _: "",
    "one space": lambda sums: sums.replace("  ", " "),
    "a stranger's name": lambda sums: sums.replace(WEIGHTS, "other.onnx"),
    "a line too few": lambda sums: "\n".join(sums.splitlines()[1:]),
    "a line twice": lambda sums: sums + sums.splitlines()[0] + "\n",
    "a line of another form": lambda sums: sums + "no digest\n",
    "no hex digits": lambda sums: sums.replace(sums[:64], "g" * 64),
    "a digit too few": lambda sums: sums[1:],
    "not ASCII": lambda sums: "é" + sums,
}


@pytest.mark.parametrize("spoil", SPOILT_SUMS.values(), ids=SPOILT_SUMS.keys())
def test_checksums_of_another_form_are_refused(tiny_folder, spoil):
    path = tiny_folder / SUMS
    path.write_text(spoil(path.read_text(encoding="ascii")), encoding="utf-8")

    with pytest.raises(ArtifactError) as caught:
        tweetmoji.load(tiny_folder)

    assert str(caught.value).startswith(f"{path}: expected one line '<SHA-256>  <file>' for each of model.onnx")


@pytest.mark.parametrize("number", range(len(FILES)))
def test_a_wrong_checksum_is_found(tiny_folder, number):
    path = tiny_folder / SUMS
    lines = path.read_text(encoding="ascii").splitlines(keepends=True)
    lines[number] = ("1" if lines[number][0] == "0" else "0") + lines[number][1:]
    path.write_text("".join(lines), encoding="ascii")

    with pytest.raises(ArtifactError, match=f"{FILES[number]}: damaged: its SHA-256 is .*SHA256SUMS says"):
        tweetmoji.load(tiny_folder)


def test_checksums_may_be_in_any_order_and_of_binary_mode(tiny_folder):
    path = tiny_folder / SUMS
    lines = path.read_text(encoding="ascii").replace("  ", " *").splitlines()
    path.write_text("\n".join(reversed(lines)), encoding="ascii")

    assert set(read_artifact(tiny_folder).sha256) == set(FILES)


def test_another_librarys_model_folder_is_refused(tmp_path):
    for name in ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "vocab.txt"):
        (tmp_path / name).write_text('{"model_type": "bert"}', encoding="utf-8")
    with pytest.raises(ArtifactError, match=r"model.onnx, metrics.json, SHA256SUMS missing"):
        tweetmoji.load(tmp_path)


def test_another_librarys_config_is_refused(tiny_folder, reseal):
    (tiny_folder / CONFIG).write_text('{"model_type": "bert", "hidden_size": 384}', encoding="utf-8")
    reseal(tiny_folder)
    with pytest.raises(ArtifactError, match=r"config.json: no format_version; this is not the config of a tweetmoji"):
        tweetmoji.load(tiny_folder)


def test_a_newer_model_is_called_newer_even_if_its_checksums_mean_something_else(tiny_folder):
    edit_config(tiny_folder, format_version=3)
    (tiny_folder / SUMS).write_text("blake3 of everything\n", encoding="ascii")
    with pytest.raises(ArtifactError, match=r"config.json: format_version 3 is newer .* pip install --upgrade"):
        tweetmoji.load(tiny_folder)


def test_a_newer_model_is_called_newer_even_if_its_files_have_other_names(tiny_folder):
    edit_config(tiny_folder, format_version=3)
    (tiny_folder / WEIGHTS).rename(tiny_folder / "weights.bin")
    with pytest.raises(ArtifactError, match=r"config.json: format_version 3 is newer"):
        tweetmoji.load(tiny_folder)


def test_an_older_model_is_called_older_and_not_incomplete(tiny_folder):
    edit_config(tiny_folder, format_version=1)
    (tiny_folder / WEIGHTS).rename(tiny_folder / "weights.bin")
    with pytest.raises(ArtifactError, match=r"config.json: format_version 1 is older .* train the model again"):
        tweetmoji.load(tiny_folder)


def test_a_model_with_none_and_suggestions_is_read_as_it_was_made(heads_home, heads_artifact):
    assert read_artifact(heads_home) == replace(heads_artifact, folder=heads_home)


def test_a_bad_field_is_found_behind_a_right_checksum(tiny_folder, reseal):
    edit_config(tiny_folder, temperature=0)
    reseal(tiny_folder)
    with pytest.raises(ArtifactError) as caught:
        tweetmoji.load(tiny_folder)

    assert str(caught.value).startswith(f"{tiny_folder / CONFIG}: temperature is 0")


def test_other_text_rules_are_refused(tiny_folder, reseal):
    edit_config(tiny_folder, text_version=99)
    reseal(tiny_folder)
    with pytest.raises(ArtifactError, match=r"config.json: text_version is 99"):
        tweetmoji.load(tiny_folder)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (WEIGHTS, b"", "onnxruntime cannot load it"),
        (WEIGHTS, b"no protobuf", "onnxruntime cannot load it"),
        (TOKENIZER, b"", "the tokenizers library cannot read it"),
        (TOKENIZER, b'{"version": "1.0"}', "the tokenizers library cannot read it"),
        (TOKENIZER, b'"caf\xe9"', "not UTF-8"),
        (METRICS, b"", "not valid JSON"),
        (METRICS, b"[]", "holds a JSON list; expected an object"),
        (CONFIG, b"{", "not valid JSON"),
    ],
)
def test_nonsense_is_found_behind_a_right_checksum(tiny_folder, reseal, name, content, message):
    (tiny_folder / name).write_bytes(content)
    reseal(tiny_folder)
    with pytest.raises(ArtifactError) as caught:
        tweetmoji.load(tiny_folder)

    assert str(caught.value).startswith(f"{tiny_folder / name}: {message}")


class Touch:
    """Makes a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


@pytest.mark.parametrize("name", FILES)
def test_a_pickle_in_the_place_of_a_file_is_refused_and_not_run(tiny_folder, tmp_path, reseal, name):
    trace = tmp_path / "was-run"
    (tiny_folder / name).write_bytes(pickle.dumps(Touch(trace), protocol=0))
    reseal(tiny_folder)
    with pytest.raises(ArtifactError, match=name):
        tweetmoji.load(tiny_folder)

    assert not trace.exists()


def test_loading_and_predicting_unpickle_nothing_and_connect_nowhere(tiny_folder):
    program = """
import pickle, sys, tweetmoji
def refuse(*_, **__):
    raise SystemExit("something was unpickled")
pickle.load = pickle.loads = pickle.Unpickler = pickle._Unpickler = refuse
def watch(event, arguments):
    if event in ("pickle.find_class", "socket.connect", "socket.getaddrinfo", "subprocess.Popen"):
        raise SystemExit(event)
sys.addaudithook(watch)
assert tweetmoji.load(sys.argv[1])("so happy").label == "joy"
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(tiny_folder)], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
