"""The page with Swagger UI: its Content-Security-Policy lets its own scripts run and no other."""

import base64
import hashlib
import re

from tweetmoji.serve.swagger_ui import make_policy


def read_policy(response):
    """Directive to its sources."""
    [policy] = response.headers.get_list("content-security-policy")
    return {name: sources.split() for name, _, sources in (part.partition(" ") for part in policy.split("; "))}


def test_policy_allows_this_server_alone(client):
    policy = read_policy(client.get("/swagger-ui"))
    scripts = policy.pop("script-src")
    assert policy == {
        "default-src": ["'none'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
    assert scripts[0] == "'self'"
    assert all(source.startswith("'sha256-") for source in scripts[1:])


def test_policy_has_the_hash_of_each_inline_script(client):
    page = client.get("/swagger-ui")
    inline = re.findall(r"<script>(.*?)</script>", page.text, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in inline]
    assert len(inline) == 1
    assert read_policy(page)["script-src"] == ["'self'", *(f"'sha256-{digest}'" for digest in digests)]


def test_page_has_no_handlers_in_attributes(client):
    """No hash would allow them."""
    assert not re.search(r"<[^>]+\son\w+=", client.get("/swagger-ui").text)


def test_hash_is_that_of_the_specification():
    """The example of https://www.w3.org/TR/CSP2/#script-src-hash-usage."""
    policy = make_policy(b"<script>alert('Hello, world.');</script>")
    assert "script-src 'self' 'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng=';" in policy


def test_urls_are_relative_so_that_the_page_works_below_any_path(client):
    page = client.get("/swagger-ui").text
    assert "url: 'openapi.json'" in page
    assert 'src="swagger-ui/assets/swagger-ui-bundle.js"' in page
    assert client.get("/openapi.json").json()["servers"] == [{"url": "."}]
