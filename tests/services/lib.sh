# Functions shared by the scripts of the services. Sourced, never run. Each script sets `service`, `dir`, `address` and `conf` (a path on its
# daemon's command line, which identifies the process as ours, so that a reused pid is never signalled),
# has the functions `start`, `up` and `settings`, and ends in `dispatch`.

set -euo pipefail
export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
services_dir=${PIPELINE_SERVICES_DIR:-${TMPDIR:-/tmp}/pipeline-services-$(id -u)}

# With SERVICES_TLS, the folder of certificates that deploy/make-secrets.sh has made, a service speaks TLS only.
tls=${SERVICES_TLS:-}

die() { printf '%s: %s\n' "${service:-services}" "$*" >&2; exit 1; }

# The name of the folder is predictable and /tmp is writable by all, so a folder of another user is refused.
make_services_dir() {
    mkdir -p "$services_dir" || die "cannot make $services_dir"
    if [ -L "$services_dir" ] || [ ! -O "$services_dir" ]; then die "$services_dir does not belong to you"; fi
    chmod 711 "$services_dir" # a daemon that drops root must be able to enter
}

# One start or stop of a service at a time. A daemon closes the lock with its other inherited descriptors; otherwise it would hold the lock for as long as it
# lives.
one_at_a_time() {
    exec 9>"$services_dir/$service.lock"
    flock -w 120 9 || die "another start or stop is still running"
}

# of PART COMMAND…: runs the command for one daemon of a service with several.
of() {
    local part=$1
    shift
    "$@"
}

pid_file() { echo "$services_dir/$service/${part:+$part.}pid"; }

# Prints the pid of our daemon; fails if it does not run (a zombie has no command line, so it does not count).
running() {
    local pid
    pid=$(cat "$(pid_file)" 2>/dev/null) || return 1
    [[ $pid =~ ^[0-9]+$ ]] || return 1
    tr '\0' '\n' 2>/dev/null <"/proc/$pid/cmdline" | grep -qxF -- "$conf" || return 1
    echo "$pid"
}

# until_true SECONDS COMMAND…
until_true() {
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.05
    done
}

not_running() { ! running; }

# Ends our daemon, even if it is stopped (SIGSTOP) or ignores signals.
end_daemon() {
    local pid
    if pid=$(running); then
        kill -s "${end_signal:-TERM}" "$pid" 2>/dev/null || true
        kill -CONT "$pid" 2>/dev/null || true # a stopped process handles the signal only after it continues
        until_true "${end_seconds:-10}" not_running || kill_daemon
    fi
    rm -f "$(pid_file)"
}

kill_daemon() {
    local pid
    if pid=$(running); then
        kill -KILL "$pid" 2>/dev/null || true
        until_true 10 not_running || die "process $pid does not end"
    fi
    rm -f "$(pid_file)"
}

signal_daemon() { # SIGNAL
    local pid
    pid=$(running) || die "is not running"
    kill -s "$1" "$pid"
}

# start_daemon COMMAND…: in its own session, so that it outlives the terminal.
start_daemon() {
    (
        cd /
        exec </dev/null >"$services_dir/$service/${part:+$part.}out" 2>&1
        # Close all other inherited descriptors: otherwise a reader of one of our pipes would wait until the daemon ends.
        for fd in "/proc/$BASHPID/fd"/*; do
            fd=${fd##*/}
            [ "$fd" -le 2 ] || [ "$fd" = 255 ] || eval "exec $fd>&-"
        done
        exec setsid "$@"
    ) &
    local pid=$!
    echo "$pid" >"$(pid_file)"
    # Before its exec the process has this script's command line, so `running` would report that it has ended.
    until_true 10 past_exec "$pid" || die "process $pid hangs before its exec"
}

past_exec() { running || ! tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline" | grep -q .; }

settled() { up || not_running; }

port_answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

need_port() { # PORT VARIABLE
    if port_answers "$1"; then die "port $1 is in use by another process (choose another: $2)"; fi
}

# need COMMAND PACKAGE…: installs the packages if the command is missing. One at a time: apt.sh prevents daemons from starting only for as
# long as it runs.
need() {
    command -v "$1" >/dev/null && return
    shift
    (
        flock 8
        "$here/../../scripts/apt.sh" "$@"
    ) 8>"$services_dir/apt.lock"
}

# Copies the certificate of a server to where its user can read it.
take_certificate() { # SERVER USER
    install -m 644 "$tls/ca.crt" "$dir/ca.crt"
    install -m 644 "$tls/$1.crt" "$dir/server.crt"
    install -m 600 "$tls/$1.key" "$dir/server.key"
    [ "$(id -u)" != 0 ] || chown "$2:" "$dir/server.key"
}

say_up() { echo "$service is up at $address"; }

# The verbs for a service with one daemon; other scripts define their own.
end_all() { end_daemon; }
kill_all() { kill_daemon; }
pause() { signal_daemon STOP; }
resume() { signal_daemon CONT; }

under_lock() {
    if [ -d "$dir" ]; then
        make_services_dir
        one_at_a_time
        "$@"
    fi
    echo "$service is down"
}

status() {
    if up; then say_up; return; fi
    if running >/dev/null; then echo "$service runs but does not answer"; else echo "$service is down"; fi
    return 1
}

dispatch() {
    case "$#${1:-}" in
    1start | 1status | 1pause | 1resume) "$1" ;;
    1stop) under_lock end_all ;;
    1kill) under_lock kill_all ;;
    1env) settings ;;
    *) die "usage: $service.sh start|stop|status|kill|pause|resume|env" ;;
    esac
}
