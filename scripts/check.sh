#!/usr/bin/env bash
# make check: what a change must keep besides the tests. Goes on after a failure, so that one run
# tells everything.
. "$(dirname "$0")/lib.sh"
steps=5 broken=()

# part NAME COMMAND...
part() {
    local name=$1
    shift
    "$@" || { broken+=("$name"); note "✗ $name"; }
}

golden_is_current() {
    cargo build --workspace || return
    golden schema/schema.graphql && golden schema/schema.federation.graphql --federation && golden schema/access.txt --access &&
        golden schema/errors.txt --errors && golden schema/limits.txt --limits
}

# golden FILE FLAG...
golden() {
    local file=$1
    shift
    "$target/debug/qinxin" schema "$@" | diff -u "$file" - || {
        note "与 $file 不同：确属有意就运行 make golden 并提交。"
        note "It differs from the golden copy: if that is meant, run make golden and commit it."
        return 1
    }
}

console_checks() {
    npm_packages console && (cd console && npm run --silent check)
}

need_rust
step "格式" "Formatting"
part fmt cargo fmt --all --check
step "静态检查，警告即错误" "Lints, warnings are errors"
part clippy cargo clippy --workspace --all-targets -- -D warnings
step "SDL 与存档一致" "Golden SDL"
part golden golden_is_current
step "各室之间的引用方向" "Import directions"
part architecture cargo test --workspace --quiet architecture
step "网页控制台" "Web console: types, lints, its queries against the golden SDL"
problem=$(node_problem)
if [ -n "$problem" ]; then note "$problem"; else part console console_checks; fi

if [ ${#broken[@]} -gt 0 ]; then fail "未通过 ${broken[*]}。" "Not passed: ${broken[*]}."; fi
printf '\n全部通过 all passed\n'
