"""``config.json``: what is read back, and that each bad field is named with what was expected."""

import json
from dataclasses import replace

import pytest

from tweetmoji import ArtifactError
from tweetmoji.runtime.config import FORMAT_VERSION, ModelConfig, NoneCalibration, SuggestionHead, parse_config
from tweetmoji.text import TEXT_VERSION

CONFIG = ModelConfig(
    name="weather",
    labels=("sun", "rain"),
    emoji={"sun": "🌞", "rain": "🌧️"},
    max_tokens=64,
    temperature=1.5,
    prior={"sun": 0.25, "rain": 0.75},
    provenance={"base": "somewhere", "settings": {"seed": 3}},
)
HEADS = replace(CONFIG, none=NoneCalibration(0.5, -1.5), suggestions=SuggestionHead(("☔", "🌈"), 2.0))


def fields(**changes):
    return json.loads(CONFIG.to_json()) | changes


def parse(value, where="dir/config.json"):
    return parse_config(json.dumps(value).encode("utf-8"), where)


@pytest.mark.parametrize("config", [CONFIG, HEADS], ids=["labels only", "heads"])
def test_what_is_written_is_read_back(config):
    assert parse_config(config.to_json().encode("utf-8"), "here") == config


def test_a_model_without_none_and_suggestions_has_null_for_them():
    assert (fields()["none"], fields()["suggestions"]) == (None, None)


def test_none_and_suggestions_are_objects():
    written = json.loads(HEADS.to_json())
    assert written["none"] == {"slope": 0.5, "offset": -1.5}
    assert written["suggestions"] == {"emoji": ["☔", "🌈"], "temperature": 2.0}
    assert written["prior"] == {"sun": 0.25, "rain": 0.75}


def test_a_config_records_the_versions_of_this_program():
    assert fields()["format_version"] == FORMAT_VERSION
    assert fields()["text_version"] == TEXT_VERSION


def test_the_file_shows_emoji_as_they_are():
    assert "🌧️" in CONFIG.to_json()


def test_a_whole_number_is_a_temperature_too():
    assert parse(fields(temperature=2)).temperature == 2


def test_fields_of_a_later_program_are_passed_over():
    assert parse(fields(remark="later")) == CONFIG


@pytest.mark.parametrize(
    "name",
    [
        *("name", "labels", "emoji", "max_tokens", "text_version", "temperature", "provenance"),
        *("prior", "none", "suggestions"),
    ],
)
def test_a_missing_field_is_named(name):
    incomplete = fields()
    del incomplete[name]
    with pytest.raises(ArtifactError, match=f"dir/config.json: '{name}' is missing"):
        parse(incomplete)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("name", 3, "a string"),
        ("name", None, "a string"),
        ("labels", "sun rain", "a list"),
        ("labels", {"sun": 0}, "a list"),
        ("emoji", ["🌞", "🌧️"], "an object"),
        ("max_tokens", "64", "an integer"),
        ("max_tokens", 64.0, "an integer"),
        ("max_tokens", True, "an integer"),
        ("text_version", "1", "an integer"),
        ("temperature", "warm", "a number"),
        ("temperature", True, "a number"),
        ("temperature", None, "a number"),
        ("provenance", "emotion", "an object"),
        ("prior", None, "an object"),
        ("prior", [0.25, 0.75], "an object"),
        ("none", [1, 0], "an object or null"),
        ("none", False, "an object or null"),
        ("suggestions", ["☔"], "an object or null"),
    ],
)
def test_a_field_of_the_wrong_type_is_named(name, value, expected):
    with pytest.raises(ArtifactError) as caught:
        parse(fields(**{name: value}))

    assert str(caught.value) == f"dir/config.json: {name!r} is {value!r}; expected {expected}"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"labels": []}, "labels are []; expected two or more names"),
        ({"labels": ["sun"]}, "labels are ['sun']; expected two or more names"),
        ({"labels": ["sun", 2]}, "labels are ['sun', 2]; expected two or more names"),
        ({"labels": ["sun", ""]}, "labels are ['sun', '']; expected two or more names"),
        ({"labels": ["sun", ["rain"]]}, "labels are ['sun', ['rain']]; expected two or more names"),
        ({"labels": ["sun", "sun"]}, "labels are ['sun', 'sun']; expected each name once"),
        ({"emoji": {"sun": "🌞"}}, "emoji are {'sun': '🌞'}; expected one for each of sun, rain"),
        ({"emoji": {"sun": "🌞", "rain": "☔", "snow": "⛄"}}, "expected one for each of sun, rain"),
        ({"emoji": {"sun": "🌞", "rain": ""}}, "expected one for each of sun, rain"),
        ({"emoji": {"sun": "🌞", "rain": 7}}, "expected one for each of sun, rain"),
        ({"max_tokens": 1}, "max_tokens is 1; expected 2 to 4096"),
        ({"max_tokens": -128}, "max_tokens is -128; expected 2 to 4096"),
        ({"temperature": 0}, "temperature is 0; expected 0.001 to 1000"),
        ({"temperature": -1.5}, "temperature is -1.5; expected 0.001 to 1000"),
        ({"temperature": float("nan")}, "temperature is nan; expected 0.001 to 1000"),
        ({"temperature": float("inf")}, "temperature is inf; expected 0.001 to 1000"),
        ({"temperature": 10**400}, "temperature is 1000000"),
        ({"prior": {}}, "prior is {}; expected a share above 0 for each of sun, rain, and a sum of 1"),
        ({"prior": {"sun": 1}}, "expected a share above 0 for each of sun, rain"),
        ({"prior": {"sun": 0.4, "rain": 0.4, "snow": 0.2}}, "expected a share above 0 for each of sun, rain"),
        ({"prior": {"sun": 0, "rain": 1}}, "expected a share above 0 for each of sun, rain"),
        ({"prior": {"sun": -0.5, "rain": 1.5}}, "expected a share above 0 for each of sun, rain"),
        ({"prior": {"sun": 0.5, "rain": 0.498}}, "expected a share above 0 for each of sun, rain, and a sum of 1"),
        ({"prior": {"sun": 0.5, "rain": "0.5"}}, "expected a share above 0 for each of sun, rain"),
        ({"prior": {"sun": True, "rain": 1e-9}}, "expected a share above 0 for each of sun, rain"),
        ({"prior": {"sun": 0.5, "rain": float("nan")}}, "expected a share above 0 for each of sun, rain"),
        ({"prior": {"sun": 0.5, "rain": 10**400}}, "expected a share above 0 for each of sun, rain"),
        ({"none": {"slope": 1}}, "none is {'slope': 1}; expected an object with slope and offset, or null"),
        ({"none": {"slope": "1", "offset": 0}}, "none.slope is '1'; expected -1e+06 to 1e+06"),
        ({"none": {"slope": 1, "offset": True}}, "none.offset is True; expected -1e+06 to 1e+06"),
        ({"none": {"slope": 1, "offset": float("nan")}}, "none.offset is nan; expected -1e+06 to 1e+06"),
        ({"none": {"slope": 10**400, "offset": 0}}, "none.slope is 1000000"),
        ({"suggestions": {"emoji": ["☔"]}}, "expected an object with emoji and temperature, or null"),
        ({"suggestions": {"emoji": [], "temperature": 1}}, "suggestions.emoji are []; expected a list of one or more"),
        ({"suggestions": {"emoji": "☔", "temperature": 1}}, "expected a list of one or more emoji"),
        ({"suggestions": {"emoji": ["☔", ""], "temperature": 1}}, "expected a list of one or more emoji"),
        ({"suggestions": {"emoji": ["☔", ["🌈"]], "temperature": 1}}, "expected a list of one or more emoji"),
        ({"suggestions": {"emoji": ["☔", "☔"], "temperature": 1}}, "expected each emoji once"),
        ({"suggestions": {"emoji": ["☔"], "temperature": 0}}, "suggestions.temperature is 0; expected 0.001 to 1000"),
        ({"suggestions": {"emoji": ["☔"], "temperature": None}}, "suggestions.temperature is None; expected 0.001"),
    ],
)
def test_an_impossible_value_is_named(changes, message):
    with pytest.raises(ArtifactError) as caught:
        parse(fields(**changes))

    assert str(caught.value).startswith("dir/config.json: ")
    assert message in str(caught.value)


@pytest.mark.parametrize("version", [TEXT_VERSION - 1, TEXT_VERSION + 1, -1])
def test_another_text_version_is_refused(version):
    with pytest.raises(
        ArtifactError, match=f"text_version is {version}; this program normalizes text by version {TEXT_VERSION}: "
    ):
        parse(fields(text_version=version))


def test_a_newer_format_says_how_to_get_a_newer_program():
    with pytest.raises(ArtifactError, match=f"format_version {FORMAT_VERSION + 1} is newer .* pip install --upgrade"):
        parse(fields(format_version=FORMAT_VERSION + 1))


def test_a_newer_format_is_newer_whatever_its_fields_are():
    with pytest.raises(ArtifactError, match="is newer than"):
        parse({"format_version": FORMAT_VERSION + 1, "labels": {"by": "file"}})


@pytest.mark.parametrize("rounded", [{"sun": 0.33, "rain": 0.6695}, {"sun": 0.25, "rain": 0.7509}])
def test_a_rounded_prior_is_read(rounded):
    assert parse(fields(prior=rounded)).prior == rounded


@pytest.mark.parametrize("version", [FORMAT_VERSION - 1, 0])
def test_an_older_format_says_what_to_do(version):
    with pytest.raises(
        ArtifactError, match=f"format_version {version} is older than the .*; train the model again, or"
    ):
        parse({"format_version": version, "labels": ["of", "then"]})


@pytest.mark.parametrize("version", [None, "1", True, 1.0, [1]])
def test_a_config_without_a_format_version_is_not_ours(version):
    with pytest.raises(ArtifactError, match="no format_version; this is not the config of a tweetmoji model"):
        parse(fields(format_version=version))


def test_the_config_of_another_library_is_not_ours():
    with pytest.raises(ArtifactError, match="this is not the config of a tweetmoji model"):
        parse({"architectures": ["BertForSequenceClassification"], "hidden_size": 384, "model_type": "bert"})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not valid JSON"),
        (b"{", "not valid JSON"),
        (b'{"name": "caf\xe9"}', "not valid JSON"),
        (b"[" * 100_000, "not valid JSON"),
        (b"[1, 2]", "holds a JSON list; expected an object"),
        (b"null", "holds a JSON NoneType; expected an object"),
        (b'"text"', "holds a JSON str; expected an object"),
    ],
)
def test_what_is_no_json_object_is_named(content, message):
    with pytest.raises(ArtifactError) as caught:
        parse_config(content, "dir/config.json")

    assert str(caught.value).startswith(f"dir/config.json: {message}")
