#!/usr/bin/env bash
# Search, judged by queries of eleven kinds with relevance from a full scan: Qinxin beside PostgreSQL
# pg_trgm, SQLite FTS5 and Groonga on the same data, in one run.
#
#   bench/search/run.sh dev [--misses] [--kind KIND] [--filtered]   only Qinxin, the development log
#   bench/search/run.sh full                                        all systems, both logs, a page of results
#   bench/search/run.sh page                                        the page again, from what was measured
#
# Data and index of `qinxin generate` are made once and kept, as by scripts/bench.sh. Run `full` once for
# each size; the page tells all sizes together. Parameters, as variables: ENTERPRISES (100000 for dev,
# else 1000000), SEED (of the data, 1), PENALISED (of a thousand enterprises; 110 gives .38 penalties an enterprise that
# the public sees, 290 one), QUERIES (a log, 660), DEV_SEED (1), HELD_OUT_SEED (2), EACH (seconds of
# each measurement of speed, 20), PEERS (of full: "postgres sqlite groonga"; those left out are shown as last
# measured), BENCH_DIR (target/bench/data), QINXIN_TEST_BIN (else the release build), RESULTS (bench/results).
# shellcheck disable=SC1091,SC2034,SC2154
. "$(dirname "$0")/../../scripts/lib.sh"
usage() { sed -nE 's/^#   (bench.*)/\1/p' "$0" >&2; exit 2; }
act=${1:-}
case $act in
dev) enterprises=${ENTERPRISES:-100000} steps=3 ;;
full) enterprises=${ENTERPRISES:-1000000} steps=4 ;;
page) ;;
*) usage ;;
esac
shift
seed=${SEED:-1} here=bench/search results=${RESULTS:-bench/results}
export BINARY=${QINXIN_TEST_BIN:-$target/release/qinxin} QUERIES=${QUERIES:-660} EACH=${EACH:-20}
export DEV_SEED=${DEV_SEED:-1} HELD_OUT_SEED=${HELD_OUT_SEED:-2} PEERS=${PEERS-postgres sqlite groonga}
# Six million records are kept as columns of strings.
export NODE_OPTIONS="${NODE_OPTIONS:-} --max-old-space-size=12000"

page() {
    mkdir -p "$results"
    node $here/report.mjs "$results/search.md" "$target"/bench/search/*/result.json
    note "$results/search.md"
}
if [ "$act" = page ]; then page; exit; fi

step "工具与发布版" "Tools and release build"
problem=$(node_problem)
if [ -n "$problem" ]; then fail "$problem"; fi
if [ -z "${QINXIN_TEST_BIN:-}" ]; then
    need_rust
    cargo build --release --workspace
fi
npm_packages $here
if ! has python3; then apt_install python3; fi

# A peer that does not install is left out, and the page shows that it is missing.
if [ "$act" = full ] && [[ " $PEERS " = *" groonga "* ]] && ! has groonga; then
    (apt_install groonga) || PEERS=${PEERS/groonga/}
fi

penalised=${PENALISED:-110} of=$enterprises-$seed
if [ "$penalised" != 110 ]; then of=$of-$penalised; fi
data=${BENCH_DIR:-$target/bench/data}/$of
export DATA=$data/sqlite-data WORK=$target/bench/search/$of
step "$enterprises 户数据" "Data of $enterprises enterprises"
if [ ! -e "$data/sqlite.filled" ]; then
    mkdir -p "$data"
    "$BINARY" generate --enterprises "$enterprises" --seed "$seed" --penalised "$penalised" --data-dir "$DATA" >/dev/null
    touch "$data/sqlite.filled"
fi
if [ ! -e "$WORK/exported" ] || [ "$data/sqlite.filled" -nt "$WORK/exported" ] || [ $here/export.py -nt "$WORK/exported" ]; then
    rm -rf "$WORK"
    python3 $here/export.py "$DATA/qinxin.db" "$WORK"
    touch "$WORK/exported"
fi

if [ "$act" = dev ]; then
    step "开发日志" "The development log"
    node $here/develop.mjs "$BINARY" "$DATA" "$WORK" "$DEV_SEED" "$QUERIES" "$@"
    exit
fi

step "测量" "Measurements"
trap 'scripts/postgres.sh stop "$WORK/postgres"' EXIT
node $here/measure.mjs
step "结果" "Results"
page
