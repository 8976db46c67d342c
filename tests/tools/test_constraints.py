"""The exact versions in constraints.txt against what pyproject.toml asks for."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
SYSTEMS = {"linux": "posix", "darwin": "posix", "win32": "nt"}
PINS = [Requirement(line) for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()]


def read_requirements():
    """Every requirement of pyproject.toml but torch, which the Makefile installs by its own version."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lists = [project["dependencies"], *project["optional-dependencies"].values()]
    texts = sorted({text for requirements in lists for text in requirements})
    return [requirement for requirement in map(Requirement, texts) if requirement.name != "torch"]


def describe_environment(python, system):
    """The values of markers on one Python and system."""
    return {
        "python_full_version": f"{python}.0",
        "python_version": python,
        "sys_platform": system,
        "os_name": SYSTEMS[system],
        "platform_machine": "x86_64",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }


def find_pins(name, environment):
    """The versions that constraints.txt gives for a package in an environment."""
    return [
        re.fullmatch(r"==(.+)", str(pin.specifier))[1]
        for pin in PINS
        if canonicalize_name(pin.name) == canonicalize_name(name)
        and (pin.marker is None or pin.marker.evaluate(environment))
    ]


@pytest.mark.parametrize("requirement", read_requirements(), ids=str)
def test_one_version_that_the_requirement_allows_is_pinned_wherever_it_applies(requirement):
    for python in PYTHONS:
        for system in SYSTEMS:
            environment = describe_environment(python, system)
            if requirement.marker and not requirement.marker.evaluate(environment):
                continue
            pins = find_pins(requirement.name, environment)
            assert len(pins) == 1, f"{requirement.name} on {python}, {system}: {pins}; run: make constraints"
            assert requirement.specifier.contains(pins[0], prereleases=True), f"{pins[0]}; run: make constraints"


def test_every_line_is_a_name_and_one_version_without_hash_or_address():
    for pin in PINS:
        assert pin.url is None
        assert not pin.extras
        assert re.fullmatch(r"==[^,*]+", str(pin.specifier)), pin


def test_neither_torch_nor_its_libraries_are_pinned():
    assert [pin.name for pin in PINS if re.match(r"torch|nvidia|cuda|triton", pin.name)] == []
