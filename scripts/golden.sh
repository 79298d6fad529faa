#!/usr/bin/env bash
# make golden: the SDL as the code has it now becomes the one that changes are compared with.
# Read the difference in git before committing it: clients are written against these files.
. "$(dirname "$0")/lib.sh"
steps=2

step "编译服务端" "Server"
need_rust
cargo build --workspace

step "写入 schema/*.graphql 与 access.txt" "Golden SDL, and who may see what"
"$target/debug/qinxin" schema >"$target/schema.graphql"
"$target/debug/qinxin" schema --federation >"$target/schema.federation.graphql"
"$target/debug/qinxin" schema --access >"$target/access.txt"
cp "$target/schema.graphql" "$target/schema.federation.graphql" "$target/access.txt" schema/
if has git; then git --no-pager diff --stat -- schema || true; fi
