#!/usr/bin/env bash
# make run: from a fresh clone to a running demo. scripts/run.sh [DATA_DIR [LISTEN]]
. "$(dirname "$0")/lib.sh"
data=${1:-data} listen=${2:-127.0.0.1:8080} steps=4

step "检查工具" "Tools: Rust, a C compiler"
need_rust
note "$(rustc --version)"

step "构建网页控制台" "Web console"
scripts/console.sh

step "编译服务端（首次约需十分钟，之后几秒）" "Server: some ten minutes the first time, seconds later"
cargo build --workspace

step "启动演示：2 万户经营主体，数据在 $data/" "Demo: 20,000 enterprises, data in $data/"
note "首页 console   http://$listen/"
note "查询 GraphiQL  http://$listen/graphiql"
note "Ctrl-C 停止 stops it."
exec "$target/debug/qinxin" demo --data-dir "$data" --listen "$listen"
