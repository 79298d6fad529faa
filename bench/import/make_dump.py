#!/usr/bin/env python3
"""Multiplies a dump of the old systems to a given number of enterprises.

    make_dump.py SAMPLE OUT --enterprises 1000000 [--dirty 0.01] [--seed 1]

SAMPLE is a folder with the six CSV files. Every enterprise of it is copied round after round under
a new number and a new credit code with a right check character, together with what belongs to it,
so the ratios of the files stay as they are. With --dirty, that share of the rows of each file gets
one fault; OUT/faults.csv then lists file, line and the code that the import must give. The same
arguments make the same bytes.
"""

import argparse
import csv
import pathlib
import random

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
VALUE = {character: value for value, character in enumerate(ALPHABET)}
WEIGHTS = [pow(3, position, 31) for position in range(17)]

CHILDREN = ["licences", "inspections", "penalties", "abnormals", "reports"]
DATES = {
    "enterprises": ("established_on", "closed_on"),
    "licences": ("valid_from", "valid_to"),
    "penalties": ("decided_on", "published_on"),
    "abnormals": ("date_in", "date_out"),
}
WORDS = {"enterprises": ["status", "ent_type"], "inspections": ["kind", "result"], "abnormals": ["reason_in"]}
AMOUNTS = {"enterprises": ["registered_capital"], "penalties": ["amount"], "reports": ["total_assets", "revenue"]}
OF_THE_WHOLE_ROW = {"BROKEN_QUOTING", "TOO_MANY_COLUMNS", "TOO_FEW_COLUMNS"}
FIRST_DATE = {"inspections": "inspected_on", "reports": "submitted_on"}


def check_character(prefix):
    total = sum(VALUE[character] * weight for character, weight in zip(prefix, WEIGHTS))
    return ALPHABET[(31 - total % 31) % 31]


def code(number, region):
    """A credit code that holds the number, so that no two enterprises share one."""
    digits = ""
    for _ in range(8):
        number, digit = divmod(number, 31)
        digits = ALPHABET[digit] + digits
    prefix = "91" + region + "M" + digits
    return prefix + check_character(prefix)


def read(folder, name):
    with open(folder / f"{name}.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    return rows[0], rows[1:]


class Faults:
    """Turns clean rows into rows with one known fault."""

    def __init__(self, share, seed):
        self.share, self.random, self.listed = share, random.Random(seed), []

    def text(self, name, header, row, line, is_orphan):
        """The bytes of a row, and whether it is at fault; an orphan's enterprise was rejected."""
        expected, text = "MISSING_PARENT" if is_orphan else None, line_of(row)
        if self.random.random() < self.share:
            kinds = self.kinds(name)
            code, change = kinds[self.random.randrange(len(kinds))]
            text = change(dict(zip(header, row)), header)
            # The number of the enterprise stands before every other column that is spoilt here.
            expected = expected if is_orphan and code not in OF_THE_WHOLE_ROW else code
        if expected:
            self.listed.append((f"{name}.csv", line, expected))
        return text, bool(expected)

    def kinds(self, name):
        first, second = DATES.get(name, (FIRST_DATE.get(name), None))
        kinds = [
            ("IMPOSSIBLE_DATE", set_to(first, "2023-02-29")),
            ("BROKEN_QUOTING", lambda row, header: quote_open(row, header)),
            ("TOO_MANY_COLUMNS", lambda row, header: line_of([row[c] for c in header] + ["x"])),
            ("TOO_FEW_COLUMNS", lambda row, header: line_of([row[c] for c in header][:-2])),
        ]
        if name != "reports":
            kinds.append(("INVALID_ENCODING", lambda row, header: gbk(row, header)))
        if second:
            kinds.append(("DATE_ORDER", day_before(first, second)))
        for column in WORDS.get(name, []):
            kinds.append(("UNKNOWN_WORD", set_to(column, "未知用语")))
        for column in AMOUNTS.get(name, []):
            kinds.append(("NEGATIVE_AMOUNT", set_to(column, "-1")))
        if name == "enterprises":
            kinds += [
                ("USCC_CHECK_CHARACTER", change_code(lambda c: c[:-1] + ALPHABET[(VALUE[c[-1]] + 1) % 31])),
                ("USCC_LENGTH", change_code(lambda c: c[:-1])),
                ("UNKNOWN_REGION", set_to("region_code", "619999")),
            ]
        else:
            kinds.append(("MISSING_PARENT", set_to("enterprise_id", "987654321")))
        return kinds


def set_to(column, value):
    return lambda row, header: line_of([value if c == column else row[c] for c in header])


def change_code(change):
    return lambda row, header: line_of([change(row[c]) if c == "uscc" else row[c] for c in header])


def day_before(first, second):
    def change(row, header):
        year = int(row[first][:4]) - 1
        return line_of([f"{year}-01-01" if c == second else row[c] for c in header])

    return change


def quote_open(row, header):
    column = header[2]
    return line_of(row[c] if c != column else '\0' + row[c] for c in header).replace(b"\0", b'"')


def gbk(row, header):
    return line_of([row[c] for c in header]).decode("utf-8").encode("gbk")


def line_of(fields):
    fields = ['"' + f.replace('"', '""') + '"' if any(c in f for c in ',"\n\r') else f for f in fields]
    return ",".join(fields).encode("utf-8")


class Writer:
    def __init__(self, folder, name, header, faults):
        self.file = open(folder / f"{name}.csv", "wb", buffering=1 << 20)
        self.name, self.header, self.faults, self.line = name, header, faults, 1
        self.file.write(",".join(header).encode() + b"\n")

    def write(self, row, is_orphan=False):
        self.line += 1
        text, is_spoilt = self.faults.text(self.name, self.header, row, self.line, is_orphan)
        self.file.write(text + b"\n")
        return is_spoilt


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("sample", type=pathlib.Path)
    arguments.add_argument("out", type=pathlib.Path)
    arguments.add_argument("--enterprises", type=int, required=True)
    arguments.add_argument("--dirty", type=float, default=0.0, help="share of rows that get a fault")
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    faults = Faults(given.dirty, given.seed)

    header, enterprises = read(given.sample, "enterprises")
    id_at, code_at, name_at = header.index("id"), header.index("uscc"), header.index("name")
    region_at = header.index("region_code")
    writer = Writer(given.out, "enterprises", header, faults)
    rejected = set()
    for number in range(given.enterprises):
        row = list(enterprises[number % len(enterprises)])
        round_number = number // len(enterprises)
        new_id = number + 1
        row[id_at], row[code_at] = str(new_id), code(new_id, row[region_at])
        if round_number:
            row[name_at] += f"第{round_number}分号"
        if writer.write(row):
            rejected.add(new_id)

    place = {row[id_at]: at for at, row in enumerate(enterprises)}
    for name in CHILDREN:
        header, rows = read(given.sample, name)
        at = header.index("enterprise_id")
        writer = Writer(given.out, name, header, faults)
        next_id = 0
        rounds = (given.enterprises + len(enterprises) - 1) // len(enterprises)
        for round_number in range(rounds):
            for row in rows:
                parent = round_number * len(enterprises) + place[row[at]] + 1
                if parent > given.enterprises:
                    continue
                next_id += 1
                copy = list(row)
                copy[0], copy[at] = str(next_id), str(parent)
                writer.write(copy, is_orphan=parent in rejected)

    if given.dirty:
        with open(given.out / "faults.csv", "w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["file", "line", "code"])
            rows.writerows(faults.listed)


if __name__ == "__main__":
    main()
