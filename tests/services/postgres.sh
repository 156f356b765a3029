#!/bin/bash
# PostgreSQL on loopback with its own cluster. Its only role may log in, create databases and end sessions, and is not a superuser.
# usage: postgres.sh start|stop|status|kill|pause|resume|env
# env:   PG_PORT (5435), PG_DURABLE=1 (keep fsync, as a production server does), SERVICES_TLS, PIPELINE_SERVICES_DIR
service=postgres
# shellcheck source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

port=${PG_PORT:-5435}
role=pipeline
address=postgres://$role@127.0.0.1:$port/$role
dir=$services_dir/postgres
data=$dir/data
conf=$data
end_signal=INT # does not wait for clients
export LC_ALL=C.UTF-8

# Debian installs the server's programs outside of PATH, by version.
find_programs() {
    local newest
    newest=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
    [ ! -x "$newest/postgres" ] || PATH=$newest:$PATH
}

# The server refuses to run as root.
as_owner() {
    if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --init-groups "$@"; else "$@"; fi
}

install_server() {
    local root=() drop_in=/etc/postgresql-common/createcluster.d/pipeline-tests.conf
    command -v postgres >/dev/null && return
    [ "$(id -u)" = 0 ] || root=(sudo)
    # The package would create a cluster on 5432, which is not needed.
    "${root[@]}" install -D -m 644 /dev/stdin "$drop_in" <<<'create_main_cluster = off'
    need postgres postgresql || { "${root[@]}" rm -f "$drop_in"; die "cannot install PostgreSQL"; }
    "${root[@]}" rm -f "$drop_in"
    find_programs
}

ready() { pg_isready -q -h 127.0.0.1 -p "$port" -t 2; }
up() { running >/dev/null && ready; }

# The server and all its children, including those that have outlived it: all have the data folder as working directory.
members() { (find /proc -maxdepth 2 -path "/proc/[0-9]*/cwd" -lname "$data" 2>/dev/null || true) | cut -d/ -f3; } # processes end while find looks
no_members() { [ -z "$(members)" ]; }
signal_members() { members | while read -r pid; do kill -s "$1" "$pid" 2>/dev/null || true; done; }

pause() {
    running >/dev/null || die "is not running"
    signal_members STOP
}

resume() { signal_members CONT; }

end_all() {
    resume
    end_daemon
    kill_all
}

kill_all() {
    signal_members KILL
    until_true 10 no_members || die "its processes do not end"
    # A killed server that is not reaped yet would count as running.
    rm -f "$(pid_file)" "$data/postmaster.pid"
}

write_settings() {
    cat <<CONF
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = ''
max_connections = 200
shared_buffers = 64MB
timezone = 'UTC'
log_line_prefix = '%m [%p] '
CONF
    [ -z "$tls" ] || printf "ssl = on\nssl_cert_file = '%s'\nssl_key_file = '%s'\n" "$dir/server.crt" "$dir/server.key"
    [ "${PG_DURABLE:-}" = 1 ] || printf '%s = off\n' fsync synchronous_commit full_page_writes
}

make_cluster() {
    rm -rf "$dir/new" "$data"
    as_owner initdb -D "$dir/new" -U postgres -E UTF8 --locale=C.UTF-8 -N >"$dir/initdb.out" 2>&1 ||
        { tail -n 20 "$dir/initdb.out" >&2; die "initdb failed"; }
    # In single-user mode, which has no port, so the superuser never needs a password. A forced DROP DATABASE ends autovacuum workers
    # too, which belong to no role, so the role needs the right to end sessions of others.
    as_owner postgres --single -D "$dir/new" postgres >"$dir/initdb.out" 2>&1 <<SQL || die "cannot create the role; see $dir/initdb.out"
CREATE ROLE $role LOGIN CREATEDB PASSWORD '$role'
GRANT pg_signal_backend TO $role
CREATE DATABASE $role OWNER $role
SQL
    echo "host${tls:+ssl} all $role 127.0.0.1/32 scram-sha-256" >"$dir/new/pg_hba.conf"
    mv "$dir/new" "$data" # only a complete cluster has this name
}

start() {
    make_services_dir
    one_at_a_time
    find_programs
    install_server
    mkdir -p "$dir"
    chmod 711 "$dir"
    [ "$(id -u)" != 0 ] || chown postgres: "$dir"

    [ -z "$tls" ] || take_certificate postgres postgres
    write_settings >"$dir/settings.new"
    if up && cmp -s "$data/postgresql.conf" "$dir/settings.new"; then
        say_up
        return
    fi

    end_all
    need_port "$port" PG_PORT
    [ -d "$data" ] || make_cluster
    cat "$dir/settings.new" >"$data/postgresql.conf"
    if [ "$(id -u)" = 0 ]; then
        start_daemon setpriv --reuid=postgres --regid=postgres --init-groups postgres -D "$data"
    else
        start_daemon postgres -D "$data"
    fi
    until_true 120 settled || true
    up || { tail -n 20 "$dir/out" >&2; die "did not come up; its log is $dir/out"; }
    say_up
}

settings() { echo "export PIPELINE_POSTGRES='Host=127.0.0.1;Port=$port;Database=$role;Username=$role;Password=$role'"; }

find_programs
dispatch "$@"
