#!/usr/bin/env python3
"""Measures `qinxin import legacy` beside a plain COPY; run by run.sh.

Reads QINXIN_TEST_BIN, POSTGRES_URL (a database on a server where others may be created), DUMP (a clean
dump), DIRTY (one with faults.csv), WORK (an empty folder) and RESULTS from the environment.
"""

import csv
import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import time

BINARY, SERVER = os.environ["QINXIN_TEST_BIN"], os.environ["POSTGRES_URL"]
DUMP, DIRTY = pathlib.Path(os.environ["DUMP"]), pathlib.Path(os.environ["DIRTY"])
WORK, RESULTS = pathlib.Path(os.environ["WORK"]), pathlib.Path(os.environ["RESULTS"])
HERE = pathlib.Path(__file__).resolve().parent
DATABASE = "qinxin_bench_import"


def fresh_database():
    statements = [f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)", f"CREATE DATABASE {DATABASE}"]
    for statement in statements:
        subprocess.run(["psql", "-q", "-v", "ON_ERROR_STOP=1", SERVER, "-c", statement], check=True, stderr=subprocess.DEVNULL)
    return SERVER.rsplit("/", 1)[0] + "/" + DATABASE


def fresh_folder(name):
    folder = WORK / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def run(command, **more):
    """Seconds, peak memory in MB (in a process of its own, because the peak is that of all children) and output."""
    code = (
        "import resource, subprocess, sys, time\n"
        "start = time.monotonic()\n"
        "done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, check=True)\n"
        "peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024\n"
        "sys.stdout.buffer.write(b'%f %d\\n' % (time.monotonic() - start, peak) + done.stdout)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, *command], check=True, stdout=subprocess.PIPE, **more)
    first, _, rest = done.stdout.partition(b"\n")
    seconds, peak = first.split()
    return float(seconds), int(peak), rest


def plain_copy():
    url = fresh_database()
    command = ["psql", "-q", "-X", "-v", "ON_ERROR_STOP=1", url, "-f", str(HERE / "plain_copy.sql")]
    return run(command, cwd=DUMP)[0]


def imported(dump, folder, url=None):
    where = ["--data-dir", str(folder)] + (["--database-url", url] if url else [])
    seconds, peak, output = run([BINARY, "import", "legacy", str(dump), "--json", *where])
    return seconds, peak, json.loads(output)


def wrong_rejects(folder):
    """Rows whose line or code is not the one that the maker of the dump expects."""

    def rows(path):
        with open(path, encoding="utf-8", newline="") as file:
            return {(row["file"], int(row["line"]), row["code"]) for row in csv.DictReader(file)}

    return rows(DIRTY / "faults.csv") ^ rows(folder / "rejects.csv")


def rows_of(summary):
    return sum(counts["read"] for counts in summary["files"].values())


def main():
    load = os.getloadavg()[0]
    copy = min(plain_copy() for _ in range(2))
    lines = []

    def line(what, seconds, peak, rows):
        ratio = f"{seconds / copy:.1f}" if seconds else ""
        lines.append(f"| {what} | {seconds:.1f} | {ratio} | {rows / seconds:,.0f} | {peak or ''} |")

    for engine in ["PostgreSQL", "SQLite"]:
        folder = fresh_folder(engine.lower())
        url = fresh_database() if engine == "PostgreSQL" else None
        seconds, peak, first = imported(DUMP, folder, url)
        rows = rows_of(first)
        if engine == "PostgreSQL":
            line("plain COPY, PostgreSQL", copy, None, rows)
        line(f"first run, {engine}", seconds, peak, rows)
        seconds, peak, again = imported(DUMP, folder, url)
        assert first["changed"] and not again["changed"], again
        line(f"second run, nothing new, {engine}", seconds, peak, rows)
    folder = fresh_folder("dirty")
    seconds, peak, dirty = imported(DIRTY, folder)
    rejected = sum(counts["rejected"] for counts in dirty["files"].values())
    line(f"dirty dump, {rejected:,} rows rejected, SQLite", seconds, peak, rows_of(dirty))
    wrong = wrong_rejects(folder)
    assert not wrong, f"{len(wrong)} rejects are not the expected ones: {sorted(wrong)[:10]}"

    page = f"""# Import of a dump of the old systems

Written by `bench/import/run.sh`. {rows:,} rows in six files, {sum(f.stat().st_size for f in DUMP.glob('*.csv')) / 1e6:,.0f} MB;
{os.cpu_count()} cores, PostgreSQL on the same machine, load average at the start {load:.1f}, {time.strftime('%Y-%m-%d')}.
The plain COPY goes into tables without keys, indexes or checks; the better of two is shown. Every
rejected row of the dirty dump has the line and the code that its maker expects.

| what | seconds | times COPY | rows/s | peak memory, MB |
|---|---:|---:|---:|---:|
""" + "\n".join(lines) + "\n"
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / "import.md").write_text(page, encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main()
