"""`tools/render.py`: generated parts of documents, and what ``--check`` says of stale ones."""

import pytest

for package in ("matplotlib", "jinja2", "huggingface_hub"):
    pytest.importorskip(package, reason=f"{package} is not installed: pip install '.[evaluate]'")

import render  # noqa: E402 - without them there is nothing to import
from parts import PARTS, ROOT  # noqa: E402
from render import DOCUMENTS, PART, find_stale, main, render_document  # noqa: E402

TWO = {"one": lambda: "| 1 |", "two": lambda: "| 2 |"}


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A repository of one document with one part and one generated file, both up to date."""
    monkeypatch.setattr(render, "DOCUMENTS", ("README.md",))
    monkeypatch.setattr(render, "FILES", {"docs/card.md": lambda: "card\n"})
    monkeypatch.setattr(render, "PARTS", TWO)
    (tmp_path / "docs").mkdir()
    (tmp_path / "README.md").write_text("# A\n\n<!-- generated: one -->\n\n| 1 |\n\n<!-- end -->\n", encoding="utf-8")
    (tmp_path / "docs" / "card.md").write_text("card\n", encoding="utf-8")
    return tmp_path


def test_render_document_replaces_the_parts_and_nothing_else():
    document = "a\n<!-- generated: one -->old<!-- end -->\nb\n<!-- generated: two -->\n\n<!-- end -->\nc\n"
    assert render_document(document, TWO) == (
        "a\n<!-- generated: one -->\n\n| 1 |\n\n<!-- end -->\nb\n<!-- generated: two -->\n\n| 2 |\n\n<!-- end -->\nc\n"
    )


def test_render_document_of_its_own_result_changes_nothing():
    once = render_document("<!-- generated: one --><!-- end -->", TWO)
    assert render_document(once, TWO) == once


def test_an_unknown_part_is_a_value_error():
    with pytest.raises(ValueError, match="no part is called 'three'; expected one of one, two"):
        render_document("<!-- generated: three -->\n<!-- end -->", TWO)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("<!-- generated: one -->\n", "<!-- generated: one --> has no counterpart"),
        ("text\n<!-- end -->\n", "<!-- end --> has no counterpart"),
        (
            "<!-- generated: one -->\n<!-- generated: two -->\n<!-- end -->",
            "<!-- generated: two --> is within the part",
        ),
        ("<!-- generated: one two -->\n<!-- end -->", "<!-- generated: one two --> has no counterpart"),
    ],
)
def test_a_marker_without_its_other_half_is_a_value_error(document, reason):
    with pytest.raises(ValueError, match=reason):
        render_document(document, TWO)


def test_find_stale_names_changed_and_missing_files(tmp_path):
    (tmp_path / "same").write_text("a", encoding="utf-8")
    (tmp_path / "changed").write_text("a", encoding="utf-8")
    assert find_stale(tmp_path, {"same": "a", "changed": "b", "missing": "c"}) == ["changed", "missing"]


def test_check_of_fresh_documents_passes(root):
    main(["--check"], root)


@pytest.mark.parametrize("name", ["README.md", "docs/card.md"])
def test_check_of_a_stale_document_fails_and_writes_nothing(root, name):
    stale = (root / name).read_text(encoding="utf-8").replace("| 1 |", "| 7 |").replace("card", "old card")
    (root / name).write_text(stale, encoding="utf-8")
    with pytest.raises(SystemExit, match=f"^stale: {name}; run: make docs$"):
        main(["--check"], root)
    assert (root / name).read_text(encoding="utf-8") == stale


def test_without_check_stale_documents_are_written(root):
    (root / "README.md").write_text("<!-- generated: two --><!-- end -->", encoding="utf-8")
    (root / "docs" / "card.md").unlink()
    main([], root)
    assert (root / "README.md").read_text(encoding="utf-8") == "<!-- generated: two -->\n\n| 2 |\n\n<!-- end -->"
    assert (root / "docs" / "card.md").read_text(encoding="utf-8") == "card\n"


def test_an_unknown_part_ends_main_with_the_name_of_the_document(root):
    (root / "README.md").write_text("<!-- generated: three --><!-- end -->", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"^README.md: no part is called 'three'"):
        main([], root)


def test_every_part_is_in_some_document():
    used = {match[2] for name in DOCUMENTS for match in PART.finditer((ROOT / name).read_text(encoding="utf-8"))}
    assert used == set(PARTS)


def test_a_detail_that_no_split_has_is_not_measured(monkeypatch):
    monkeypatch.setattr("parts.read_json", lambda _: {"evaluations": []})
    assert PARTS["none"]().startswith("All texts of these splits.")
    assert PARTS["none"]().endswith("\n\nNot measured.")
