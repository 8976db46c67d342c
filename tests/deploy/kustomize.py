"""Kustomizations of ``deploy/kubernetes`` as kubectl renders them, and what every pod of theirs keeps to."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
KUSTOMIZE = ROOT / "deploy" / "kubernetes"
KUBERNETES = ("1.30", "1.37")
"""The oldest version that has all fields, and the newest whose schemas are at hand."""


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


def validate(content, version):
    """Compare an object with the schema of its kind, which knows every field."""
    schemas = pytest.importorskip(
        "kubernetes_validate", reason="kubernetes-validate is missing: pip install '.[release]'"
    )
    schemas.validate(content, version, strict=True)


def find_values(content, key):
    """Every value of a key, at any depth."""
    if isinstance(content, list):
        return [value for each in content for value in find_values(each, key)]
    if isinstance(content, dict):
        own = [content[key]] if key in content else []
        return own + find_values(list(content.values()), key)
    return []


def read_dockerfile(instruction):
    """The arguments of an instruction that the Dockerfile has once."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    [arguments] = re.findall(rf"^{instruction} (.+)$", text, flags=re.MULTILINE)
    return arguments


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
    assert pod["enableServiceLinks"] is False, "a Service named tweetmoji would set TWEETMOJI_PORT, an option"
    assert not {"hostNetwork", "hostPID", "hostIPC"} & pod.keys()
    user = f"{pod['securityContext']['runAsUser']}:{pod['securityContext']['runAsGroup']}"
    assert user == read_dockerfile("USER")
