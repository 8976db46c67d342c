"""The package as a whole: what importing it costs, its public names, its version, what it ships."""

import inspect
import json
import subprocess
import sys
from importlib.metadata import version

import pytest

import tweetmoji
from tweetmoji.runtime.artifact import FILES, SHIPPED, SUMS


def run_python(program, *arguments):
    """What a fresh interpreter prints, as JSON."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], check=True, capture_output=True, text=True, timeout=120
    )
    return json.loads(done.stdout)


MODULES = "import json, sys; print(json.dumps([name for name in sys.modules if name in sys.argv]))"
HEAVY = ("onnxruntime", "tokenizers", "tweetmoji.runtime.classifier")
OPTIONAL = ("torch", "transformers", "onnx", "onnxscript", "fastapi", "uvicorn", "tqdm", "sklearn")


def test_every_public_name_comes_without_the_engine():
    imported = run_python(f"from tweetmoji import *; load, __version__; {MODULES}", *HEAVY, *OPTIONAL, "tweetmoji")
    assert imported == ["tweetmoji"]


def test_predicting_imports_the_engine_and_nothing_optional(tiny_folder):
    program = f"import tweetmoji; tweetmoji.load(sys.argv[1])('so happy'); {MODULES}"
    imported = run_python(f"import sys; {program}", str(tiny_folder), *HEAVY, *OPTIONAL)
    assert sorted(imported) == sorted(HEAVY)


def test_the_version_is_that_of_the_installed_package():
    assert tweetmoji.__version__ == version("tweetmoji")


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="'tweetmoji' has no attribute 'lode'"):
        tweetmoji.lode  # noqa: B018


def test_the_public_names_are_sorted_and_all_there():
    def constants_classes_rest(name):
        return not name.isupper(), not name[0].isupper(), name

    assert tweetmoji.__all__ == sorted(tweetmoji.__all__, key=constants_classes_rest)
    assert all(hasattr(tweetmoji, name) for name in tweetmoji.__all__)


def test_dir_lists_every_public_name_and_no_other():
    public = {
        name
        for name in dir(tweetmoji)
        if not name.startswith("_") and name != "TYPE_CHECKING" and not inspect.ismodule(getattr(tweetmoji, name))
    }
    assert public | {"__version__"} == set(tweetmoji.__all__)
    assert {"EMOTIONS", "Emojifier", "Prediction", "load", "TweetmojiError", "ArtifactError"} <= public


def test_importing_the_package_imports_none_of_its_modules_and_no_engine():
    named = "[name for name in sys.modules if 'tweetmoji' in name or name in sys.argv]"
    imported = run_python(f"import json, sys, tweetmoji; print(json.dumps({named}))", *HEAVY, *OPTIONAL)
    assert imported == ["tweetmoji"]


def test_every_public_name_is_that_of_its_module():
    for name in set(tweetmoji.__all__) - {"EMOTIONS", "__version__"}:
        value = getattr(tweetmoji, name)
        assert getattr(sys.modules[value.__module__], name) is value


def test_the_public_names_are_documented():
    for name in set(tweetmoji.__all__) - {"EMOTIONS", "__version__"}:
        assert inspect.getdoc(getattr(tweetmoji, name)), name


def test_the_package_says_that_it_is_typed():
    assert (SHIPPED.parent.parent / "py.typed").is_file()


def test_the_shipped_model_is_complete_and_at_most_25_megabytes():
    files = list(SHIPPED.parent.rglob("*"))

    assert sorted(path.name for path in SHIPPED.iterdir()) == sorted([*FILES, SUMS])
    assert sum(path.stat().st_size for path in files if path.is_file()) <= 25_000_000
