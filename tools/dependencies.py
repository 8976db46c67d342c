"""Checks what the wheel brings along, in an environment that holds it and nothing else: ``make release-check``.

    python tools/dependencies.py .venv-release

The licenses of all packages must be in the list in pyproject.toml (``[tool.pip-licenses]``). Where a package's metadata
has the text of a license instead of its name, the text is what is checked. pip-audit asks the index for known
vulnerabilities; where its service does not answer, that is said and is no failure. ``dist/`` gets the bill of materials
(CycloneDX).
"""

import json
import os
import subprocess
import sys
import tomllib
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
LICENSE_TEXTS = {"Apache License Version 2.0, January 2004": "Apache-2.0"}
"""Beginning of a license's text, without line breaks, to the license's name."""


def main() -> None:
    """Check licenses and vulnerabilities, and write the bill of materials."""
    environment = Path(sys.argv[1])
    check_licenses(environment)
    print(f"vulnerabilities: {audit(environment)}")
    write_sbom(environment)


def run(tool: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a tool of this environment."""
    return subprocess.run([BIN / tool, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def check_licenses(environment: Path) -> None:
    """Compare the licenses of all packages with the list of those that are allowed, and print what was found."""
    completed = run("pip-licenses", "--python", str(environment / "bin" / "python"), "--format", "json")
    if completed.returncode:
        sys.exit(
            f"pip-licenses: {completed.stderr.strip()}; read the license, then add it in pyproject.toml or do without"
        )
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pip-licenses"]
    texts = "".join(f"; {name}, by its text: {read_license(environment, name)}" for name in settings["ignore-packages"])
    print(f"licenses: {len(json.loads(completed.stdout))} packages, all allowed{texts}")


def read_license(environment: Path, package: str) -> str:
    """Name the license whose text is in a package's metadata; ends the program if it is none of `LICENSE_TEXTS`."""
    found = next(iter(distributions(name=package, path=[str(find_packages(environment))])), None)
    if found is None:
        sys.exit(f"licenses: {package} is not installed; take it out of ignore-packages in pyproject.toml")
    text = " ".join((found.metadata["License"] or "").split())
    for beginning, name in LICENSE_TEXTS.items():
        if text.startswith(beginning):
            return name
    sys.exit(
        f"licenses: {package} {found.version} says {text[:60]!r}; expected the text of one of "
        f"{', '.join(LICENSE_TEXTS.values())}; read the license, then add it in tools/dependencies.py or do without"
    )


def find_packages(environment: Path) -> Path:
    """The folder of the packages that are installed in an environment."""
    [packages] = environment.glob("lib/python*/site-packages")
    return packages


def audit(environment: Path) -> str:
    """Look for known vulnerabilities; what was found out."""
    packages = str(find_packages(environment))
    completed = run("pip-audit", "--path", packages, "--format", "json", "--progress-spinner", "off")
    try:
        rows = json.loads(completed.stdout)["dependencies"]
    except (ValueError, KeyError):
        return f"not run: {completed.stderr.strip().splitlines()[-1] if completed.stderr.strip() else 'no answer'}"
    return describe_audit(rows)


def describe_audit(rows: list[dict[str, Any]]) -> str:
    """What pip-audit found; ends the program if it is a vulnerability."""
    audited = [row for row in rows if "vulns" in row]
    if not audited:
        return "not run: the index knows nothing of any package"
    found = [f"{row['name']} {row['version']}: {each['id']}" for row in audited for each in row["vulns"]]
    if found:
        sys.exit(f"vulnerabilities: {'; '.join(found)}; raise the versions (make constraints)")
    return f"none known in {len(audited)} packages"


def write_sbom(environment: Path) -> None:
    """Write the software bill of materials beside the wheel, the same for the same packages."""
    [wheel] = (ROOT / "dist").glob("*.whl")
    path = wheel.with_name(f"{'-'.join(wheel.name.split('-')[:2])}.cdx.json")
    epoch = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=True)
    os.environ["SOURCE_DATE_EPOCH"] = epoch.stdout.strip()
    options = ("--pyproject", "pyproject.toml", "--output-reproducible", "--output-format", "JSON")
    completed = run(
        "cyclonedx-py", "environment", *options, "--output-file", str(path), str(environment / "bin/python")
    )
    if completed.returncode:
        sys.exit(f"cyclonedx-py: {completed.stderr.strip()}")
    components = json.loads(path.read_text(encoding="utf-8"))["components"]
    print(f"bill of materials: {path.name}, {len(components)} packages")


if __name__ == "__main__":
    main()
