#!/usr/bin/env bash
# make test: every test there is. Installs what a bare Debian 12 lacks, starts a throw-away
# PostgreSQL, runs the Rust tests on SQLite and PostgreSQL, then the suites of others (tests/node)
# and the browser against a running demo. A part that fails does not stop the next one; the last
# line counts them all.
. "$(dirname "$0")/lib.sh"
steps=6
logs=$target/test-logs
rm -rf "$logs"
mkdir -p "$logs"

postgres=$(mktemp -d "${TMPDIR:-/tmp}/qinxin-postgres.XXXXXX")
demo_data=$(mktemp -d "${TMPDIR:-/tmp}/qinxin-demo.XXXXXX")
cleanup() {
    scripts/postgres.sh stop "$postgres" || true
    rm -rf "$postgres" "$demo_data"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# part NAME COMMAND...: shown as it runs, and counted by its closing lines. A part that breaks
# without counting a failure is one failure.
passed=0 failed=0 failed_parts=()
part() {
    local log=$logs/$1.log status=0 part_failed
    local name=$1
    shift
    "$@" 2>&1 </dev/null | tee "$log" || status=$?
    part_failed=$(count failed "$log")
    if [ "$status" != 0 ]; then
        failed_parts+=("$name")
        if [ "$part_failed" = 0 ]; then part_failed=1; fi
    fi
    passed=$((passed + $(count passed "$log"))) failed=$((failed + part_failed))
}

# count passed|failed LOG: sums the closing lines of nextest, cargo test and the Node suites.
count() {
    sed -E 's/\x1b\[[0-9;]*m//g' "$2" | awk -v word="$1" '
        /^test result:/ || /^ *Summary \[/ || /^(outside|documents): [0-9]+ passed/ {
            for (i = 2; i <= NF; i++) if ($i ~ "^" word "[,;]?$") sum += $(i - 1)
        }
        END { print sum + 0 }'
}

rust_tests() {
    if cargo nextest --version >/dev/null 2>&1; then
        cargo nextest run --workspace --no-fail-fast
    else
        cargo test --workspace --lib --bins --tests --no-fail-fast
    fi
}

step "检查工具，缺少的用 apt 安装" "Tools; what is missing comes from apt"
need_rust
problem=$(node_problem)
if [ -n "$problem" ]; then fail "$problem"; fi
missing=()
has chromium || missing+=(chromium)
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing+=(postgresql)
if ! has fc-list || [ -z "$(fc-list :lang=zh-cn 2>/dev/null)" ]; then missing+=(fontconfig fonts-noto-cjk); fi
if [ ${#missing[@]} -gt 0 ]; then apt_install "${missing[@]}"; fi
for folder in tests/node examples/partner-subgraph clients/typescript; do npm_packages "$folder"; done

step "构建网页控制台" "Web console"
scripts/console.sh --required

step "编译并运行 Rust 测试（SQLite 与 PostgreSQL）" "Rust tests on both databases"
chmod 755 "$postgres"
QINXIN_TEST_POSTGRES=$(scripts/postgres.sh start "$postgres" test)
export QINXIN_TEST_POSTGRES
# No build of its own: with the tests' dependencies the features differ, and all would compile twice.
part rust rust_tests

step "文档中的示例与链接" "Examples and links in the documents"
part doctests cargo test --workspace --doc --quiet
part documents node tests/node/documents.mjs

step "外部测试套件：SQLite，含浏览器" "Suites of others, SQLite, with the browser"
part outside-sqlite node tests/node/run.mjs --data-dir "$demo_data/sqlite" --browser

step "外部测试套件：PostgreSQL" "Suites of others, PostgreSQL"
psql -q "$QINXIN_TEST_POSTGRES" -c 'CREATE DATABASE demo'
part outside-postgres node tests/node/run.mjs --data-dir "$demo_data/postgres" \
    --database-url "${QINXIN_TEST_POSTGRES%/*}/demo"

if [ ${#failed_parts[@]} -gt 0 ]; then printf '\n未通过 not passed: %s  (%s/)\n' "${failed_parts[*]}" "$logs"; fi
printf '\n%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
