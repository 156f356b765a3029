#!/bin/bash
# Backs up the database, and fails at once if what it wrote cannot be restored. The server is the one that libpq's variables name (PGHOST, PGPORT, PGUSER, PGPASSWORD or
# ~/.pgpass, PGDATABASE).
# usage: scripts/backup.sh base FOLDER     a base backup of the whole cluster; with the archived WAL it leads to any later point in time
#        scripts/backup.sh dump FILE       a dump of PGDATABASE, restored once into a scratch database to prove that it can be
#        scripts/backup.sh check PATH      proves the same of an existing base backup or dump
# The user of `base` needs REPLICATION and pg_switch_wal(), the user of `dump` CREATEDB.
set -euo pipefail

die() { printf 'backup.sh: %s\n' "$*" >&2; exit 1; }
usage() { sed -n '4,6s/^# //p' "$0" >&2; exit 2; }
query() { psql -XAtq -v ON_ERROR_STOP=1 "$@"; }

partial= scratch= writer=
cleanup() {
    local status=$?
    [ -z "$writer" ] || kill "$writer" 2>/dev/null || true
    [ -z "$scratch" ] || dropdb --force --if-exists "$scratch" || true
    [ -z "$partial" ] || rm -rf "$partial"
    exit "$status"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Without its WAL a base backup leads to no point in time but its own.
archive_works() {
    local mode segment
    mode=$(query -d postgres -c 'SHOW archive_mode')
    [ "$mode" != off ] || die "archive_mode is off, so no WAL is archived; see docs/operations.md"
    segment=$(query -d postgres -c 'SELECT pg_walfile_name(pg_switch_wal())')
    for _ in $(seq 120); do
        [ "$(query -d postgres -c "SELECT count(*) FROM pg_stat_archiver WHERE last_archived_wal >= '$segment'")" = 0 ] || return 0
        sleep 0.5
    done
    die "the server has not archived $segment within a minute; its log says why archive_command fails"
}

check_base() { pg_verifybackup --quiet "$1" || die "the base backup $1 cannot be restored"; }

# Its list of contents can be whole although its data is cut, so it is restored.
check_dump() { # FILE [ASSETS]
    local list found
    list=$(pg_restore --list "$1" 2>&1) || die "the dump $1 cannot be read: $list"
    grep -q 'TABLE DATA .* assets ' <<<"$list" || die "the dump $1 holds no assets"
    scratch=backup_check_$$_$RANDOM
    createdb --maintenance-db=postgres -T template0 "$scratch"
    pg_restore --exit-on-error --no-owner --no-privileges -d "$scratch" "$1" || die "the dump $1 cannot be restored"
    found=$(query -d "$scratch" -c 'SELECT count(*) FROM assets')
    dropdb --force "$scratch"
    scratch=
    [ "${2:-$found}" = "$found" ] || die "the dump $1 has $found assets of $2"
    assets=$found
}

base() { # FOLDER
    [ ! -e "$1" ] || die "$1 exists"
    partial=$1.partial
    rm -rf "$partial"
    archive_works
    pg_basebackup -D "$partial" --checkpoint=fast --wal-method=stream --manifest-checksums=SHA256 || die "pg_basebackup failed"
    check_base "$partial"
    mv "$partial" "$1"
    partial=
    echo "base backup $1: $(du -sh "$1" | cut -f1), verified"
}

# The number of assets comes from the snapshot of the dump, because people upload meanwhile.
dump() { # FILE
    local snapshot count at
    [ ! -e "$1" ] || die "$1 exists"
    partial=$1.partial
    rm -f "$partial"
    coproc SNAPSHOT { psql -XAtq -v ON_ERROR_STOP=1; }
    writer=$SNAPSHOT_PID
    echo 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT pg_export_snapshot(); SELECT count(*) FROM assets; SELECT clock_timestamp();' >&"${SNAPSHOT[1]}"
    { read -r -t 600 snapshot && read -r -t 600 count && read -r -t 60 at; } <&"${SNAPSHOT[0]}" || die "the database does not answer"
    pg_dump -Fc --snapshot="$snapshot" -f "$partial" || die "pg_dump failed"
    kill "$writer" 2>/dev/null || true
    writer=
    check_dump "$partial" "$count"
    mv "$partial" "$1"
    partial=
    echo "dump $1 of $at: $assets assets, $(du -h "$1" | cut -f1), verified"
}

case $#${1:-} in
2base | 2dump) "$@" ;;
2check)
    if [ -d "$2" ]; then check_base "$2"; else check_dump "$2"; fi
    echo "$2 can be restored"
    ;;
*) usage ;;
esac
