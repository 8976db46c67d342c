"""The Kubernetes objects as kustomize renders them: against the schemas, and against what the server does itself."""

import json
import re
import shutil
import tomllib
from dataclasses import fields

import pytest
import yaml
from tests.deploy.kustomize import KUBERNETES, KUSTOMIZE, ROOT, check_restricted, find_values, render, validate
from tests.docs.documents import find_blocks

from kubernetes_parts import MARGIN, list_workloads
from tweetmoji.serve.predictor import CLOSE_S
from tweetmoji.serve.server import END_S
from tweetmoji.serve.settings import ServeSettings

CUSTOM = {"ServiceMonitor", "RayJob"}
"""Kinds whose schemas belong to operators."""

LABELS = {"app.kubernetes.io/name": "tweetmoji"}


@pytest.fixture(scope="module")
def objects():
    return render(KUSTOMIZE / "base")


@pytest.fixture(scope="module")
def pod(objects):
    return objects["Deployment"]["spec"]["template"]["spec"]


@pytest.fixture(scope="module")
def container(pod):
    [container] = pod["containers"]
    return container


@pytest.fixture(scope="module")
def overlay(tmp_path_factory):
    """The kustomization that docs/kubernetes.md shows."""
    shown = [block.code for block in find_blocks("docs/kubernetes.md") if "kind: Kustomization" in block.code]
    folder = tmp_path_factory.mktemp("overlay")
    shutil.copytree(KUSTOMIZE, folder / "deploy" / "kubernetes")
    [text] = shown
    (folder / "kustomization.yaml").write_text(text, encoding="utf-8")
    return render(folder)


@pytest.fixture(scope="module")
def labeling():
    """The objects that label files, by their folder."""
    return {name: render(KUSTOMIZE / name) for name in ("label-job", "label-ray-job")}


@pytest.mark.parametrize("version", KUBERNETES)
def test_every_object_is_valid_and_has_no_unknown_field(objects, overlay, labeling, version):
    for rendered in (objects, overlay, *labeling.values()):
        for kind, each in rendered.items():
            if kind not in CUSTOM:
                validate(each, version)


def test_every_selector_selects_the_pods_and_nothing_else(objects):
    deployment = objects["Deployment"]["spec"]
    assert LABELS.items() <= deployment["template"]["metadata"]["labels"].items()
    [spread] = deployment["template"]["spec"]["topologySpreadConstraints"]
    for selector in (
        deployment["selector"]["matchLabels"],
        objects["Service"]["spec"]["selector"],
        objects["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
        objects["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"],
        spread["labelSelector"]["matchLabels"],
    ):
        assert selector == LABELS


def test_ports_lead_to_the_one_of_the_container(objects, container):
    [port] = container["ports"]
    assert port["containerPort"] == ServeSettings().port
    assert objects["Service"]["spec"]["ports"][0]["targetPort"] == port["name"]
    [rule] = objects["NetworkPolicy"]["spec"]["ingress"]
    assert rule["ports"] == [{"port": port["name"], "protocol": "TCP"}]
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert container[probe]["httpGet"]["port"] == port["name"]


def test_probes_ask_the_right_paths_and_wait_over_a_second(container):
    paths = {"startupProbe": "/readyz", "readinessProbe": "/readyz", "livenessProbe": "/healthz"}
    for name, path in paths.items():
        assert container[name]["httpGet"]["path"] == path
        assert container[name]["timeoutSeconds"] > 1


def test_the_grace_covers_everything_that_a_stop_may_take(pod, container):
    settings = ServeSettings()
    stop_s = container["lifecycle"]["preStop"]["sleep"]["seconds"]
    stop_s += settings.drain_s + settings.shutdown_timeout_s + CLOSE_S + END_S
    assert container["lifecycle"]["preStop"]["sleep"]["seconds"] >= 5
    assert pod["terminationGracePeriodSeconds"] >= stop_s


def test_the_pod_keeps_to_the_restricted_standard(pod, container):
    check_restricted(pod, container)
    assert "volumes" not in pod


def test_no_service_sets_an_option_of_the_server(objects, pod):
    """Kubernetes would set NAME_PORT for a service of that name."""
    name = objects["Service"]["metadata"]["name"].upper()
    assert f"{name}_PORT" in {f"TWEETMOJI_{field.name.upper()}" for field in fields(ServeSettings)}
    assert pod["enableServiceLinks"] is False


def test_requests_are_limits_and_cores_those_of_the_measured_server(container):
    resources = container["resources"]
    assert resources["requests"] == resources["limits"]
    serving = json.loads((ROOT / "benchmarks/results/serving.json").read_text(encoding="utf-8"))
    assert int(resources["limits"]["cpu"]) == serving["cores"]


MEASURED = [workload for workload in list_workloads() if workload.peaks_mb]


@pytest.mark.parametrize("workload", MEASURED, ids=lambda workload: workload.name)
def test_the_limit_of_memory_leaves_a_margin_above_every_peak_that_was_measured(workload):
    assert workload.margin >= MARGIN, f"{workload.limit_mb:.0f} MB for {workload.peaks_mb}"


def test_what_runs_without_ray_is_measured():
    assert [workload.name for workload in MEASURED] == ["Deployment", "`compose.yaml`", "Job"]


def test_the_autoscaler_scales_the_deployment_by_the_metric_of_the_documents(objects):
    scaler = objects["HorizontalPodAutoscaler"]["spec"]
    assert scaler["scaleTargetRef"]["name"] == objects["Deployment"]["metadata"]["name"]
    assert "replicas" not in objects["Deployment"]["spec"]
    [metric] = scaler["metrics"]
    [rules] = [
        yaml.safe_load(block.code)["rules"] for block in find_blocks("docs/kubernetes.md") if "rules:" in block.code
    ]
    assert rules[0]["seriesQuery"].startswith(f"{metric['pods']['metric']['name']}{{")
    assert scaler["minReplicas"] >= 2
    target_ms = int(metric["pods"]["target"]["averageValue"].removesuffix("m"))  # thousandths of a second
    assert target_ms < ServeSettings().queue_ms / 10, "a server would refuse requests before others have started"


def test_a_node_can_be_drained_with_the_fewest_pods(objects):
    budget = objects["PodDisruptionBudget"]["spec"]["maxUnavailable"]
    assert 0 < budget < objects["HorizontalPodAutoscaler"]["spec"]["minReplicas"]


def test_pods_ask_nobody(objects):
    assert objects["NetworkPolicy"]["spec"]["policyTypes"] == ["Ingress", "Egress"]
    assert objects["NetworkPolicy"]["spec"]["egress"] == []


def test_every_image_has_the_version_of_the_package(objects, labeling):
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    images = find_values([objects, labeling], "image")
    assert set(images) == {f"tweetmoji:{version}", f"tweetmoji-ray:{version}"}


def test_the_example_of_the_documents_puts_its_image_and_namespace_in(overlay):
    [container] = overlay["Deployment"]["spec"]["template"]["spec"]["containers"]
    assert container["image"].startswith("registry.example/tweetmoji:")
    assert {each["metadata"]["namespace"] for each in overlay.values()} == {"tweetmoji"}


def test_the_service_monitor_reads_the_port_of_the_service(overlay):
    """By structure: its schema belongs to the Prometheus Operator."""
    monitor = overlay["ServiceMonitor"]
    assert monitor["apiVersion"] == "monitoring.coreos.com/v1"
    assert monitor["spec"]["selector"]["matchLabels"].items() <= overlay["Service"]["metadata"]["labels"].items()
    [endpoint] = monitor["spec"]["endpoints"]
    assert endpoint["port"] in {port["name"] for port in overlay["Service"]["spec"]["ports"]}
    assert int(endpoint["scrapeTimeout"][:-1]) < int(endpoint["interval"][:-1])


def test_keys_reach_the_server_by_its_setting_and_prometheus_from_the_same_secret(overlay):
    """The file that the variable names is one that the Secret brings; Prometheus reads another entry of it."""
    pod = overlay["Deployment"]["spec"]["template"]["spec"]
    [container] = pod["containers"]
    [variable], [mount], [volume] = container["env"], container["volumeMounts"], pod["volumes"]
    assert variable["name"].removeprefix("TWEETMOJI_").lower() in {field.name for field in fields(ServeSettings)}
    [item] = volume["secret"]["items"]
    assert variable["value"] == f"{mount['mountPath']}/{item['path']}"
    assert (mount["name"], mount["readOnly"]) == (volume["name"], True)
    assert volume["secret"]["defaultMode"] == 0o440
    assert pod["securityContext"]["fsGroup"] == pod["securityContext"]["runAsGroup"]
    check_restricted(pod, container)

    [endpoint] = overlay["ServiceMonitor"]["spec"]["endpoints"]
    assert endpoint["authorization"]["type"] == "Bearer"
    credentials = endpoint["authorization"]["credentials"]
    assert credentials["name"] == volume["secret"]["secretName"]
    assert credentials["key"] != item["key"], "a file of several keys is no key"
    [command] = [block.code for block in find_blocks("docs/kubernetes.md") if "create secret generic" in block.code]
    assert f"secret generic {credentials['name']} " in command
    assert set(re.findall(r"--from-file=(\S+?)(?==|\s)", command)) == {credentials["key"], item["key"]}
