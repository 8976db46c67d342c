"""Builds the models that the benchmarks' peers serve, each in its own environment, into .venv-peers/models/.

A peer with a model has a ``build.py`` beside its ``requirements.txt``. Run ``python benchmarks/peers/models.py`` after
``setup.py``. A folder that exists is left alone; ``--force`` builds all again. ``TWEETMOJI_BASE`` names the folder of a
pretrained MiniLM, without which weights are random. If one model fails, the others are built all the same, and the exit
code is 1.
"""

import argparse
import os
import subprocess
import sys

from setup import MODELS, PEERS, find_python


def build(name: str, *, force: bool) -> None:
    """Build the model of a peer.

    Raises:
        RuntimeError: Its environment is absent.
        subprocess.CalledProcessError: The build failed.
    """
    target = MODELS / name
    if target.is_dir() and not force:
        print(f"{name}: model exists", flush=True)
        return
    python = find_python(name)
    if python is None:
        raise RuntimeError(f"no environment; run: python benchmarks/peers/setup.py {name}")
    print(f"{name}: building the model", flush=True)
    environment = os.environ | {"HF_HUB_OFFLINE": "1"}
    subprocess.run([python, PEERS / name / "build.py", target], check=True, env=environment)


def main() -> None:
    """Build all models."""
    parser = argparse.ArgumentParser(description="Build the models of the benchmarks' peers.")
    parser.add_argument("--force", action="store_true", help="build those that exist again")
    force = parser.parse_args().force
    failed = []
    for name in sorted(path.parent.name for path in PEERS.glob("*/build.py")):
        try:
            build(name, force=force)
        except (RuntimeError, subprocess.CalledProcessError) as error:
            print(f"{name}: failed: {error}", file=sys.stderr, flush=True)
            failed.append(name)
    if failed:
        sys.exit(f"not built: {', '.join(failed)}")


if __name__ == "__main__":
    main()
