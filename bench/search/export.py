"""Writes the records that the log and the relevance are made from, out of Qinxin's SQLite database.

    export.py DATABASE FOLDER

Tab-separated, one record a line, in the order of their ids: `regions.tsv`, `enterprises.tsv`,
`penalties.tsv`. Read-only; Node 20 has no SQLite of its own.
"""

import sqlite3
import sys
from pathlib import Path

TABLES = {
    "regions": "SELECT code, name, full_name, level, parent_code FROM regions ORDER BY code",
    "enterprises": "SELECT uscc, name, legal_representative, region_code FROM enterprises ORDER BY id",
    "penalties": """
        SELECT e.uscc, p.document_number, p.category, p.violation, p.legal_basis, p.decision, a.name
        FROM penalties p JOIN enterprises e ON e.id = p.enterprise_id
        JOIN authorities a ON a.id = p.authority_id
        -- The searches are those of the public, which is not shown what was repaired.
        WHERE p.public_until IS NULL OR p.public_until >= date('now', '+8 hours')
        ORDER BY p.id""",
}


def cell(value):
    """A tab or a line break within a value would end it."""
    return "" if value is None else " ".join(str(value).split())


def main(database, folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(f"file:{Path(database).resolve()}?mode=ro", uri=True)
    for name, query in TABLES.items():
        unfinished = folder / f"{name}.tsv.new"
        with unfinished.open("w", encoding="utf-8") as file:
            for row in connection.execute(query):
                file.write("\t".join(map(cell, row)) + "\n")
        unfinished.rename(folder / f"{name}.tsv")


if __name__ == "__main__":
    main(*sys.argv[1:])
