"""`tools/label_parts.py`: numbers worked out by hand."""

from label_parts import render_label


def test_figures_stand_beside_their_targets():
    ratios = {"csv over lists": {"median": 0.95}, "parquet over lists": {"median": 0.85}}
    memory = {
        "n": 300_000,
        "n_stub": 10**7,
        "model_mb": 220.0,
        "model_tenth_mb": 200.0,
        "stub_mb": 600.0,
        "stub_tenth_mb": 300.0,
    }
    kills = {"kills": 50, "outputs": 12, "outputs_that_differ": 0}
    lines = render_label({"rates": {"ratios": ratios}, "memory": memory, "kills": kills}).splitlines()[2:]
    assert [line.split("|")[-2].strip() for line in lines] == [
        "yes", "**no**", "yes", "yes", "**no**", "**no**", "yes",
    ]  # fmt: skip
    assert "| peak memory at 300,000 rows with the model | ≤ 500 MB | 220 MB | yes |" in lines
    assert "kill -9 at 50 moments, of 12" in lines[-1]


def test_what_is_not_measured_is_said():
    assert render_label({}) == "Not measured."
