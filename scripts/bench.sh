#!/usr/bin/env bash
# make bench: fills a PostgreSQL of its own and a SQLite file with the same generated data, once,
# and runs the measurements of bench/ on them. Parameters, as variables: ENTERPRISES (1000000),
# SEED (1), BENCH_DIR (target/bench/data), and those of bench/graph/run.sh.
. "$(dirname "$0")/lib.sh"
enterprises=${ENTERPRISES:-1000000} seed=${SEED:-1} steps=4
dir=${BENCH_DIR:-$target/bench/data}/$enterprises-$seed

need_rust
step "编译发布版" "Release build"
if [ -z "${QINXIN_TEST_BIN:-}" ]; then cargo build --release --workspace; fi
export QINXIN_TEST_BIN=${QINXIN_TEST_BIN:-$target/release/qinxin}

# fill NAME WHERE...: generated data and its index, once.
fill() {
    local stamp=$dir/$1.filled
    shift
    if [ -e "$stamp" ]; then return; fi
    "$QINXIN_TEST_BIN" generate --enterprises "$enterprises" --seed "$seed" "$@"
    "$QINXIN_TEST_BIN" index rebuild "$@"
    touch "$stamp"
}

step "生成 $enterprises 户数据：PostgreSQL 与 SQLite" "Data: $enterprises enterprises on PostgreSQL and SQLite"
mkdir -p "$dir"
trap 'scripts/postgres.sh stop "$dir/postgres"' EXIT
url=$(scripts/postgres.sh start "$dir/postgres" bench)
fill postgres --data-dir "$dir/postgres-data" --database-url "$url"
fill sqlite --data-dir "$dir/sqlite-data"

step "三种合批方式" "Three ways to gather keys"
mkdir -p "${RESULTS:-bench/results}"
{
    printf '# Three ways to gather the keys of a level\n\nWritten by `make bench` (bench/loaders); %s cores, load average %s.\n\n' \
        "$(nproc)" "$(cut -d' ' -f1 /proc/loadavg)"
    cargo run --quiet --release --manifest-path bench/loaders/Cargo.toml --target-dir "$target/bench/loaders"
} >"${RESULTS:-bench/results}/loaders.md"

step "四个查询" "The four queries"
bench/graph/run.sh "$url" "$dir/postgres-data" "$dir/sqlite-data"
if [ -x bench/import/run.sh ]; then bench/import/run.sh "$url"; fi
