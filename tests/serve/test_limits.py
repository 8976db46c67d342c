"""Limits of connections, and the open files that they need."""

import resource

import pytest

from tweetmoji.serve import ServeSettings
from tweetmoji.serve.limits import ACCEPTS, RESERVED_FILES, TURNS, allow_files, make_limits

NEEDED = 1024 + TURNS * ACCEPTS + RESERVED_FILES


@pytest.fixture
def system(monkeypatch):
    """Pretend limits of open files; what the process sets them to."""
    limits = {}

    def pretend(soft, hard, *, fixed=False):
        limits.update(now=(soft, hard))

        def change(_, pair):
            if fixed:
                raise ValueError("current limit exceeds maximum limit")
            limits.update(now=pair)

        monkeypatch.setattr(resource, "getrlimit", lambda _: limits["now"])
        monkeypatch.setattr(resource, "setrlimit", change)
        return limits

    return pretend


def test_enough_files_change_nothing(system, caplog):
    limits = system(NEEDED, NEEDED)
    made = make_limits(ServeSettings(header_timeout_s=3.0))
    assert (made.connections, made.accepts, made.header_timeout_s) == (1024, ACCEPTS, 3.0)
    assert limits["now"] == (NEEDED, NEEDED)
    assert caplog.messages == []


@pytest.mark.parametrize("hard", [NEEDED, 1 << 20, resource.RLIM_INFINITY])
def test_soft_limit_is_raised_as_far_as_needed(system, caplog, hard):
    limits = system(256, hard)
    assert make_limits(ServeSettings()).connections == 1024
    assert limits["now"] == (NEEDED, hard)
    assert caplog.messages == []


@pytest.mark.parametrize("files", [64, 128, 256, 1024])
def test_too_few_files_mean_fewer_connections_and_a_warning(system, caplog, files):
    system(files, files)
    made = make_limits(ServeSettings())
    assert 1 <= made.connections < 1024
    assert made.accepts >= 1
    if files > RESERVED_FILES + 2 * TURNS:
        assert made.connections + TURNS * made.accepts + RESERVED_FILES <= files
    [message] = caplog.messages
    assert f"1024 connections need {NEEDED} open files, and the system allows {files}" in message
    assert f"at most {made.connections} connections; raise ulimit -n" in message


def test_a_few_files_too_few_mean_smaller_bursts_alone(system, caplog):
    system(NEEDED - 1, NEEDED - 1)
    made = make_limits(ServeSettings())
    assert (made.connections, made.accepts) == (1024, ACCEPTS - 1)
    assert caplog.messages == []


def test_soft_limit_that_cannot_be_raised_stays(system):
    system(256, resource.RLIM_INFINITY, fixed=True)
    assert allow_files(1000) == 256


def test_unlimited_files_are_enough(system):
    system(resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    assert allow_files(1000) == 1000
