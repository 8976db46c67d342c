"""`tools/label_parts.py`: numbers worked out by hand."""

from label_parts import render_label, render_scale


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


MEASURED = {
    "rates": {"threads": 2, "ratios": {}, "rows_per_s": {"csv": {"median": 2000.0}}},
    "ray": {
        "workers": 2,
        "n": 200_000,
        "rows_per_s": {"ray": {"median": 1800.0}, "stub": {"median": 90_000.0}},
        "ray over local": {"median": 0.9},
    },
}


def test_a_billion_tweets_are_calculated_from_the_rates_of_a_core_and_a_worker():
    table = render_scale(MEASURED)
    assert "| core-hours for a billion tweets | 278 |" in table
    assert "| core-hours for a billion tweets on Ray | 309 |" in table
    assert "| workers that one command keeps busy | 100 |" in table
    assert "| hours for a billion tweets with these | 3.1 |" in table


def test_without_ray_only_the_local_rates_count():
    assert "Ray" not in render_scale({"rates": MEASURED["rates"]})
    assert render_scale({}) == "Not measured."


def test_ray_over_the_local_engine_has_a_target():
    row = "| rows/s on Ray over the local engine, both on 2 cores, 200,000 rows | ≥ 0.85× | 0.9× | yes |"
    assert row in render_label(MEASURED)
