# shellcheck shell=bash disable=SC2034,SC2154
# What the scripts share: telling the reader, and seeing to it that the tools are there.
# Sourced, never run. Leaves the caller in the root of the project.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# One folder for everything that is built or fetched; cargo reads the same variable.
target=${CARGO_TARGET_DIR:-target}
export NODE_NO_WARNINGS=1
# runuser lies where some shells do not look.
PATH=$PATH:/usr/sbin:/sbin

# step 中文 English: the next numbered line of what the script does; `steps` is set by the script.
step_number=0
step() {
    step_number=$((step_number + 1))
    printf '\n[%d/%d] %s  %s\n' "$step_number" "$steps" "$1" "$2"
}

note() { printf '      %s\n' "$*"; }

fail() {
    printf '\n错误 error: %s\n' "$1" >&2
    shift
    for line in "$@"; do printf '      %s\n' "$line" >&2; done
    exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# as_root COMMAND...: as it is for root, through sudo for others; 1 if there is no way.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif has sudo && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
        sudo "$@"
    else
        return 1
    fi
}

# apt_install PACKAGE...: Debian packages, quietly; says what to do where it may not.
apt_install() {
    has apt-get || fail "缺少 $*，本机没有 apt-get，请用系统的包管理器安装后再运行。" \
        "Missing: $*. There is no apt-get here: install them with the system's own package manager."
    note "apt-get install $*"
    local log
    log=$(mktemp)
    if ! { as_root apt-get update -q && as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends "$@"; } >"$log" 2>&1; then
        tail -n 15 "$log" >&2
        rm -f "$log"
        fail "无法安装 $*。请以 root 运行下面的命令，然后重试。" "Could not install them; run this as root and try again:" \
            "apt-get update && apt-get install -y $*"
    fi
    rm -f "$log"
}

# need_rust: cargo on the path, new enough for Cargo.toml; a C compiler for bundled SQLite and ring.
need_rust() {
    has cargo || PATH="$HOME/.cargo/bin:$PATH"
    has cargo || fail "没有找到 Rust。请先用 rustup 安装（Debian 12 自带的版本过旧）。" \
        "No cargo on the path: install Rust with rustup; Debian 12's own is too old."
    local wanted found
    wanted=$(sed -nE 's/^rust-version *= *"([0-9.]+)".*/\1/p' Cargo.toml)
    found=$(rustc --version | cut -d' ' -f2)
    newer_or_equal "$found" "$wanted" || fail "需要 Rust $wanted 或更新版本，现有 $found。请运行 rustup update。" \
        "Rust $wanted or later is needed, this is $found: run rustup update."
    if ! has cc || ! has c++; then apt_install build-essential pkg-config; fi
}

# newer_or_equal A B: whether version A is at least B.
newer_or_equal() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

# node_problem: says what is wrong with Node, nothing if it will do.
node_problem() {
    local wanted=20.19.0 found
    if ! has node || ! has npm; then
        echo "没有找到 Node.js（需要 $wanted 或更新版本）。No Node.js with npm; $wanted or later is needed."
        return
    fi
    found=$(node --version)
    newer_or_equal "${found#v}" "$wanted" ||
        echo "Node.js ${found#v} 过旧（需要 $wanted 或更新版本）。Node.js is too old; $wanted or later is needed."
}

# npm_packages FOLDER: exactly what its lock file names, unless they are there already.
npm_packages() {
    local stamp="$1/node_modules/.qinxin-lock"
    if ! cmp -s "$1/package-lock.json" "$stamp"; then
        (cd "$1" && npm ci --no-audit --no-fund --no-update-notifier --loglevel=error) || return
        cp "$1/package-lock.json" "$stamp"
    fi
}

# free_port: a loopback port that nobody listens on.
free_port() {
    local port
    for _ in $(seq 50); do
        port=$((20000 + RANDOM % 12000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
    done
    fail "找不到空闲端口。" "No free port on 127.0.0.1."
}
