#!/usr/bin/env bash
# What the guards cost: the check of rights beside the four queries of bench/graph, and the audit entry in
# mutations of a day and beside the smallest write, on SQLite and on PostgreSQL.
#
#   bench/cost/run.sh POSTGRES_URL SQLITE_DATA_DIR
#
# The folder was filled by `qinxin generate` (see scripts/bench.sh); the PostgreSQL database has to be empty and
# gets 5,000 enterprises. Parameters, as variables: DURATION (seconds a query, 5), RESULTS
# (bench/results), QINXIN_TEST_BIN and COST (else the release build).
# shellcheck disable=SC1091,SC2154
. "$(dirname "$0")/../../scripts/lib.sh"
[ $# = 2 ] || { sed -nE 's/^#   (bench.*)/\1/p' "$0" >&2; exit 2; }
postgres=$1 data=$2
binary=${QINXIN_TEST_BIN:-$target/release/qinxin} cost=${COST:-$target/release/examples/cost}
oha=$target/tools/bin/oha work=$(mktemp -d)
if [ -z "${QINXIN_TEST_BIN:-}" ]; then cargo build --release --workspace --features bench --bins --example cost; fi

"$binary" serve --data-dir "$data" --listen 127.0.0.1:0 >"$work/out" 2>"$work/log" &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$work"' EXIT
until url=$(grep -oE 'http://[^ ]+/graphql' "$work/out" | head -1) && [ -n "$url" ]; do sleep 0.2; done

# ask QUERY_FILE: the requests a second that one of the four queries gets.
ask() {
    node -e '
        const [file, uscc] = process.argv.slice(1);
        const variables = { uscc, regionCode: "610100", city: "610100", filter: { regionCode: "610100" } };
        console.log(JSON.stringify({ query: require("fs").readFileSync(file, "utf8"), variables }));
    ' "$1" "$uscc" >"$work/body"
    "$oha" -z "${DURATION:-5}s" -c 16 -m POST -T application/json -D "$work/body" --no-tui --output-format json "$url" |
        node -e 'const all = JSON.parse(require("fs").readFileSync(0)); console.log(Math.round(all.summary.requestsPerSec));'
}

uscc=$(curl -s "$url" -H 'content-type: application/json' -d '{"query":"{ enterprises(first: 1) { nodes { uscc } } }"}' |
    grep -oE '[0-9A-Z]{18}')
cores=$(nproc)
{
    printf '# What the guards cost\n\nWritten by bench/cost/run.sh on %s; %s cores, load average %s.\n\n' \
        "$(date +%F)" "$cores" "$(cut -d' ' -f1-3 /proc/loadavg)"
    printf 'The check of rights: one comparison a request, found out once a document. The share is that of the\n'
    printf 'time in which the cores answer one such request at full load (SQLite, %s connections).\n\n' 16
    printf '| query | requests a second | one check, ns | share |\n|---|---:|---:|---:|\n'
    "$cost" policy | while read -r _ name _ check _; do
        file=$(ls bench/graph/queries/*"$name".graphql)
        rate=$(ask "$file")
        printf '| %s | %s | %s | %s %% |\n' "$name" "$rate" "$check" \
            "$(awk -v c="$check" -v r="$rate" -v n="$cores" 'BEGIN { printf "%.4f", c * r / (n * 1e9) * 100 }')"
    done
    printf '\nThe audit entry in mutations of a day, through the graph on 5,000 enterprises, a hundred of each one after the other:\n'
    printf 'what the server took for the operation, and what of that for chaining its entry to the log, in the same\n'
    printf 'transaction. A report with warnings is submitted twice, and recorded once.\n\n'
    printf '| engine | mutation | whole, µs | entries | entries, µs | share |\n|---|---|---:|---:|---:|---:|\n'
    for at in "sqlite:$work/mutations.db?mode=rwc" "$postgres"; do
        "$binary" generate --enterprises 5000 --data-dir "$work/data" --database-url "$at" >/dev/null
        "$binary" index rebuild --data-dir "$work/data" --database-url "$at" >/dev/null
        OUT=$work/mutations WORK=$work POSTGRES_URL=$at BINARY=$binary node bench/cost/mutations.mjs >&2
        cat "$work/mutations"
        rm -rf "$work/data"
    done
    printf '\nThe same entry beside the smallest write there is (one row, one commit, no request): the best of five rounds\n'
    printf 'that alternate.\n\n'
    printf '| engine | without, µs | with, µs | share of the audited write |\n|---|---:|---:|---:|\n'
    for at in "sqlite:$work/audit.db?mode=rwc" "$postgres"; do
        "$cost" audit "$at" | while read -r _ engine _ plain _ audited; do
            printf '| %s | %s | %s | %s %% |\n' "$engine" "$plain" "$audited" \
                "$(awk -v a="$plain" -v b="$audited" 'BEGIN { printf "%.1f", (b - a) / b * 100 }')"
        done
    done
} >"${RESULTS:-bench/results}/cost.md"
cat "${RESULTS:-bench/results}/cost.md"
