"""The Kubernetes objects as kustomize renders them: against the schemas, and against what the server does itself."""

import json
import re
import shutil
import subprocess
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
import yaml
from tests.docs.documents import find_blocks

from tweetmoji.cli.label import EXIT_BAD_ROWS
from tweetmoji.serve.predictor import CLOSE_S
from tweetmoji.serve.server import END_S
from tweetmoji.serve.settings import ServeSettings

ROOT = Path(__file__).parents[2]
KUSTOMIZE = ROOT / "deploy" / "kubernetes"
KUBERNETES = ("1.30", "1.37")
"""The oldest version that has all fields, and the newest whose schemas are at hand."""

LABELS = {"app.kubernetes.io/name": "tweetmoji"}
MEBIBYTE = 2**20


def render(folder):
    """Render a kustomization; kind to object."""
    if not shutil.which("kubectl"):
        pytest.skip("no kubectl on PATH, which carries kustomize")
    completed = subprocess.run(
        ["kubectl", "kustomize", folder], capture_output=True, text=True, check=False, timeout=60
    )
    assert completed.returncode == 0, completed.stderr
    objects = list(yaml.safe_load_all(completed.stdout))
    by_kind = {each["kind"]: each for each in objects}
    assert len(by_kind) == len(objects)
    return by_kind


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
def label_job():
    """The objects that label a file of a volume."""
    return render(KUSTOMIZE / "label-job")


@pytest.mark.parametrize("version", KUBERNETES)
def test_every_object_is_valid_and_has_no_unknown_field(objects, overlay, label_job, version):
    schemas = pytest.importorskip(
        "kubernetes_validate", reason="kubernetes-validate is missing: pip install '.[release]'"
    )
    for each in (*objects.values(), *overlay.values(), *label_job.values()):
        if each["kind"] != "ServiceMonitor":  # whose schema belongs to the Prometheus Operator
            schemas.validate(each, version, strict=True)


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


def check_restricted(pod, container):
    """https://kubernetes.io/docs/concepts/security/pod-security-standards/, and more."""
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert pod["automountServiceAccountToken"] is False
    assert not {"hostNetwork", "hostPID", "hostIPC"} & pod.keys()
    user = re.search(r"^USER (\d+):(\d+)$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert (pod["securityContext"]["runAsUser"], pod["securityContext"]["runAsGroup"]) == tuple(map(int, user.groups()))


def test_no_service_sets_an_option_of_the_server(objects, pod):
    """Kubernetes would set NAME_PORT for a service of that name."""
    name = objects["Service"]["metadata"]["name"].upper()
    assert f"{name}_PORT" in {f"TWEETMOJI_{field.name.upper()}" for field in fields(ServeSettings)}
    assert pod["enableServiceLinks"] is False


def test_resources_are_those_of_the_measured_server(container):
    resources = container["resources"]
    assert resources["requests"] == resources["limits"]
    serving, measured = (
        json.loads((ROOT / f"benchmarks/results/{name}.json").read_text(encoding="utf-8"))
        for name in ("serving", "container")
    )
    assert int(resources["limits"]["cpu"]) == serving["cores"]
    [ours] = [server for server in serving["servers"] if server["name"] == "tweetmoji"]
    needed_mb = max(ours["memory_mb"]["median"], measured["memory_at_rest_mb"])
    limit = int(resources["limits"]["memory"].removesuffix("Mi")) * MEBIBYTE
    assert limit >= 2 * needed_mb * 1e6


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


def test_a_node_can_be_drained_with_the_fewest_pods(objects):
    budget = objects["PodDisruptionBudget"]["spec"]["maxUnavailable"]
    assert 0 < budget < objects["HorizontalPodAutoscaler"]["spec"]["minReplicas"]


def test_pods_ask_nobody(objects):
    assert objects["NetworkPolicy"]["spec"]["policyTypes"] == ["Ingress", "Egress"]
    assert objects["NetworkPolicy"]["spec"]["egress"] == []


def test_the_image_has_the_version_of_the_package(container, label_job):
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    [labels] = label_job["Job"]["spec"]["template"]["spec"]["containers"]
    assert {container["image"], labels["image"]} == {f"tweetmoji:{version}"}


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


def test_pods_that_label_get_no_requests_and_send_none(objects, label_job):
    job, policy = label_job["Job"]["spec"], label_job["NetworkPolicy"]["spec"]
    labels = job["template"]["metadata"]["labels"]
    assert not objects["Service"]["spec"]["selector"].items() <= labels.items()
    assert policy["podSelector"]["matchLabels"] == labels
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    assert policy["ingress"] == policy["egress"] == []


def test_a_job_that_ended_by_itself_is_not_tried_again(label_job):
    rules = label_job["Job"]["spec"]["podFailurePolicy"]["rules"]
    [codes] = [rule["onExitCodes"]["values"] for rule in rules if rule["action"] == "FailJob"]
    assert codes == [1, 2, EXIT_BAD_ROWS]
    pod = label_job["Job"]["spec"]["template"]["spec"]
    [container] = pod["containers"]
    check_restricted(pod, container)
    assert pod["enableServiceLinks"] is False
    workdir = re.search(r"^WORKDIR (\S+)$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert {mount["mountPath"] for mount in container["volumeMounts"]} == {workdir[1], "/tmp"}
