#!/usr/bin/env bash
# A throw-away PostgreSQL cluster on loopback, for tests and measurements. Nothing of the system's
# own cluster is touched; everything lies in one folder and goes with it.
#
#   scripts/postgres.sh start DIR [test|bench]   make it if absent, start it, print its URL
#   scripts/postgres.sh url   DIR                print its URL
#   scripts/postgres.sh stop  DIR                stop it, keep the folder
#
# `test` trades durability for speed, `bench` is a server as an operator would run it on this
# machine. PostgreSQL refuses to run as root: then it runs as the user `postgres`, who must be
# able to reach DIR. Anybody on this machine may connect to it: keep nothing of worth in it.
. "$(dirname "$0")/lib.sh"

usage() { sed -nE 's/^#   (scripts.*)/\1/p' "$0" >&2; exit 2; }
[ $# -ge 2 ] || usage
act=$1 dir=$(realpath -m "$2") manner=${3:-test}

# The newest of Debian's; a folder that is not there if there is none.
binaries() { printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1; }

# postgres refuses root
unprivileged() {
    if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi
}

settings() {
    cat <<SETTINGS
listen_addresses = '127.0.0.1'
unix_socket_directories = '$dir/socket'
max_connections = 200
SETTINGS
    case $manner in
    test) printf '%s\n' 'fsync = off' 'synchronous_commit = off' 'full_page_writes = off' 'shared_buffers = 128MB' ;;
    bench) printf '%s\n' 'shared_buffers = 1GB' 'effective_cache_size = 4GB' 'maintenance_work_mem = 512MB' \
        'work_mem = 32MB' 'max_wal_size = 4GB' 'random_page_cost = 1.1' ;;
    *) usage ;;
    esac
}

start() {
    local bin port
    if [ ! -x "$(binaries)/postgres" ]; then apt_install postgresql >&2; fi
    bin=$(binaries)
    mkdir -p "$dir/socket"
    if [ "$(id -u)" = 0 ]; then chown postgres "$dir" "$dir/socket"; fi
    unprivileged test -w "$dir" || fail "用户 postgres 无法写入 $dir。请换一个文件夹。" \
        "The user postgres cannot write to $dir: name a folder that it can reach."
    if [ ! -e "$dir/data/PG_VERSION" ]; then
        unprivileged "$bin/initdb" -D "$dir/data" -U postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 \
            --no-sync >"$dir/initdb.log"
        settings | unprivileged tee -a "$dir/data/postgresql.conf" >/dev/null
    fi
    if ! unprivileged "$bin/pg_ctl" -D "$dir/data" status >/dev/null; then
        port=${QINXIN_TEST_POSTGRES_PORT:-$(free_port)}
        unprivileged "$bin/pg_ctl" -D "$dir/data" -l "$dir/data/server.log" -o "-p $port" -w start >/dev/null </dev/null ||
            fail "PostgreSQL 没有启动，详见 $dir/data/server.log。" "PostgreSQL did not start."
    fi
    url
}

# The fourth line of the pid file is the port.
url() {
    local pid_file="$dir/data/postmaster.pid"
    [ -e "$pid_file" ] || fail "$dir 中没有运行的 PostgreSQL。" "No PostgreSQL runs in $dir."
    echo "postgres://postgres@127.0.0.1:$(sed -n 4p "$pid_file")/postgres"
}

stop() {
    [ -e "$dir/data/postmaster.pid" ] || return 0
    unprivileged "$(binaries)/pg_ctl" -D "$dir/data" -m fast -w stop >/dev/null
}

case $act in
start | url | stop) "$act" ;;
*) usage ;;
esac
