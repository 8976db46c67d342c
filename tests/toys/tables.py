"""Tables in every format, each written with what everyone writes that format with."""

import csv
import json

import pytest

ENDINGS = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet")

every_format = pytest.mark.parametrize("ending", ENDINGS)


def write_table(path, texts, labels, columns=("text", "label")):
    """Write a table to ``path``, in the format of its ending."""
    if path.suffix in (".csv", ".tsv"):
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, "excel" if path.suffix == ".csv" else "excel-tab")
            writer.writerows([columns, *zip(texts, labels, strict=True)])
    elif path.suffix == ".parquet":
        pa = pytest.importorskip("pyarrow", reason="Parquet needs pyarrow: pip install '.[data]'")
        parquet = pytest.importorskip("pyarrow.parquet")
        arrays = {columns[0]: pa.array(texts, pa.string()), columns[1]: pa.array(labels, pa.string())}
        parquet.write_table(pa.table(arrays), path)
    else:
        rows = [dict(zip(columns, row, strict=True)) for row in zip(texts, labels, strict=True)]
        lines = [json.dumps(row, ensure_ascii=False) for row in rows]
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path
