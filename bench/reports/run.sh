#!/usr/bin/env bash
# What filers and the bureau wait for, on a million enterprises in PostgreSQL: a prefilled draft, the check of a report,
# an answer of the assistant, an analysis, the reports of 200 branches. One after the other, at the client.
#
#   bench/reports/run.sh
#
# Parameters, as variables: ENTERPRISES (1000000), SEED (1), QINXIN_TEST_BIN (else the release build), RESULTS
# (bench/results).
# shellcheck disable=SC1091,SC2034,SC2154
. "$(dirname "$0")/../../scripts/lib.sh"
steps=3
export ENTERPRISES=${ENTERPRISES:-1000000}
seed=${SEED:-1}
export RESULTS=${RESULTS:-bench/results} BINARY=${QINXIN_TEST_BIN:-$target/release/qinxin}

step "编译发布版" "Release build"
problem=$(node_problem)
if [ -n "$problem" ]; then fail "$problem"; fi
if [ -z "${QINXIN_TEST_BIN:-}" ]; then
    need_rust
    cargo build --release --workspace
fi

WORK=$(mktemp -d "${TMPDIR:-/tmp}/qinxin-reports.XXXXXX")
export WORK POSTGRES_DIR=$WORK/postgres
# The user postgres has to get through.
chmod 711 "$WORK"
clean() {
    scripts/postgres.sh stop "$POSTGRES_DIR"
    if [ -n "${KEEP:-}" ]; then note "$WORK"; else rm -rf "$WORK"; fi
}
trap clean EXIT

step "PostgreSQL 与 $ENTERPRISES 户数据" "PostgreSQL and data of $ENTERPRISES enterprises"
POSTGRES_URL=$(scripts/postgres.sh start "$POSTGRES_DIR" bench)
export POSTGRES_URL
"$BINARY" generate --enterprises "$ENTERPRISES" --seed "$seed" --data-dir "$WORK/data" --database-url "$POSTGRES_URL" >/dev/null
"$BINARY" index rebuild --data-dir "$WORK/data" --database-url "$POSTGRES_URL"
"$BINARY" reports rebuild --data-dir "$WORK/data" --database-url "$POSTGRES_URL"

step "测量" "Measuring"
mkdir -p "$RESULTS"
node bench/reports/reports.mjs
note "$RESULTS/reports.md"
