"""``/swagger-ui``: the page and its scripts come from this server alone."""

import re
from importlib.resources import files

import pytest


@pytest.fixture(scope="module")
def page(client):
    response = client.get("/swagger-ui")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    return response.text


def find_assets(page):
    return re.findall(r'(?:src|href)="([^"]*)"', page)


def test_page_reads_this_servers_description(client, page):
    assert "url: '/openapi.json'" in page
    assert client.get("/openapi.json").status_code == 200


def test_page_names_no_other_host(page):
    assert "://" not in page
    assert all(asset.startswith("/swagger-ui/assets/") for asset in find_assets(page))


def test_page_needs_a_script_and_a_style(page):
    assets = find_assets(page)
    assert any(asset.endswith(".js") for asset in assets)
    assert any(asset.endswith(".css") for asset in assets)


def test_assets_are_the_files_of_the_installed_package(client, page):
    kinds = {"js": "text/javascript", "css": "text/css", "png": "image/png"}
    for asset in find_assets(page):
        response = client.get(asset)
        name = asset.rpartition("/")[2]
        assert response.status_code == 200, asset
        assert response.headers["content-type"].partition(";")[0] == kinds[name.rpartition(".")[2]]
        assert response.content == (files("fastapi_offline") / "static" / name).read_bytes()


def test_style_loads_nothing_from_elsewhere(client, page):
    [style] = [asset for asset in find_assets(page) if asset.endswith(".css")]
    sources = re.findall(r"url\(\s*['\"]?([^'\")]*)|@import\s+['\"]([^'\"]*)", client.get(style).text)
    assert all(url.startswith("data:") for pair in sources for url in pair if url)


def test_root_leads_to_the_page(client):
    response = client.get("/")
    assert response.is_redirect
    assert response.headers["location"] == "/swagger-ui"


@pytest.mark.parametrize("path", ["..%2f..%2fpyproject.toml", "%2e%2e/__init__.py", "..%5c__init__.py"])
def test_assets_lead_nowhere_else_on_the_disk(client, check_problem, path):
    check_problem(client.get(f"/swagger-ui/assets/{path}"), 404)


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_no_page_of_the_frameworks_that_asks_a_cdn_is_served(client, check_problem, path):
    check_problem(client.get(path), 404)
