"""Swagger UI in a real browser: "Try it out" gets an emoji, and the page loads nothing from another host.

Needs Chromium with its driver (Debian: ``apt-get install chromium chromium-driver``) and selenium; skipped without.
"""

import json
import shutil

import httpx
import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WAIT_S = 60
FLAGS = (
    "--headless",
    "--no-sandbox",  # a container's root has none
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1200,1600",
)


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """A fresh headless browser that logs every request."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    binary = next(filter(None, map(shutil.which, BROWSERS)), None)
    driver = shutil.which("chromedriver")
    if not (binary and driver):
        pytest.skip("no chromium and chromedriver on PATH (Debian: apt-get install chromium chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('browser')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    yield browser
    browser.quit()


@pytest.fixture
def find(browser):
    """Wait for an element and return it."""
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.expected_conditions import element_to_be_clickable
    from selenium.webdriver.support.wait import WebDriverWait

    def wait(selector):
        condition = element_to_be_clickable((By.CSS_SELECTOR, selector))
        return WebDriverWait(browser, WAIT_S).until(condition, f"{selector} did not appear")

    return wait


def list_requests(browser, server):
    """Method and URL of every request that the server's pages made since the last call."""
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    sent = [event["params"] for event in events if event["method"] == "Network.requestWillBeSent"]
    ours = [params["request"] for params in sent if params["documentURL"].startswith(f"{server.url}/")]
    return [(request["method"], request["url"]) for request in ours]


def check_hosts(requests, server):
    """The page and all that it loaded came from the server."""
    assert ("GET", f"{server.url}/openapi.json") in requests
    assert [url for _, url in requests if not url.startswith((f"{server.url}/", "data:", "blob:"))] == []


@pytest.fixture
def try_out(browser, find, server):
    """Open the page, try an operation out, and read the status and the body that it shows."""

    def run(operation, field=None, typed=""):
        browser.get(f"{server.url}/swagger-ui")
        find(f"{operation} .opblock-summary-control").click()
        find(f"{operation} .try-out__btn").click()
        if field:
            find(f"{operation} {field}").clear()
            find(f"{operation} {field}").send_keys(typed)
        find(f"{operation} .execute").click()
        shown = f"{operation} .live-responses-table .response"
        return find(f"{shown} .response-col_status").text.split()[0], json.loads(find(f"{shown} pre").text)

    return run


def test_try_out_get_tweets_shows_an_emoji(browser, try_out, server):
    list_requests(browser, server)
    field = "tr[data-param-name=text] input"  # ChromeDriver types no character beyond U+FFFF
    status, body = try_out(".opblock-get[id$=_tweets_get]", field, "i am happy & it shows ☺")
    assert status == "200"
    assert list(body) == ["confidence", "emoji"]
    assert body["emoji"] == "😂"
    requests = list_requests(browser, server)
    sent = [httpx.URL(url) for method, url in requests if method == "GET" and "/tweets" in url]
    assert [dict(url.params) for url in sent] == [{"text": "i am happy & it shows ☺"}]
    check_hosts(requests, server)


def test_try_out_post_tweets_shows_the_emoji_of_the_example(browser, try_out, server):
    list_requests(browser, server)
    status, body = try_out(".opblock-post[id$=_tweets_post]")
    assert status == "200"
    assert list(body) == ["confidence", "emoji"]
    assert body["emoji"] == "😂"  # of "Today is a good day!"
    requests = list_requests(browser, server)
    assert ("POST", f"{server.url}/tweets") in requests
    check_hosts(requests, server)


def test_try_out_post_tweets_shows_the_emoji_of_a_text(try_out):
    text = "i am so scared of the dark"
    status, body = try_out(".opblock-post[id$=_tweets_post]", "textarea.body-param__text", json.dumps({"text": text}))
    assert (status, body["emoji"]) == ("200", "😱")


def test_try_out_predictions_shows_the_emoji_of_the_example(try_out):
    status, body = try_out(".opblock-post[id$=_predictions_post]")
    assert status == "200"
    assert body["predictions"][0]["emoji"] == "😂"


def test_page_shows_every_operation_and_no_error(browser, find, server):
    browser.get_log("browser")
    browser.get(f"{server.url}/")
    find(".opblock-get[id$=_tweets_get]")
    shown = browser.execute_script(
        "return [...document.querySelectorAll('.opblock-summary-path')].map(node => node.dataset.path)"
    )
    paths = [
        "/tweets",
        "/tweets",
        "/v1/predictions",
        "/v1/suggestions",
        "/v1/explanations",
        "/v1/labels",
        "/v1/model",
        "/healthz",
        "/readyz",
    ]
    assert sorted(shown) == sorted(paths)
    assert browser.execute_script("return document.querySelectorAll('.errors-wrapper').length") == 0
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []
