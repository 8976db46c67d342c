"""`tools/site_hooks.py`: links and fences of a page, as the documentation site needs them."""

from types import SimpleNamespace

import pytest

pytest.importorskip("mkdocs", reason="mkdocs is not installed: pip install '.[docs]'")

from mkdocs.structure.files import Files

from site_hooks import SHIM, find_origin, find_targets, list_pages, on_files, on_page_markdown, read_shim


def show(markdown, site_path):
    return on_page_markdown(markdown, SimpleNamespace(file=SimpleNamespace(src_uri=site_path)))


@pytest.mark.parametrize(
    ("link", "site_path", "expected"),
    [
        ("[a](data.md#sources)", "cli.md", "[a](data.md#sources)"),
        ("[a](../data.md)", "evaluation/README.md", "[a](../data.md)"),
        ("[a](../LICENSE)", "coming-from.md", "[a](repository/LICENSE)"),
        ("[a](../../data/written/README.md)", "evaluation/README.md", "[a](../repository/data/written/README.md)"),
        ("[a](docs/release.md)", "repository/SECURITY.md", "[a](../release.md)"),
        ("[a](constraints.txt)", "repository/CONTRIBUTING.md", "[a](constraints.txt)"),
        ("[a](../benchmarks/results)", "benchmarks.md", "a"),
        ("[a](https://example.org/x)", "data.md", "[a](https://example.org/x)"),
        ("![a](plots/x.svg)", "evaluation/README.md", "![a](plots/x.svg)"),
        ('<source srcset="docs/a.png">', "repository/README.md", '<source srcset="../a.png">'),
        ('<img src="docs/a.webp" alt="b">', "repository/README.md", '<img src="../a.webp" alt="b">'),
        ('<img src="https://example.org/a.png">', "repository/README.md", '<img src="https://example.org/a.png">'),
        ("```text\n[a](../LICENSE)\n```", "data.md", "```text\n[a](../LICENSE)\n```"),
    ],
)
def test_a_link_leads_within_the_site(link, site_path, expected):
    assert show(link, site_path) == expected


def test_who_runs_a_block_is_left_out():
    assert show("```sh setup\nmake serve\n```", "tutorial.md") == "```sh\nmake serve\n```"
    assert show("```sh\nmake serve x\n```", "tutorial.md") == "```sh\nmake serve x\n```"


def test_files_that_pages_link_to_are_copied(monkeypatch):
    config = SimpleNamespace(nav=["index.md", {"Project": [{"A": "repository/SECURITY.md"}]}], use_directory_urls=False)
    config.docs_dir, config.site_dir = "docs", "site"
    made = []
    monkeypatch.setattr("site_hooks.File.generated", lambda _, path, **source: made.append((path, source)) or path)
    monkeypatch.setattr(Files, "documentation_pages", lambda _: [SimpleNamespace(src_uri="docker.md")])
    monkeypatch.setattr(Files, "append", lambda *_: None)
    on_files(Files([]), config)
    copied = [path for path, source in made if "abs_src_path" in source]
    assert {"repository/compose.yaml", "repository/benchmarks/results/container.json"} <= set(copied)
    assert "repository/SECURITY.md" in copied
    assert not [path for path in copied if path.startswith("repository/docs/")]
    assert made[-1][0] == SHIM


def test_list_pages_and_find_origin():
    assert list(list_pages(["a.md", {"B": [{"C": "c/d.md"}]}])) == ["a.md", "c/d.md"]
    assert find_origin("evaluation/README.md") == "docs/evaluation/README.md"
    assert find_origin("repository/data/written/README.md") == "data/written/README.md"


def test_find_targets_names_them_by_their_path_in_the_repository():
    assert {"compose.yaml", "benchmarks/results/container.json"} <= find_targets("docs/docker.md")


def test_the_shim_is_read_where_npm_put_it(monkeypatch, tmp_path):
    monkeypatch.delenv("IFRAME_WORKER", raising=False)
    assert read_shim().startswith("//")
    (tmp_path / "shim").mkdir()
    (tmp_path / "shim" / "index.js").write_text("x", encoding="utf-8")
    monkeypatch.setenv("IFRAME_WORKER", str(tmp_path))
    assert read_shim() == "x"
