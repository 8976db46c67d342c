"""Counting cores: affinity, and the quota of a container in both versions of control groups."""

import os

import pytest

from tweetmoji.runtime.cores import count_cores


@pytest.fixture(autouse=True)
def many_cores(monkeypatch):
    """A machine of 64 cores, all of which the process may run on."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)), raising=False)


@pytest.fixture
def count(tmp_path):
    """Count cores with control groups of these files, for a process in these groups."""

    def count(membership, files):
        (tmp_path / "membership").write_text(membership, encoding="utf-8")
        for name, content in files.items():
            path = tmp_path / "cgroup" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="ascii")
        return count_cores(tmp_path / "cgroup", tmp_path / "membership")

    return count


def test_without_a_quota_the_affinity_counts(count):
    assert count("0::/\n", {"cpu.max": "max 100000\n"}) == 64


def test_without_control_groups_the_affinity_counts(tmp_path):
    assert count_cores(tmp_path, tmp_path / "nowhere") == 64


@pytest.mark.parametrize(
    ("quota", "cores"), [("200000 100000", 2), ("150000 100000", 2), ("50000 100000", 1), ("9900000 100000", 64)]
)
def test_quota_of_a_container_bounds_the_cores(count, quota, cores):
    assert count("0::/\n", {"cpu.max": f"{quota}\n"}) == cores


def test_quota_of_a_group_above_counts_too(count):
    files = {"kube/cpu.max": "300000 100000", "kube/pod/cpu.max": "max 100000"}
    assert count("0::/kube/pod\n", files) == 3


def test_quota_counts_where_the_path_is_the_hosts(count):
    assert count("0::/docker/0123\n", {"cpu.max": "200000 100000"}) == 2


@pytest.mark.parametrize(("quota", "cores"), [("400000", 4), ("-1", 64)])
def test_quota_of_version_one(count, quota, cores):
    files = {"cpu/cpu.cfs_quota_us": f"{quota}\n", "cpu/cpu.cfs_period_us": "100000\n"}
    assert count("5:memory:/\n4:cpu,cpuacct:/\n", files) == cores


@pytest.mark.parametrize("content", ["", "max", "many 100000", "200000 0"])
def test_an_unreadable_quota_is_passed_over(count, content):
    assert count("0::/\n", {"cpu.max": content}) == 64


def test_affinity_bounds_the_cores(monkeypatch, tmp_path):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 2, 5}, raising=False)
    assert count_cores(tmp_path, tmp_path / "nowhere") == 3


@pytest.mark.parametrize(("cores", "expected"), [(12, 12), (None, 1)])
def test_without_affinity_all_cores_count(monkeypatch, tmp_path, cores, expected):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    assert count_cores(tmp_path, tmp_path / "nowhere") == expected
