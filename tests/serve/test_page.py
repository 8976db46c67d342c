"""The page at ``/``: its files, their headers, and that nothing in them is inline or from elsewhere."""

import re
from html.parser import HTMLParser
from importlib.resources import files

import pytest

STATIC = files("tweetmoji.serve") / "static"
NAMES = sorted(entry.name for entry in STATIC.iterdir())
MAX_BYTES = 60_000
TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
PATHS = ["/", *(f"/page/{name}" for name in NAMES if name != "index.html")]
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
every_path = pytest.mark.parametrize("path", PATHS)


def read(name):
    return (STATIC / name).read_text(encoding="utf-8")


class Tags(HTMLParser):
    """Every tag with its attributes, and the text inside of scripts and styles."""

    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.inline = ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        if self.tags and self.tags[-1][0] in {"script", "style"}:
            self.inline += data.strip()


@pytest.fixture(scope="module")
def tags():
    return Tags(read("index.html"))


def test_all_files_together_are_small():
    assert sum(len((STATIC / name).read_bytes()) for name in NAMES) < MAX_BYTES


@every_path
def test_file_is_served_as_it_is_with_its_type_and_policy(client, path):
    name = path.rpartition("/")[2] or "index.html"
    response = client.get(path)
    assert response.status_code == 200
    assert response.content == (STATIC / name).read_bytes()
    assert response.headers["content-type"] == TYPES[name.rpartition(".")[2]]
    assert response.headers["cache-control"] == "no-cache"
    [policy] = response.headers.get_list("content-security-policy")
    assert dict(part.split(" ", 1) for part in policy.split("; ")) == POLICY


@every_path
@pytest.mark.parametrize("make_header", ["{}", "W/{}", '"other", {}', "*"])
def test_file_that_the_browser_has_is_304_without_a_body(client, path, make_header):
    etag = client.get(path).headers["etag"]
    response = client.get(path, headers={"If-None-Match": make_header.format(etag)})
    assert response.status_code == 304
    assert response.content == b""
    assert response.headers["etag"] == etag
    assert response.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("header", ['"other"', "", "nonsense"])
def test_file_that_has_changed_is_sent_again(client, header):
    assert client.get("/", headers={"If-None-Match": header}).status_code == 200


def test_tags_differ_by_content(client):
    assert len({client.get(path).headers["etag"] for path in PATHS}) == len(PATHS)


@pytest.mark.parametrize("name", ["index.html", "nothing.js", "..%2fpage.py", "%2e%2e/page.py", "__init__.py"])
def test_other_names_are_404(client, check_problem, name):
    check_problem(client.get(f"/page/{name}"), 404)


def test_page_mounted_below_a_path_is_served_there(client):
    [start, body, *_] = client.call([{"type": "http.request"}], {"path": "/emoji/", "root_path": "/emoji"})
    assert start["status"] == 200
    assert body["body"] == (STATIC / "index.html").read_bytes()


def test_index_has_no_inline_script_style_or_handler(tags):
    assert tags.inline == ""
    attributes = {name for _, pairs in tags.tags for name in pairs}
    assert not {name for name in attributes if name.startswith("on") or name == "style"}


def test_index_names_files_that_exist_by_relative_urls(tags):
    urls = {pairs[name] for _, pairs in tags.tags for name in ("href", "src") if name in pairs}
    assert urls - {"#", "swagger-ui"} == {path.removeprefix("/") for path in PATHS[1:]}


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith(".js")])
def test_scripts_ask_for_relative_urls_and_their_own_modules(name):
    code = re.sub(r"//.*", "", read(name))
    assert re.findall(r"""["'`]/""", code) == []
    assert all((STATIC / module).is_file() for module in re.findall(r'from "\./([^"]+)"', code))


@pytest.mark.parametrize("name", NAMES)
def test_files_name_no_other_host(name):
    urls = re.findall(r"https?://[^\s\"')]+", read(name))
    assert set(urls) <= {"http://www.w3.org/2000/svg", "https://owasp.org/www-community/attacks/CSV_Injection"}


def test_every_element_that_the_scripts_look_up_is_in_the_index(tags):
    ids = [pairs["id"] for _, pairs in tags.tags if "id" in pairs]
    scripts = "".join(read(name) for name in NAMES if name.endswith(".js"))
    wanted = set(re.findall(r'find\("([\w-]+)"\)', scripts))
    assert len(ids) == len(set(ids))
    assert wanted <= set(ids)


def test_limits_of_the_scripts_are_those_of_the_api():
    from tweetmoji.runtime.explain import MAX_WORDS
    from tweetmoji.serve.settings import MAX_BODY_BYTES, MAX_TEXTS
    from tweetmoji.text import MAX_CHARS

    def find_number(script, name):
        return int(re.search(rf"{name} = ([\d_]+);", read(script))[1].replace("_", ""))

    assert find_number("words.js", "MAX_WORDS") == MAX_WORDS
    assert find_number("lines.js", "MAX_CHARS") == MAX_CHARS
    assert find_number("lines.js", "MAX_LINES") == 1024
    assert find_number("batch.js", "PART_TEXTS") <= MAX_TEXTS
    assert find_number("batch.js", "PART_BYTES") + 6 * MAX_CHARS < MAX_BODY_BYTES
    assert f'maxlength="{MAX_CHARS}"' in read("index.html")
