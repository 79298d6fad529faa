#!/usr/bin/env bash
# Annual reports at the rate of the last evening: so many submissions a second into PostgreSQL, while the server is
# killed once and started again. Afterwards every acknowledged report must be there, once.
#
#   bench/filing/run.sh
#
# Parameters, as variables: RATE (submissions a second, 300), MINUTES (10), ENTERPRISES (those of one filer each, by
# default as many as the run needs), SEED (1), QINXIN_TEST_BIN (else the release build), RESULTS (bench/results).
# shellcheck disable=SC1091,SC2034,SC2154
. "$(dirname "$0")/../../scripts/lib.sh"
steps=3
export RATE=${RATE:-300} MINUTES=${MINUTES:-10}
# Of a hundred generated enterprises some are deregistered or filed already.
enterprises=${ENTERPRISES:-$((RATE * MINUTES * 60 * 13 / 10))} seed=${SEED:-1}
export RESULTS=${RESULTS:-bench/results} BINARY=${QINXIN_TEST_BIN:-$target/release/qinxin}

step "编译发布版" "Release build"
problem=$(node_problem)
if [ -n "$problem" ]; then fail "$problem"; fi
if [ -z "${QINXIN_TEST_BIN:-}" ]; then
    need_rust
    cargo build --release --workspace
fi

WORK=$(mktemp -d "${TMPDIR:-/tmp}/qinxin-filing.XXXXXX")
export WORK POSTGRES_DIR=$WORK/postgres
# The user postgres has to get through.
chmod 711 "$WORK"
clean() {
    scripts/postgres.sh stop "$POSTGRES_DIR"
    if [ -n "${KEEP:-}" ]; then note "$WORK"; else rm -rf "$WORK"; fi
}
trap clean EXIT

step "PostgreSQL 与 $enterprises 户数据" "PostgreSQL and data of $enterprises enterprises"
POSTGRES_URL=$(scripts/postgres.sh start "$POSTGRES_DIR" bench)
export POSTGRES_URL
"$BINARY" generate --enterprises "$enterprises" --seed "$seed" --data-dir "$WORK/data" --database-url "$POSTGRES_URL" >/dev/null

# Otherwise the server would build the index while it is measured.
"$BINARY" index rebuild --data-dir "$WORK/data" --database-url "$POSTGRES_URL"

step "报送" "Submissions"
mkdir -p "$RESULTS"
node bench/filing/filing.mjs
note "$RESULTS/filing.md"
