"""Tables in memory, of every library."""

import subprocess
import sys

import pytest

import tweetmoji
from tweetmoji.errors import SettingError

TEXTS = ["happy", None, "sad", "happy"]
LABELS = ["joy", None, "sadness", "joy"]


def make_table(library):
    module = pytest.importorskip(library)
    columns = {"id": [1, 2, 3, 4], "text": TEXTS}
    return module.table(columns) if library == "pyarrow" else module.DataFrame(columns)


def to_dict(table):
    if hasattr(table, "to_pydict"):
        return table.to_pydict()
    if hasattr(table, "to_dicts"):
        return table.to_dict(as_series=False)
    return {name: [None if value != value else value for value in column] for name, column in table.items()}


@pytest.mark.parametrize("library", ["pyarrow", "pandas", "polars"])
def test_same_kind_comes_back_with_the_columns_added(library, tiny_emojifier):
    table = make_table(library)
    labeled = tweetmoji.label_table(table, emojifier=tiny_emojifier, scores=True)
    assert type(labeled) is type(table)
    found = to_dict(labeled)
    predictions = tiny_emojifier.predict(["happy", "sad"])
    assert list(found) == ["id", "text", "emoji", "label", "confidence", *tiny_emojifier.labels, "error"]
    assert found["id"] == [1, 2, 3, 4]
    assert found["label"] == LABELS
    assert found["confidence"][0] == predictions[0].confidence
    assert found["fear"][2] == predictions[1].scores["fear"]
    assert [bool(error) for error in found["error"]] == [False, True, False, False]
    assert list(to_dict(table)) == ["id", "text"]


@pytest.mark.parametrize("library", ["pyarrow", "pandas", "polars"])
def test_numbers_are_numbers_where_no_row_has_one(library, tiny_emojifier):
    table = make_table(library)
    none = table.slice(1, 1) if library != "pandas" else table[1:2]
    labeled = tweetmoji.label_table(none, emojifier=tiny_emojifier)
    kind = labeled.schema.field("confidence").type if library == "pyarrow" else labeled["confidence"].dtype
    assert str(kind).lower() in {"double", "float64"}


def test_index_of_a_frame_stays(tiny_emojifier):
    frame = make_table("pandas").set_index("id").iloc[::-1]
    labeled = tweetmoji.label_table(frame, emojifier=tiny_emojifier)
    assert labeled.index.tolist() == [4, 3, 2, 1]
    assert labeled.loc[3, "label"] == "sadness"


def test_columns_are_checked_as_in_files(tiny_emojifier):
    table = make_table("pandas").rename(columns={"id": "label"})
    with pytest.raises(SettingError, match="the table: has a column 'label' already"):
        tweetmoji.label_table(table, emojifier=tiny_emojifier)
    assert "t_label" in tweetmoji.label_table(table, emojifier=tiny_emojifier, prefix="t_")


@pytest.mark.parametrize("table", [["happy"], {"text": ["happy"]}, "happy", None])
def test_other_kinds_are_a_type_error(table, tiny_emojifier):
    with pytest.raises(TypeError, match="expected a pyarrow, pandas or polars table"):
        tweetmoji.label_table(table, emojifier=tiny_emojifier)


def test_no_library_is_imported_before_it_is_needed():
    program = "import sys, tweetmoji; tweetmoji.label_table; print({'pyarrow', 'pandas', 'polars'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=120)
    assert done.stdout == "set()\n"
