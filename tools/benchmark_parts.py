"""The tables of the documents that show one small result of ``benchmarks/`` each.

Every function takes the content of its result file.
"""

from typing import Any

from tweetmoji.evaluate.report.tables import make_table


def render_installation(result: dict[str, Any]) -> str:
    """Size, start and memory of the base installation."""
    rows = [
        ["installed with all dependencies", f"{result['installed_mb']:.0f} MB"],
        ["of which the model", f"{result['model_mb']:.1f} MB"],
        [f'`tweetmoji "…"` from a cold start, median of {result["runs"]}', f"{result['cold_start_s']:.2f} s"],
        ["peak memory of that process", f"{result['peak_memory_mb']:.0f} MB"],
    ]
    return make_table(["base installation", f"{result['hardware']['cores']} cores"], rows)


def render_container(result: dict[str, Any]) -> str:
    """Size, start, stop and memory of the container."""
    rows = [
        ["our layers, on top of the base image", f"{result['our_layers_mb']:.0f} MB"],
        [f"first answer after the start, median of {result['runs']}", f"{result['first_answer_s']:.2f} s"],
        [f"stop after SIGTERM, idle, median of {result['runs']}", f"{result['stop_s']:.2f} s"],
        ["memory at rest", f"{result['memory_at_rest_mb']:.0f} MB"],
    ]
    return make_table(["container", f"{result['hardware']['cores']} cores"], rows)


def render_arithmetic(result: dict[str, Any]) -> str:
    """Speed and distance from float32 of each way to compute the network."""
    rows = [
        [
            row["name"],
            f"{row['alone_ms']:.2f}",
            f"{row['in_batches_ms']:.2f}",
            f"{row['mean_distance']:.4f}",
            f"{row['changed_labels']:.1%}",
            "yes" if row["same_bits_in_batches"] else "no",
        ]
        for row in result["variants"]
    ]
    titles = ["alone, ms", "in batches, ms a text", "distance", "labels changed", "same bits in batches"]
    return make_table([f"{result['n']} tweets of {result['mean_tokens']:.0f} tokens, 1 core", *titles], rows)


def render_operators(result: dict[str, Any]) -> str:
    """Where the time of a text goes, alone and in batches."""
    alone, together = result["alone_us"], result["in_batches_us"]
    rows = [
        [kind, *(part for times in (alone, together) for part in (f"{times[kind]:.0f}", _share(times, kind)))]
        for kind in alone
    ]
    total = ["all", f"{sum(alone.values()):.0f}", "", f"{sum(together.values()):.0f}", ""]
    plain = result["without_profiler_us"]
    without = ["all, without the profiler", f"{plain['alone']:.0f}", "", f"{plain['in_batches']:.0f}", ""]
    title = f"{result['n']} tweets of {result['mean_tokens']:.0f} tokens, 1 core"
    return make_table([title, "alone, µs a text", "share", "in batches, µs a text", "share"], [*rows, total, without])


def _share(times: dict[str, float], kind: str) -> str:
    return f"{times[kind] / sum(times.values()):.0%}"


def render_page(result: dict[str, Any]) -> str:
    """The page at ``/``: from the end of the debounce to the painted answer, and what it was measured with."""
    times, cores = result["answer_ms"], result["hardware"]["cores"]
    names = {"median": "median", "p95": "95th percentile", "lowest": "lowest", "highest": "highest"}
    table = make_table(
        [f"end of the debounce to the painted answer, n = {result['n']}, {cores} cores", "ms"],
        [[title, f"{times[name]:.0f}"] for name, title in names.items()],
    )
    texts = f"Texts: {result['texts']}, after {result['warm_up']} that do not count"
    browser = f"{result['browser']}, headless, on the machine of the server ({result['hardware']['cpu']})"
    return f"{table}\n\n{texts}; {browser}."
