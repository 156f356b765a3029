#!/bin/bash
# clamd on loopback with our own signatures, besides a clamd that this machine may already run.
# usage: clamd.sh start|stop|status|kill|pause|resume|env
# env:   CLAMD_PORT (3311), CLAMD_DB (a folder of signatures to use instead of ours), PIPELINE_SERVICES_DIR
#
# Our signatures detect EICAR anywhere in a file. Debian ships none, and the usual EICAR signature detects it only at
# the start. A changed CLAMD_DB restarts clamd.
service=clamd
# shellcheck source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

port=${CLAMD_PORT:-3311}
address=tcp://127.0.0.1:$port
dir=$services_dir/clamd
conf=$dir/clamd.conf
signatures=${CLAMD_DB:-$dir/signatures}
stream_max=26214400 # Debian's default; the tests of the limits use the same number

ready() {
    local reply
    reply=$( (exec 3<>"/dev/tcp/127.0.0.1/$port" && printf 'nPING\n' >&3 && timeout 2 head -n 1 <&3) 2>/dev/null) || return 1
    [ "$reply" = PONG ]
}

up() { running >/dev/null && ready; }

hex() { od -An -v -tx1 | tr -d ' \n'; }

write_signatures() {
    mkdir -p "$signatures"
    # In two pieces, so that scanners do not flag this script. name:target (0 = any file):offset (* = anywhere):hex
    local eicar='X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-'
    eicar+='ANTIVIRUS-TEST-FILE!$H+H*'
    printf 'Pipeline.Test.Eicar:0:*:%s\n' "$(printf %s "$eicar" | hex)" >"$signatures/pipeline.ndb"
}

write_conf() {
    # The limits must satisfy stream <= file <= scan; AlertExceedsMax reports an exceeded limit instead of OK.
    cat <<CONF
# signatures: $(cd "$signatures" && find . -maxdepth 1 -type f -printf '%f %s %T@\n' | sort | sha256sum)
Foreground yes
TCPSocket $port
TCPAddr 127.0.0.1
DatabaseDirectory $signatures
TemporaryDirectory $dir/tmp
LogTime yes
MaxThreads 4
MaxQueue 32
ReadTimeout 20
CommandReadTimeout 5
StreamMaxLength $stream_max
MaxFileSize $stream_max
MaxScanSize $((stream_max * 4))
MaxScanTime 30000
AlertExceedsMax yes
AlertBrokenMedia no
ScanImageFuzzyHash no
SelfCheck 3600
CONF
    [ "$(id -u)" != 0 ] || echo "User clamav"
}

start() {
    make_services_dir
    one_at_a_time
    need clamd clamav-daemon
    mkdir -p "$dir/tmp"
    if [ -z "${CLAMD_DB:-}" ]; then
        [ -s "$signatures/pipeline.ndb" ] || write_signatures
    else
        [ -d "$signatures" ] || die "CLAMD_DB=$signatures is not a folder"
        signatures=$(cd "$signatures" && pwd)
    fi
    chmod -R a+rX "$dir" # independent of the umask: a clamd started by root switches to its own user
    if [ "$(id -u)" = 0 ]; then
        chown clamav: "$dir/tmp"
        setpriv --reuid=clamav --regid=clamav --init-groups test -r "$signatures" -a -x "$signatures" ||
            die "the user clamav may not read $signatures"
    fi

    write_conf >"$conf.new"
    if up && cmp -s "$conf" "$conf.new"; then
        rm "$conf.new"
        say_up
        return
    fi

    end_daemon
    mv "$conf.new" "$conf"
    need_port "$port" CLAMD_PORT
    start_daemon clamd --config-file "$conf"
    # Signatures of the real size take clamd half a minute; stop waiting if clamd has ended.
    until_true 120 settled || true
    up || { tail -n 20 "$dir/out" >&2; die "did not come up; its log is $dir/out"; }
    say_up
}

settings() { echo "export PIPELINE_CLAMD=$address"; }

dispatch "$@"
