"""The generated part of docs/kubernetes.md: the memory that each workload may take, beside what was measured."""

from dataclasses import dataclass
from typing import Any, Final

import yaml

from json_files import ROOT, read_json
from tweetmoji.evaluate.report.tables import MISSING, make_table

RESULTS: Final = "benchmarks/results"
UNITS: Final = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "M": 2**20, "G": 2**30}
"""Bytes of a unit: those of Kubernetes, and Compose's M and G, which are binary too."""

MARGIN: Final = 2
"""Least limit over the highest peak: a text may be longer, a request larger, and a reload holds two models."""


@dataclass(frozen=True)
class Workload:
    """What runs with a limit of memory.

    Attributes:
        name: What it is, in Markdown.
        limit_mb: Its limit, in MB of a million bytes.
        peaks_mb: Each result file that measured it to the highest memory there, in MB; empty if none did.
    """

    name: str
    limit_mb: float
    peaks_mb: dict[str, float]

    @property
    def margin(self) -> float | None:
        """The limit over the highest peak; None if none was measured."""
        return self.limit_mb / max(self.peaks_mb.values()) if self.peaks_mb else None


def list_workloads() -> list[Workload]:
    """List what ``deploy/kubernetes`` and ``compose.yaml`` run."""
    deployment = _read_yaml("deploy/kubernetes/base/deployment.yaml")["spec"]["template"]["spec"]
    job = _read_yaml("deploy/kubernetes/label-job/job.yaml")["spec"]["template"]["spec"]
    cluster = _read_yaml("deploy/kubernetes/label-ray-job/ray-job.yaml")["spec"]["rayClusterSpec"]
    service = _read_yaml("compose.yaml")["services"]["tweetmoji"]["deploy"]
    [workers] = cluster["workerGroupSpecs"]
    return [
        Workload("Deployment", _read_limit(deployment["containers"][0]), measure_server()),
        Workload("`compose.yaml`", _read_limit(service), measure_server()),
        Workload("Job", _read_limit(job["containers"][0]), measure_label()),
        Workload("RayJob, head", _read_limit(cluster["headGroupSpec"]["template"]["spec"]["containers"][0]), {}),
        Workload("RayJob, worker", _read_limit(workers["template"]["spec"]["containers"][0]), {}),
    ]


def measure_server() -> dict[str, float]:
    """The highest memory of the server on two cores: at rest, under load, overloaded, and with faults and reloads."""
    serving, container, overload, soak = map(_read_result, ("serving", "container", "overload", "soak"))
    [ours] = [server for server in serving["servers"] if server["name"] == "tweetmoji"]
    return {
        "container": container["memory_at_rest_mb"],
        "serving": max(ours["memory_mb"]["all"]),
        "overload": max(run["memory_mb"]["highest"] for run in overload["runs"]),
        "soak": max(value for value in soak["series"]["memory_mb"] if value is not None),
    }


def measure_label() -> dict[str, float]:
    """The highest memory of ``tweetmoji label`` on one machine, with the model and with a stub on many more rows."""
    memory = _read_result("label").get("memory")
    return {"label": max(memory["model_mb"], memory["stub_mb"])} if memory else {}


def render_resources() -> str:
    """Tabulate the limits and what was measured."""
    rows = []
    for workload in list_workloads():
        measured, margin, source = "not measured", MISSING, MISSING
        if workload.margin is not None:
            name = max(workload.peaks_mb, key=lambda each: workload.peaks_mb[each])
            measured, margin = f"{workload.peaks_mb[name]:.0f} MB", f"{workload.margin:.1f}×"
            source = f"[{name}](../{RESULTS}/{name}.json)"
        rows.append([workload.name, f"{workload.limit_mb:.0f} MB", measured, margin, source])
    return make_table(["memory", "limit", "highest that was measured", "limit over that", "result file"], rows)


def _read_limit(workload: dict[str, Any]) -> float:
    """The limit of memory of a container or a service, in MB."""
    text: str = workload["resources"]["limits"]["memory"]
    number = text.rstrip("KMGi")
    return int(number) * UNITS[text.removeprefix(number)] / 1e6


def _read_yaml(path: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))
    return content


def _read_result(name: str) -> dict[str, Any]:
    return read_json(f"{RESULTS}/{name}.json")
