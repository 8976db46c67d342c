"""The Job and the RayJob that label files, as kustomize renders them: against the image, the command and each other."""

import json
import re
import shlex

import pytest
from tests.deploy.kustomize import KUBERNETES, KUSTOMIZE, ROOT, check_restricted, read_dockerfile, render, validate

from tweetmoji.cli.label import EXIT_BAD_ROWS, command

NAME = "app.kubernetes.io/name"
DASHBOARD = 8265
"""Port of the head to which KubeRay gives the command: https://docs.ray.io/en/latest/ray-core/configure.html"""


@pytest.fixture(scope="module")
def service():
    return render(KUSTOMIZE / "base")["Service"]


@pytest.fixture(scope="module")
def label_job():
    """The objects that label a file of a volume."""
    return render(KUSTOMIZE / "label-job")


@pytest.fixture(scope="module")
def ray_objects():
    """The objects that label a folder of a volume on a Ray cluster."""
    return render(KUSTOMIZE / "label-ray-job")


@pytest.fixture(scope="module")
def ray_job(ray_objects):
    return ray_objects["RayJob"]["spec"]


@pytest.fixture(scope="module")
def templates(ray_job):
    """Templates of the pods of the Ray job."""
    [workers] = ray_job["rayClusterSpec"]["workerGroupSpecs"]
    return {
        "submitter": ray_job["submitterPodTemplate"],
        "head": ray_job["rayClusterSpec"]["headGroupSpec"]["template"],
        "worker": workers["template"],
    }


def parse(words):
    """The inputs and options of a ``tweetmoji label``; fails on an unknown one."""
    return command.make_context("label", list(words)).params


def find_mounts(pod):
    """Path of each mount to its volume."""
    [container] = pod["containers"]
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    return {mount["mountPath"]: volumes[mount["name"]] for mount in container["volumeMounts"]}


def test_pods_that_label_get_no_requests_and_send_none(service, label_job):
    job, policy = label_job["Job"]["spec"], label_job["NetworkPolicy"]["spec"]
    labels = job["template"]["metadata"]["labels"]
    assert not service["spec"]["selector"].items() <= labels.items()
    assert policy["podSelector"]["matchLabels"] == labels
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    assert policy["ingress"] == policy["egress"] == []


def test_a_job_that_ended_by_itself_is_not_tried_again(label_job):
    rules = label_job["Job"]["spec"]["podFailurePolicy"]["rules"]
    [codes] = [rule["onExitCodes"]["values"] for rule in rules if rule["action"] == "FailJob"]
    assert codes == [1, 2, EXIT_BAD_ROWS]


def test_the_job_has_the_least_privileges_and_writes_where_volumes_are(label_job):
    pod = label_job["Job"]["spec"]["template"]["spec"]
    [container] = pod["containers"]
    check_restricted(pod, container)
    assert container["resources"]["requests"] == container["resources"]["limits"]
    assert set(find_mounts(pod)) == {read_dockerfile("WORKDIR"), "/tmp"}
    parse(container["args"][1:])


def test_the_job_has_the_cores_of_the_run_that_was_measured(label_job):
    path = ROOT / "benchmarks" / "results" / "label.json"
    measured = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    if "memory" not in measured:
        pytest.skip("not measured: python benchmarks/label.py memory")
    [container] = label_job["Job"]["spec"]["template"]["spec"]["containers"]
    assert int(container["resources"]["limits"]["cpu"]) == measured["memory"]["cores"]


def test_the_ray_job_asks_for_as_many_workers_as_the_cluster_has_cores(ray_job, templates):
    program, name, *words = shlex.split(ray_job["entrypoint"])
    assert (program, name) == ("tweetmoji", "label")
    options = parse(words)
    assert options["engine"] == "ray"
    assert options["address"] is None, "Ray gives the command the address of its own cluster"
    [workers] = ray_job["rayClusterSpec"]["workerGroupSpecs"]
    assert workers["minReplicas"] == workers["replicas"] == workers["maxReplicas"]
    [container] = templates["worker"]["spec"]["containers"]
    assert options["threads"] == workers["replicas"] * int(container["resources"]["limits"]["cpu"])
    assert ray_job["rayClusterSpec"]["headGroupSpec"]["rayStartParams"]["num-cpus"] == "0"


def test_the_ray_job_reads_and_writes_in_the_volume_of_the_head(ray_job, templates):
    options = parse(shlex.split(ray_job["entrypoint"])[2:])
    mounts = find_mounts(templates["head"]["spec"])
    volume = read_dockerfile("WORKDIR")
    assert "persistentVolumeClaim" in mounts[volume]
    assert all(path.startswith(f"{volume}/") for path in (*options["inputs"], options["output"]))
    assert set(find_mounts(templates["worker"]["spec"])) == {"/tmp"}


@pytest.mark.parametrize("version", KUBERNETES)
@pytest.mark.parametrize("name", ["submitter", "head", "worker"])
def test_every_pod_of_the_ray_job_is_valid_and_has_no_unknown_field(templates, name, version):
    """What is around the pods is KubeRay's, whose schema is not part of Kubernetes."""
    template = templates[name]
    validate(
        {"apiVersion": "v1", "kind": "Pod", **template, "metadata": template["metadata"] | {"name": name}}, version
    )


@pytest.mark.parametrize("name", ["submitter", "head", "worker"])
def test_every_pod_of_the_ray_job_has_the_least_privileges(templates, name):
    pod = templates[name]["spec"]
    [container] = pod["containers"]
    check_restricted(pod, container)
    assert container["image"].startswith("tweetmoji-ray:")
    assert container["resources"]["limits"].keys() == container["resources"]["requests"].keys() == {"cpu", "memory"}
    assert find_mounts(pod)["/tmp"]["emptyDir"] == {}, "where Ray writes"


def test_the_ray_job_names_the_version_of_ray_that_the_image_has(ray_job):
    constraints = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    [version] = re.findall(r"^ray==(\S+)", constraints, flags=re.MULTILINE)
    assert ray_job["rayClusterSpec"]["rayVersion"] == version


def test_the_cluster_of_the_ray_job_asks_for_a_token(ray_job):
    assert ray_job["rayClusterSpec"]["authOptions"] == {"mode": "token"}


def test_the_ray_job_takes_its_cluster_away(ray_job):
    """KubeRay refuses a time to live without the shutdown."""
    assert ray_job["shutdownAfterJobFinishes"] is True
    assert ray_job["ttlSecondsAfterFinished"] > 0


def test_a_ray_cluster_is_open_to_its_own_pods_and_its_head_to_the_operator(service, ray_objects, templates):
    policy = ray_objects["NetworkPolicy"]["spec"]
    selected = policy["podSelector"]["matchLabels"]
    for template in templates.values():
        assert selected.items() <= template["metadata"]["labels"].items()
        assert not service["spec"]["selector"].items() <= template["metadata"]["labels"].items()
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    own, operator = policy["ingress"]
    assert own == {"from": [{"podSelector": {"matchLabels": selected}}]}
    assert operator["from"][0]["podSelector"]["matchLabels"] == {NAME: "kuberay-operator"}
    [container] = templates["head"]["spec"]["containers"]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    assert [ports[port["port"]] for port in operator["ports"]] == [DASHBOARD]
    cluster, names = policy["egress"]
    assert cluster == {"to": own["from"]}
    assert {port["port"] for port in names["ports"]} == {53}
