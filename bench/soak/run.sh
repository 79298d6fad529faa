#!/usr/bin/env bash
# 2,000 open sessions under a mixed load for ten minutes, with a restart of PostgreSQL in the middle:
# no wrong answer, errors only while it is down, memory flat. Ends with 0 if every rule was kept.
#
#   bench/soak/run.sh
#
# Everything lies in one folder under TMPDIR, which is removed afterwards unless KEEP is set. Parameters,
# as variables: SESSIONS (2000), MINUTES (10), RATE (requests a second, 150), ENTERPRISES (20000), SEED
# (1), SUBSCRIBERS (100), CHANGES (a second, 2), DOWN (seconds, 10), QINXIN_TEST_BIN (else the release
# build), RESULTS (bench/results).
# shellcheck disable=SC1091,SC2034,SC2154
. "$(dirname "$0")/../../scripts/lib.sh"
steps=3
enterprises=${ENTERPRISES:-20000} seed=${SEED:-1}
export RESULTS=${RESULTS:-bench/results} BINARY=${QINXIN_TEST_BIN:-$target/release/qinxin}

step "编译发布版" "Release build"
problem=$(node_problem)
if [ -n "$problem" ]; then fail "$problem"; fi
if [ -z "${QINXIN_TEST_BIN:-}" ]; then
    need_rust
    cargo build --release --workspace
fi
# Each session keeps a connection, at both ends.
ulimit -n "$(ulimit -Hn)"

WORK=$(mktemp -d "${TMPDIR:-/tmp}/qinxin-soak.XXXXXX")
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
# Offices and the public are to be told the same, so that one answer judges both.
psql -q "$POSTGRES_URL" -c 'UPDATE penalties SET public_until = NULL'
"$BINARY" index rebuild --data-dir "$WORK/data" --database-url "$POSTGRES_URL"

step "会话、负载与重启" "Sessions, load and restart"
# Node 20 has WebSocket behind a flag.
node --experimental-websocket bench/soak/soak.mjs
note "$RESULTS/soak.md"
