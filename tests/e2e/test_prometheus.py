"""A real Prometheus scrapes the installed server, and promtool checks what ``deploy/monitoring`` has for it.

Debian has both: ``apt-get install prometheus``. Skipped without.
"""

import shutil
import socket
import subprocess

import httpx
import pytest
import yaml
from tests.deploy.test_monitoring import MONITORING, QUERIES

pytestmark = pytest.mark.system

KEY = "0123456789abcdef"


def find(program):
    path = shutil.which(program)
    if not path:
        pytest.skip(f"no {program} on PATH (Debian: apt-get install prometheus)")
    return path


@pytest.mark.parametrize(
    "arguments",
    [("check", "rules", "alerts.yml"), ("check", "config", "prometheus.yml"), ("test", "rules", "alerts_test.yml")],
    ids=" ".join,
)
def test_promtool_accepts(arguments):
    *command, name = arguments
    done = subprocess.run([find("promtool"), *command, MONITORING / name], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SUCCESS" in done.stdout


@pytest.fixture(scope="module")
def scraped(start_server, heads_home):
    """A server that wants a key and has predicted."""
    server = start_server("--model", heads_home, environment={"TWEETMOJI_API_KEYS": KEY})
    with server.connect() as client:
        client.headers["Authorization"] = f"Bearer {KEY}"
        client.post("/v1/predictions", json={"texts": ["happy", "sad"]}).raise_for_status()
        client.get("/tweets?text=happy").raise_for_status()
        assert client.get("/tweets").status_code == 422
        yield server


@pytest.fixture(scope="module")
def prometheus(scraped, tmp_path_factory, poll):
    """A client of a Prometheus that runs with our configuration, but for the target, the key and the intervals."""
    folder = tmp_path_factory.mktemp("prometheus")
    config = yaml.safe_load((MONITORING / "prometheus.yml").read_text(encoding="utf-8"))
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    [job] = config["scrape_configs"]
    job["static_configs"] = [{"targets": ["{}:{}".format(*scraped.address)]}]
    job["authorization"] = {"credentials": KEY}
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    shutil.copy(MONITORING / "alerts.yml", folder)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
    command = [find("prometheus"), f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data"]
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen([*command, f"--web.listen-address={address}"], stdout=log, stderr=log)
    try:
        with httpx.Client(base_url=f"http://{address}/api/v1", timeout=30, trust_env=False) as client:
            poll(lambda: scrapes(client, process) >= 3, "three scrapes")
            yield client
    finally:
        process.kill()
        process.wait()


def scrapes(client, process):
    assert process.poll() is None
    try:
        found = ask(client, 'count_over_time(up{job="tweetmoji"}[1m]) and up == 1')
    except (httpx.TransportError, httpx.HTTPStatusError):
        return 0
    return float(found[0]["value"][1]) if found else 0


def ask(client, query):
    response = client.get("/query", params={"query": query})
    response.raise_for_status()
    return response.json()["data"]["result"]


def test_prometheus_reads_what_the_server_counts(prometheus):
    [row] = ask(prometheus, 'tweetmoji_requests_total{route="/v1/predictions",status="200"}')
    assert (row["value"][1], row["metric"]["job"]) == ("1", "tweetmoji")
    assert ask(prometheus, "sum(tweetmoji_prediction_confidence_count)")[0]["value"][1] == "3"
    assert ask(prometheus, 'tweetmoji_request_failures_total{reason="invalid"}')[0]["value"][1] == "1"


@pytest.mark.parametrize("where", [name for name in QUERIES if not name.startswith("variable")])
def test_prometheus_runs_every_query(prometheus, where):
    query = QUERIES[where].replace("$__rate_interval", "1m").replace("$instance", ".*")
    found = ask(prometheus, query)
    assert isinstance(found, list)
    alerts = ("annotation", "Tweetmoji")  # say nothing of a healthy server
    assert bool(found) != where.startswith(alerts)


def test_rules_are_loaded_and_none_alerts(prometheus):
    [group] = prometheus.get("/rules").json()["data"]["groups"]
    assert {rule["health"] for rule in group["rules"]} <= {"ok", "unknown"}
    assert [rule["name"] for rule in group["rules"] if rule["state"] != "inactive"] == []
