"""`tools/serving_parts.py`: the tables of a small result."""

import pytest
from tests.toys.serving import make_result

for package in ("sklearn", "matplotlib"):
    pytest.importorskip(package, reason=f"{package} is not installed: pip install '.[evaluate]'")

from serving_parts import render_latency, render_throughput  # noqa: E402


def test_tables_have_every_measured_server_and_name_the_others():
    result = make_result(tweetmoji=123.0, other=5.0)
    result["servers"].append({"name": "third", "title": "third", "skipped": "no environment"})
    table = render_throughput(result)
    assert "| **tweetmoji** | 123 | 8.1 ms | 100 MB | 0.5 s |" in table
    assert "| other | 5.0 | 200.0 ms |" in table
    assert "Errors: 6. Not measured: third." in table
    assert "| **tweetmoji** | 8.1 / 16 | 8.1 / 16 | 1.0 / 3.0 |" in render_latency(result)
