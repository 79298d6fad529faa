#!/usr/bin/env bash
# make golden: the SDL as the code has it now becomes the one that changes are compared with.
# Read the difference in git before committing it: clients are written against these files.
. "$(dirname "$0")/lib.sh"
steps=2

step "编译服务端" "Server"
need_rust
cargo build --workspace

step "写入 schema/*.graphql 与三张表" "Golden SDL; who may see what, codes, limits"
"$target/debug/qinxin" schema >"$target/schema.graphql"
"$target/debug/qinxin" schema --federation >"$target/schema.federation.graphql"
for table in access errors limits; do "$target/debug/qinxin" schema --$table >"$target/$table.txt"; done
cp "$target/schema.graphql" "$target/schema.federation.graphql" "$target"/{access,errors,limits}.txt schema/
if has git; then git --no-pager diff --stat -- schema || true; fi
