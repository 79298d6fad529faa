# shellcheck shell=bash disable=SC1091,SC2034,SC2154
# What the benches on PostgreSQL share: a binary, a folder of their own, a database with generated enterprises.
# Sourced after `steps` is set, never run. Reads QINXIN_TEST_BIN (else the release build), RESULTS (bench/results) and
# KEEP (leaves the folder).
. "$(dirname "${BASH_SOURCE[0]}")/../scripts/lib.sh"
export RESULTS=${RESULTS:-bench/results} BINARY=${QINXIN_TEST_BIN:-$target/release/qinxin}

step "编译发布版" "Release build"
problem=$(node_problem)
if [ -n "$problem" ]; then fail "$problem"; fi
if [ -z "${QINXIN_TEST_BIN:-}" ]; then
    need_rust
    cargo build --release --workspace
fi

WORK=$(mktemp -d "${TMPDIR:-/tmp}/qinxin-bench.XXXXXX")
export WORK POSTGRES_DIR=$WORK/postgres
# The user postgres has to get through.
chmod 711 "$WORK"
clean() {
    scripts/postgres.sh stop "$POSTGRES_DIR"
    if [ -n "${KEEP:-}" ]; then note "$WORK"; else rm -rf "$WORK"; fi
}
trap clean EXIT

# filled ENTERPRISES SEED: starts PostgreSQL and generates them; then their index can be built.
filled() {
    step "PostgreSQL 与 $1 户数据" "PostgreSQL and data of $1 enterprises"
    POSTGRES_URL=$(scripts/postgres.sh start "$POSTGRES_DIR" bench)
    export POSTGRES_URL
    on_it generate --enterprises "$1" --seed "$2" >/dev/null
}

# on_it COMMAND...: a command of the product on that database.
on_it() { "$BINARY" "$@" --data-dir "$WORK/data" --database-url "$POSTGRES_URL"; }
