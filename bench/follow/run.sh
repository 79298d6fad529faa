#!/usr/bin/env bash
# How soon after its commit a change is found, while so many a second are recorded in PostgreSQL.
#
#   bench/follow/run.sh
#
# Parameters, as variables: ENTERPRISES (100000), CHANGES (a second, 500), SECONDS_LONG (30), SEED (1),
# QINXIN_TEST_BIN (else the release build), RESULTS (bench/results).
# shellcheck disable=SC1091,SC2034,SC2154
. "$(dirname "$0")/../../scripts/lib.sh"
steps=3
enterprises=${ENTERPRISES:-100000} seed=${SEED:-1}
export RESULTS=${RESULTS:-bench/results} BINARY=${QINXIN_TEST_BIN:-$target/release/qinxin} ENTERPRISES=$enterprises

step "编译发布版" "Release build"
problem=$(node_problem)
if [ -n "$problem" ]; then fail "$problem"; fi
if [ -z "${QINXIN_TEST_BIN:-}" ]; then
    need_rust
    cargo build --release --workspace
fi

WORK=$(mktemp -d "${TMPDIR:-/tmp}/qinxin-follow.XXXXXX")
export WORK POSTGRES_DIR=$WORK/postgres
# The user postgres has to get through.
chmod 711 "$WORK"
clean() {
    scripts/postgres.sh stop "$POSTGRES_DIR"
    rm -rf "$WORK"
}
trap clean EXIT

step "PostgreSQL 与 $enterprises 户数据" "PostgreSQL and data of $enterprises enterprises"
POSTGRES_URL=$(scripts/postgres.sh start "$POSTGRES_DIR" bench)
export POSTGRES_URL
"$BINARY" generate --enterprises "$enterprises" --seed "$seed" --data-dir "$WORK/data" --database-url "$POSTGRES_URL" >/dev/null
"$BINARY" index rebuild --data-dir "$WORK/data" --database-url "$POSTGRES_URL"

step "变更与查找" "Changes, and looking for them"
mkdir -p "$RESULTS"
node bench/follow/follow.mjs
note "$RESULTS/follow.md"
