#!/usr/bin/env bash
# Seconds and memory of `qinxin import legacy` on PostgreSQL and SQLite beside a plain COPY of the
# same files, and the rejects of a dirty dump against what its maker expects.
#
#   bench/import/run.sh POSTGRES_URL
#
# The URL names a database on a server where others may be created. Parameters, as variables:
# LEGACY_SAMPLE (the dump that is multiplied, ../shared/data/legacy_sample), ENTERPRISES (1000000),
# QINXIN_TEST_BIN (else the release build), RESULTS (bench/results).
# shellcheck disable=SC1091,SC2034,SC2154
. "$(dirname "$0")/../../scripts/lib.sh"
[ $# -ge 1 ] || { sed -nE 's/^#   (bench.*)/\1/p' "$0" >&2; exit 2; }

sample=${LEGACY_SAMPLE:-../shared/data/legacy_sample} enterprises=${ENTERPRISES:-1000000} steps=2
work=$target/bench/import
export POSTGRES_URL=$1 QINXIN_TEST_BIN=${QINXIN_TEST_BIN:-$target/release/qinxin} RESULTS=${RESULTS:-bench/results}
export DUMP=$work/dump-$enterprises DIRTY=$work/dirty-$((enterprises / 10)) WORK=$work/data
if [ ! -e "$sample/enterprises.csv" ]; then
    note "没有样例转储 $sample，跳过导入测量。No sample dump: the import is not measured."
    exit 0
fi

step "生成 $enterprises 户的转储" "Dumps of $enterprises enterprises"
if [ ! -e "$DUMP/reports.csv" ]; then
    python3 bench/import/make_dump.py "$sample" "$DUMP" --enterprises "$enterprises"
    python3 bench/import/make_dump.py "$sample" "$DIRTY" --enterprises "$((enterprises / 10))" --dirty 0.02
fi

step "导入" "The import"
python3 bench/import/measure.py
rm -rf "$WORK"
note "$RESULTS/import.md"
