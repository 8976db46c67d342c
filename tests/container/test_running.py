"""How a container runs: least privileges, settings, models, health, other commands."""

import json
import re

import pytest

pytestmark = pytest.mark.container

EXAMPLE = "Today is a good day!"
LEAST_PRIVILEGES = ("--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--user", "4711:4712")


def test_serve_runs_with_the_least_privileges(start_server):
    server = start_server(options=LEAST_PRIVILEGES)
    assert server.get("/tweets", params={"text": EXAMPLE}).json()["emoji"] == "😂"
    assert server.get("/swagger-ui").status_code == 200
    assert server.logs().count("\n") == 1, "it wrote more than its address"
    assert server.execute("python3", "-c", "import os; print(os.getuid())").stdout == "4711\n"
    assert "Read-only file system" in server.execute("python3", "-c", "open('/tmp/x', 'w')", check=False).stderr


def test_predict_reads_stdin_with_the_least_privileges_and_no_network(run, shipped_emojifier):
    texts = [EXAMPLE, "", "I miss you so much", "how dare they 😡"]
    options = (*LEAST_PRIVILEGES, "--network", "none", "--interactive")
    completed = run("predict", "--json", options=options, input="\n".join(texts) + "\n")
    assert completed.returncode == 0, completed.stderr
    assert completed.stderr == ""
    rows = [json.loads(line) for line in completed.stdout.splitlines()]
    expected = shipped_emojifier.predict(texts)
    assert [row["emoji"] for row in rows] == [prediction.emoji for prediction in expected]
    for row, prediction in zip(rows, expected, strict=True):
        assert row["scores"] == pytest.approx(prediction.scores, abs=1e-6)


def test_serve_takes_settings_from_environment_and_arguments(configured_server):
    assert configured_server.get("/tweets", params={"text": EXAMPLE}).json()["emoji"] == "😂"
    logs = configured_server.logs()
    assert "tweetmoji serves on http://0.0.0.0:8080" in logs
    assert re.search(r"GET /tweets\b", logs)
    assert "text=" not in logs, "the log repeats what people wrote"


@pytest.mark.parametrize(
    ("options", "command", "named"),
    [(("--env", "TWEETMOJI_PORT=70000"), (), "TWEETMOJI_PORT"), ((), ("serve", "--threads", "-1"), "--threads")],
    ids=["variable", "argument"],
)
def test_wrong_setting_is_a_usage_error_in_one_line(run, options, command, named):
    check_failure(run(*command, options=options), named)


def test_mounted_model_predicts_in_every_command(start_server, own_model):
    server = start_server(options=("--volume", f"{own_model}:/model:ro", "--env", "TWEETMOJI_MODEL=/model"))
    assert server.get("/tweets", params={"text": EXAMPLE}).json()["emoji"] == "🥳"
    assert server.get("/v1/model").json()["name"] == "own"
    assert server.execute("tweetmoji", EXAMPLE).stdout.startswith("🥳\tjoy\t")


def test_damaged_model_is_an_error_in_one_line(run, own_model):
    weights = own_model / "model.onnx"
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 1
    weights.write_bytes(content)
    options = ("--volume", f"{own_model}:/model:ro", "--env", "TWEETMOJI_MODEL=/model")
    check_failure(run(options=options), "/model/model.onnx: damaged")


def test_health_check_follows_the_server(configured_server, docker, wait):
    def health():
        return configured_server.inspect("{{.State.Health.Status}}")

    wait(lambda: health() == "healthy", "the container is healthy")
    docker("kill", "--signal", "STOP", configured_server.id)
    try:
        wait(lambda: health() == "unhealthy", "the stopped container is unhealthy")
    finally:
        docker("kill", "--signal", "CONT", configured_server.id)
    wait(lambda: health() == "healthy", "the container is healthy again")


def test_health_check_reads_an_empty_port_as_the_default(server):
    [kind, *command] = json.loads(server.inspect("{{json .Config.Healthcheck.Test}}"))
    assert kind == "CMD"
    assert server.execute(*command, options=("--env", "TWEETMOJI_PORT="), check=False).returncode == 0
    assert server.execute(*command, options=("--env", "TWEETMOJI_PORT=5001"), check=False).returncode == 1


def check_failure(completed, named):
    """Check that a container ended with one line that names the mistake."""
    assert completed.returncode in {1, 2}, completed.stderr
    assert completed.stdout == ""
    assert completed.stderr.count("\n") == 1, completed.stderr
    assert completed.stderr.startswith("tweetmoji: ")
    assert named in completed.stderr
