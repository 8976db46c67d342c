"""`describe_environment`: versions and hardware; what is unknown is null or left out."""

import json
import os
import platform
from importlib.metadata import PackageNotFoundError, version

import pytest

from tweetmoji.evaluate import environment
from tweetmoji.evaluate.environment import describe_environment


def test_versions_of_installed_packages_are_named():
    versions = describe_environment()["versions"]

    assert versions["python"] == platform.python_version()
    for package in ("tweetmoji", "onnxruntime", "tokenizers", "numpy", "scikit-learn", "scipy"):
        assert versions[package] == version(package)


def test_packages_that_are_not_installed_are_left_out(monkeypatch):
    def lookup(package):
        if package in {"torch", "transformers"}:
            raise PackageNotFoundError(package)
        return version(package)

    monkeypatch.setattr(environment, "version", lookup)

    assert set(describe_environment()["versions"]) == {
        *("python", "tweetmoji", "onnxruntime", "tokenizers", "numpy", "scikit-learn", "scipy")
    }


def test_cores_and_system_are_described():
    hardware = describe_environment()["hardware"]

    assert hardware["cores"] == os.cpu_count()
    assert hardware["system"] == f"{platform.system()} {platform.machine()}"


@pytest.mark.parametrize(
    ("cpuinfo", "name"),
    [
        (
            "processor\t: 0\nmodel name\t: Fast CPU @ 3: GHz\n\nprocessor\t: 1\nmodel name\t: Other\n",
            "Fast CPU @ 3: GHz",
        ),
        ("processor\t: 0\nFeatures\t: fp\n", None),
    ],
)
def test_cpu_is_named_from_proc_cpuinfo(monkeypatch, tmp_path, cpuinfo, name):
    (tmp_path / "cpuinfo").write_text(cpuinfo, encoding="utf-8")
    monkeypatch.setattr(environment, "CPUINFO", tmp_path / "cpuinfo")

    assert describe_environment()["hardware"]["cpu"] == name


@pytest.mark.parametrize(("processor", "name"), [("Some CPU", "Some CPU"), ("", None)])
def test_cpu_is_named_by_platform_processor_without_proc_cpuinfo(monkeypatch, tmp_path, processor, name):
    monkeypatch.setattr(environment, "CPUINFO", tmp_path / "nowhere")
    monkeypatch.setattr(platform, "processor", lambda: processor)

    assert describe_environment()["hardware"]["cpu"] == name


def test_describe_environment_is_plain_json():
    described = describe_environment()
    assert json.loads(json.dumps(described)) == described
