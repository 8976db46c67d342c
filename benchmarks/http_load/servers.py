"""The servers that `serving.py` compares: tweetmoji of the checkout and of an earlier commit, and its peers."""

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from peers.setup import MODELS, PEERS, find_python

OURS = "tweetmoji"
PACKAGES = (
    *("tweetmoji", "fastapi", "uvicorn", "onnxruntime", "tokenizers", "numpy"),
    *(
        "flask",
        "tensorflow_cpu",
        "tf_keras",
        "transformers",
        "torch",
        "litserve",
        "infinity_emb",
        "optimum",
        "model2vec",
    ),
)
"""Packages whose versions the result names, where a server's environment has them."""

LIST_VERSIONS = """
import importlib.metadata, json, platform, sys
versions = {"python": platform.python_version()}
for name in sys.argv[1:]:
    try:
        versions[name] = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        pass
print(json.dumps(versions))
"""


@dataclass(frozen=True)
class Server:
    """A server to measure.

    Attributes:
        name: Its name in the result; that of its environment, except for the checkout's own.
        title: What it is, for tables.
        path: Where it takes one text.
        arguments: Interpreter and port to the command line.
        make_body: Text to the JSON body.
        model: Name of the model in .venv-peers/models that it loads; None if it brings its own.
    """

    name: str
    title: str
    path: str
    arguments: Callable[[Path, int], list[str | Path]]
    make_body: Callable[[str], str] = lambda text: json.dumps({"text": text})
    model: str | None = None

    def find_python(self) -> Path | None:
        """Find the interpreter of its environment; None if the environment is absent or out of date."""
        return Path(sys.executable) if self.name == OURS else find_python(self.name)

    def explain_absence(self) -> str | None:
        """Explain why the server cannot run, with the command that helps; None if it can."""
        if self.find_python() is None:
            return f"no environment; run: python benchmarks/peers/setup.py {self.name}"
        if self.model and not (MODELS / self.model).is_dir():
            return f"no model in .venv-peers/models/{self.model}; run: python benchmarks/peers/models.py"
        return None

    def make_command(self, port: int) -> list[str | Path]:
        """Make the command line that serves on a port of 127.0.0.1."""
        python = self.find_python()
        if python is None:
            raise ValueError(f"{self.name}: {self.explain_absence()}")
        return self.arguments(python, port)

    def make_environment(self) -> dict[str, str]:
        """Make its environment variables: no settings of ours, no other project's modules, no network."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("TWEETMOJI_") and (name != "PYTHONPATH" or self.name == OURS)
        }
        return inherited | {"HF_HUB_OFFLINE": "1", "DO_NOT_TRACK": "1", "INFINITY_ANONYMOUS_USAGE_STATS": "0"}

    def list_versions(self) -> dict[str, str]:
        """List the versions of Python and `PACKAGES` in its environment."""
        python = self.find_python()
        command = [str(python), "-c", LIST_VERSIONS, *PACKAGES]
        output = subprocess.run(command, capture_output=True, text=True, check=True, env=self.make_environment()).stdout
        versions: dict[str, str] = json.loads(output)
        return versions


def post(url: str, body: str) -> tuple[int, Any]:
    """Post a JSON body; returns the status and the JSON response.

    Raises:
        OSError: Nothing listens, or the connection broke.
    """
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    try:
        connection.request("POST", parts.path, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        content = response.read()
        return response.status, json.loads(content) if response.status == 200 else content.decode(errors="replace")
    except http.client.HTTPException as error:
        raise ConnectionError(str(error)) from error
    finally:
        connection.close()


def is_ready(url: str, body: str) -> bool:
    """Whether a server answers a JSON body with 200; False as long as nothing listens."""
    try:
        return post(url, body)[0] == 200
    except OSError:
        return False


def _serve_script(name: str, model: str) -> Callable[[Path, int], list[str | Path]]:
    return lambda python, port: [python, PEERS / name / "server.py", MODELS / model, str(port)]


def _serve_tweetmoji(python: Path, port: int) -> list[str | Path]:
    return [python, "-m", "tweetmoji", "serve", "--port", str(port)]


SERVERS = (
    Server(OURS, "tweetmoji", "/tweets", _serve_tweetmoji),
    Server("tweetmoji-5f8648e", "tweetmoji as of 5f8648e", "/tweets", _serve_tweetmoji),
    Server(
        "litserve",
        "LitServe, onnxruntime int8, batches of 16",
        "/predict",
        _serve_script("litserve", "network"),
        model="network",
    ),
    Server(
        "infinity",
        "infinity, optimum engine, int8",
        "/classify",
        _serve_script("infinity", "network"),
        lambda text: json.dumps({"model": "network", "input": [text]}),
        model="network",
    ),
    Server(
        "transformers-fastapi",
        "transformers pipeline (DistilBERT), FastAPI",
        "/predict",
        _serve_script("transformers-fastapi", "transformers-fastapi"),
        model="transformers-fastapi",
    ),
    Server(
        "flask-tensorflow",
        "original's stack: Flask, TensorFlow (DistilBERT)",
        "/tweets",
        _serve_script("flask-tensorflow", "flask-tensorflow"),
        model="flask-tensorflow",
    ),
    Server(
        "model2vec",
        "model2vec (static embeddings), FastAPI",
        "/predict",
        _serve_script("model2vec", "model2vec"),
        model="model2vec",
    ),
)
"""All servers, the checkout's own first."""
