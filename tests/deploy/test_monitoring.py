"""The dashboard, the alerts and the compose file of ``deploy/monitoring``: every query names a metric that is there."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from tweetmoji.serve import ServeSettings, create_app
from tweetmoji.serve.predictor import CLOSE_S
from tweetmoji.serve.server import END_S, make_server

ROOT = Path(__file__).parents[2]
MONITORING = ROOT / "deploy" / "monitoring"
METRIC = re.compile(r"\b(?:tweetmoji|process|python)_[a-z_]+")
FROM_OTHERS = {"up"}
"""Metrics that Prometheus makes itself."""


def read_dashboard():
    return json.loads((MONITORING / "grafana" / "tweetmoji.json").read_text(encoding="utf-8"))


def read_alerts():
    [group] = yaml.safe_load((MONITORING / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    return group["rules"]


def list_queries():
    """Each query of the dashboard and the alerts, by where it is."""
    dashboard = read_dashboard()
    queries = {
        f"{panel['title']}, {target['legendFormat']}": target["expr"]
        for panel in dashboard["panels"]
        for target in panel.get("targets", ())
    }
    queries |= {f"annotation {row['name']}": row["expr"] for row in dashboard["annotations"]["list"]}
    queries |= {f"variable {row['name']}": row["query"]["query"] for row in dashboard["templating"]["list"][1:]}
    return queries | {rule["alert"]: rule["expr"] for rule in read_alerts()}


QUERIES = list_queries()


@pytest.fixture(scope="module")
def families(heads_emojifier):
    """What ``/metrics`` of a server that has predicted once says."""
    app = create_app(heads_emojifier)
    make_server(app, ServeSettings())  # whose connections are counted
    with TestClient(app) as client:
        assert client.get("/tweets?text=happy").status_code == 200
        return list(text_string_to_metric_families(client.get("/metrics").text))


@pytest.fixture(scope="module")
def names(families):
    """Names of all samples, and the labels of each."""
    found = {}
    for sample in (sample for family in families for sample in family.samples):
        found.setdefault(sample.name, set()).update(sample.labels)
    return found


@pytest.mark.parametrize("where", QUERIES)
def test_query_names_metrics_that_are_there(names, where):
    used = set(METRIC.findall(QUERIES[where]))
    assert used or "up{" in QUERIES[where]
    assert used <= set(names)


@pytest.mark.parametrize("where", QUERIES)
def test_query_groups_by_labels_that_are_there(names, where):
    query = QUERIES[where]
    known = set().union(*(names[name] for name in METRIC.findall(query))) | {"instance", "job"}
    grouped = {label for group in re.findall(r"by \(([^)]*)\)", query) for label in re.findall(r"\w+", group)}
    selected = {label for group in re.findall(r"\{([^}]*)\}", query) for label in re.findall(r"(\w+)\s*=", group)}
    assert grouped | selected <= known


def test_every_metric_of_ours_is_shown_or_alerts(names):
    ours = {name for name in names if name.startswith("tweetmoji_") and not name.endswith("_created")}
    used = {name for query in QUERIES.values() for name in METRIC.findall(query)}
    stems = {re.sub(r"_(bucket|count|sum)$", "", name) for name in used}
    assert {re.sub(r"_(bucket|count|sum)$", "", name) for name in ours} - stems <= {
        "tweetmoji_queued_tokens",
        "tweetmoji_request_texts",
    }


def test_panels_do_not_overlap():
    taken = set()
    for panel in read_dashboard()["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells


@pytest.mark.parametrize("rule", read_alerts(), ids=lambda rule: rule["alert"])
def test_alert_has_a_severity_a_summary_and_a_place_in_the_documentation(rule):
    assert rule["labels"]["severity"] in {"critical", "warning"}
    assert rule["annotations"]["summary"].endswith(".")
    assert f"`{rule['alert']}`" in (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def test_compose_mounts_files_that_are_there_and_pins_images():
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    for name in ("prometheus", "grafana"):
        assert services[name]["profiles"] == ["monitoring"]
        mounted = [volume.split(":")[0] for volume in services[name]["volumes"] if volume.startswith("./")]
        assert mounted
        assert all((ROOT / path).is_file() for path in mounted)
        image, _, tag = services[name]["image"].partition(":")
        assert re.fullmatch(r"[a-z]+/[a-z]+", image)
        assert re.fullmatch(r"v?\d+\.\d+\.\d+", tag), "a tag that moves"
    assert "profiles" not in services["tweetmoji"]


def test_compose_waits_for_everything_that_a_stop_may_take():
    service = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]["tweetmoji"]
    settings = ServeSettings()
    stop_s = settings.drain_s + settings.shutdown_timeout_s + CLOSE_S + END_S
    assert int(service["stop_grace_period"].removesuffix("s")) >= stop_s


def test_compose_reads_the_file_with_the_profile():
    for program in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(program[0]) and subprocess.run([*program, "version"], capture_output=True).returncode == 0:
            break
    else:
        pytest.skip("neither docker compose nor docker-compose is installed here")
    command = [*program, "--profile", "monitoring", "config", "--services"]
    completed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert completed.returncode == 0, completed.stderr
    assert set(completed.stdout.split()) == {"tweetmoji", "prometheus", "grafana"}


def test_the_autoscaler_reads_a_gauge_of_one_value_that_is_there(families):
    path = ROOT / "deploy" / "kubernetes" / "base" / "horizontal-pod-autoscaler.yaml"
    [metric] = yaml.safe_load(path.read_text(encoding="utf-8"))["spec"]["metrics"]
    [family] = [each for each in families if each.name == metric["pods"]["metric"]["name"]]
    assert family.type == "gauge"
    [sample] = family.samples
    assert sample.labels == {}, "several values a pod: their maximum is not the pod's"


def test_prometheus_scrapes_the_service_and_port_of_compose():
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    [job] = yaml.safe_load((MONITORING / "prometheus.yml").read_text(encoding="utf-8"))["scrape_configs"]
    [target] = job["static_configs"][0]["targets"]
    name, _, port = target.partition(":")
    assert services[name]["ports"][0].endswith(f":{port}")
    source = yaml.safe_load((MONITORING / "grafana" / "datasource.yml").read_text(encoding="utf-8"))
    assert source["datasources"][0]["url"] == "http://prometheus:9090"
