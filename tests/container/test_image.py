"""What the image is made of: user, labels, size, contents."""

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.container

ROOT = Path(__file__).parents[2]
LAYERS_MB = 350
"""Largest size of our own layers together, without those of the base image."""

OUR_FIRST_STEP = "PATH=/opt/tweetmoji/bin"
"""In the history of the image, the step above the base image's."""

CONTEXT = ["LICENSE", "NOTICE", "README.md", "constraints.txt", "deploy/list_requirements.py", "pyproject.toml", "src"]
"""What the image is made of."""


@pytest.fixture(scope="module")
def config(docker, image):
    """The image's configuration."""
    return json.loads(docker("image", "inspect", "--format", "{{json .Config}}", image).stdout)


@pytest.fixture(scope="module")
def history(docker, image):
    """Our steps, the last first: bytes and instruction."""
    template = "{{.Size}}\t{{.CreatedBy}}"
    lines = docker("history", "--human=false", "--no-trunc", "--format", template, image).stdout.splitlines()
    steps = [(int(size), step) for size, _, step in (line.partition("\t") for line in lines)]
    first = next(i for i, (_, step) in enumerate(steps) if OUR_FIRST_STEP in step)
    return steps[: first + 1]


def test_dependencies_have_the_versions_of_the_constraints(server):
    code = "import importlib.metadata as m; print(m.version('fastapi'), m.version('onnxruntime'))"
    constraints = (ROOT / "constraints.txt").read_text(encoding="utf-8").lower()
    for name, version in zip(
        ("fastapi", "onnxruntime"), server.execute("python3", "-c", code).stdout.split(), strict=True
    ):
        assert re.search(rf"^{name}=={re.escape(version)}\b", constraints, flags=re.MULTILINE), f"{name} {version}"


def test_user_is_a_number_and_not_root(config, server):
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", config["User"])
    shown = server.execute("python3", "-c", "import os; print(os.getuid(), os.getgid(), sep=':')").stdout
    assert shown == f"{config['User']}\n"


def test_port_5000_is_exposed(config):
    assert list(config["ExposedPorts"]) == ["5000/tcp"]


def test_labels_have_version_revision_license_and_source(config, server):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    labels = {name.removeprefix("org.opencontainers.image."): value for name, value in config["Labels"].items()}
    assert labels["title"] == project["name"]
    assert labels["version"] == project["version"]
    assert labels["licenses"] == project["license"]
    revision = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert labels["revision"] == (revision.stdout.strip() if revision.returncode == 0 else "unknown")
    assert labels["source"]
    assert not re.search(r"//[^/]*@", labels["source"]), "a password or token in the source's address"
    assert labels["base.name"]
    assert server.execute("tweetmoji", "--version").stdout == f"tweetmoji {labels['version']}\n"


def test_our_layers_are_within_the_size_limit(history):
    total = sum(size for size, _ in history)
    assert 0 < total <= LAYERS_MB * 1e6, history


def test_image_has_no_compiler_no_torch_and_no_pip(server):
    code = """
import importlib.util, json, shutil
programs = ("cc", "gcc", "g++", "c++", "clang", "ld", "make")
modules = ("torch", "pip", "setuptools", "onnx", "fastapi")
print(json.dumps({
    "programs": [name for name in programs if shutil.which(name)],
    "modules": [name for name in modules if importlib.util.find_spec(name)],
}))
"""
    found = json.loads(server.execute("python3", "-c", code).stdout)
    assert found == {"programs": [], "modules": ["fastapi"]}


def test_image_has_bytecode_so_a_read_only_start_compiles_nothing(server):
    code = """
import importlib.util, pathlib
import tweetmoji, fastapi
for package in (tweetmoji, fastapi):
    cached = pathlib.Path(importlib.util.cache_from_source(package.__file__))
    stamp = int.from_bytes(cached.read_bytes()[8:12], "little")
    print(stamp == int(pathlib.Path(package.__file__).stat().st_mtime))
"""
    assert server.execute("python3", "-c", code).stdout == "True\nTrue\n"


def test_dockerignore_keeps_data_and_history_from_the_builder(docker, tmp_path):
    """A builder gets a tree that has some of each, and shows what reached it."""
    tree = tmp_path / "tree"
    copy_tree(tree)
    for stray in ("data/train.txt", "runs/checkpoint.pt", ".git/config", ".venv/x", "src/tweetmoji/__pycache__/x.pyc"):
        (tree / stray).parent.mkdir(parents=True, exist_ok=True)
        (tree / stray).write_text("stray", encoding="utf-8")
    tag = "tweetmoji-test-context"
    try:
        docker("build", "--tag", tag, "--file", "-", tree, input="FROM scratch\nCOPY . /context\n")
        container = docker("create", tag, "none").stdout.strip()
        docker("cp", f"{container}:/context", tmp_path / "context")
        docker("rm", container)
    finally:
        docker("rmi", "--force", tag, check=False)
    files = {path.relative_to(tmp_path / "context") for path in (tmp_path / "context").rglob("*") if path.is_file()}
    expected = {path.relative_to(ROOT) for path in ROOT.joinpath("src").rglob("*") if path.is_file()}
    expected = {path for path in expected if "__pycache__" not in path.parts}
    assert files == expected | {Path(name) for name in CONTEXT if name != "src"}


def test_change_of_our_code_keeps_the_layer_of_dependencies(docker, image, tmp_path):
    """Built as ``make image`` does, with the variables that make passes on."""
    tree = tmp_path / "tree"
    copy_tree(tree)
    with (tree / "src" / "tweetmoji" / "__init__.py").open("a", encoding="utf-8") as file:
        file.write("\n# a change\n")
    tag = "tweetmoji-test-changed"
    try:
        command = ["make", "--directory", tree, "image", f"IMAGE={tag}"]
        completed = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
        assert completed.returncode == 0, completed.stdout + completed.stderr
        before, after = (list_layers(docker, name) for name in (image, tag))
    finally:
        docker("rmi", "--force", tag, check=False)
    assert after[:-1] == before[:-1]
    assert after[-1] != before[-1]


def copy_tree(folder):
    """Copy what an image is built from."""
    for name in (*CONTEXT, "Dockerfile", ".dockerignore", "Makefile"):
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)


def list_layers(docker, image):
    """Digests of an image's layers, the base's first."""
    return json.loads(docker("image", "inspect", "--format", "{{json .RootFS.Layers}}", image).stdout)
