"""The family of errors, and the advice that a missing optional package brings."""

import importlib
import inspect

import pytest

import tweetmoji
from tweetmoji import errors
from tweetmoji.errors import MAX_SHOWN_CHARS, MissingExtraError, SettingError, TweetmojiError, needs_extra, shorten

ERRORS = [value for value in vars(errors).values() if inspect.isclass(value) and issubclass(value, Exception)]


@pytest.mark.parametrize("error", ERRORS)
def test_every_error_is_a_tweetmoji_error(error):
    assert issubclass(error, TweetmojiError)


@pytest.mark.parametrize("error", ERRORS)
def test_every_error_is_public(error):
    assert getattr(tweetmoji, error.__name__, None) is error


def test_a_wrong_setting_is_a_value_error_too():
    assert issubclass(SettingError, ValueError)


def test_a_missing_package_names_itself_and_the_pip_install():
    with pytest.raises(MissingExtraError) as caught, needs_extra("train"):
        importlib.import_module("no_such_package.part")

    assert "'no_such_package'" in str(caught.value)
    assert "pip install '.[train]'" in str(caught.value)
    assert isinstance(caught.value, ImportError)
    assert caught.value.__suppress_context__


def test_outermost_extra_is_the_one_that_is_named():
    with pytest.raises(MissingExtraError) as caught, needs_extra("train"), needs_extra("evaluate"):
        importlib.import_module("no_such_package")

    assert "pip install '.[train]'" in str(caught.value)
    assert "'no_such_package'" in str(caught.value)


def test_an_installed_package_passes():
    with needs_extra("serve"):
        assert importlib.import_module("json").loads("1") == 1


@pytest.mark.parametrize(
    "error",
    [
        ModuleNotFoundError("no part of ours", name="tweetmoji.nowhere"),
        ModuleNotFoundError("nameless"),
        ImportError("cannot import name", name="numpy"),
        ValueError("something else"),
    ],
)
def test_other_errors_are_not_taken_for_a_missing_extra(error):
    with pytest.raises(type(error)) as caught, needs_extra("serve"):
        raise error

    assert caught.value is error


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (ValueError(" no\n\tsuch  thing "), "no such thing"),
        (ValueError("x" * (MAX_SHOWN_CHARS + 1)), "x" * MAX_SHOWN_CHARS),
        (RecursionError(), "RecursionError"),
        (RecursionError(" \n"), "RecursionError"),
    ],
)
def test_error_is_shortened_to_a_line_that_is_never_empty(error, shown):
    assert shorten(error) == shown
