"""SQLite FTS5 with trigrams, behind lines of JSON.

    sqlite.py load DATABASE ROWS     builds the index from tab-separated rows
    sqlite.py serve DATABASE         answers {"tokens": [...], "whole": "..."} with a list of ids

Parts of three characters and more are looked up, all of them; shorter ones are looked for in what was
found, or in everything if there is nothing else. If nothing holds all parts, titles that hold most
trigrams of the query come first.
"""

import json
import sqlite3
import sys

BEST = "ORDER BY bm25(records, 0, 10.0, 1.0) LIMIT 10"
TRIGRAM = 3


def load(database, rows):
    connection = sqlite3.connect(database)
    connection.executescript("""
        PRAGMA journal_mode = off; PRAGMA synchronous = off;
        CREATE VIRTUAL TABLE records USING fts5 (id UNINDEXED, title, text, tokenize = 'trigram');""")
    with open(rows, encoding="utf-8") as file:
        cells = (line.rstrip("\n").split("\t") for line in file)
        connection.executemany("INSERT INTO records VALUES (?, ?, ?)", cells)
    connection.execute("INSERT INTO records (records) VALUES ('optimize')")
    connection.commit()


def ids(connection, query, values):
    return [row[0] for row in connection.execute(query, values)]


def quoted(part):
    return '"' + part.replace('"', '""') + '"'


def ask(connection, tokens, whole):
    long = [token for token in tokens if len(token) >= TRIGRAM]
    short = [token for token in tokens if len(token) < TRIGRAM]
    held = " AND ".join(["(title || ' ' || text) LIKE ?"] * len(short))
    likes = [f"%{token}%" for token in short]
    if long:
        beside = f"AND {held}" if short else ""
        match = " AND ".join(map(quoted, long))
        found = ids(connection, f"SELECT id FROM records WHERE records MATCH ? {beside} {BEST}", [match, *likes])
    else:
        found = ids(connection, f"SELECT id FROM records WHERE {held} ORDER BY length(title) LIMIT 10", likes)
    trigrams = [quoted(whole[at : at + TRIGRAM]) for at in range(len(whole) - TRIGRAM + 1)]
    if found or not trigrams:
        return found
    return ids(connection, f"SELECT id FROM records WHERE records MATCH ? {BEST}", ["title : (" + " OR ".join(trigrams) + ")"])


def serve(database):
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    connection.executescript("PRAGMA mmap_size = 8000000000; PRAGMA cache_size = -65536;")
    for line in sys.stdin:
        query = json.loads(line)
        print(json.dumps(ask(connection, query["tokens"], query["whole"])), flush=True)


if __name__ == "__main__":
    {"load": load, "serve": serve}[sys.argv[1]](*sys.argv[2:])
