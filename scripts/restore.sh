#!/bin/bash
# Restores a backup of scripts/backup.sh.
# usage: scripts/restore.sh base BACKUP DATA ARCHIVE TIME     makes the data folder of a stopped server, which at its start goes on to TIME ("2026-11-30 12:00:00+00", or
#                                                        `latest`) with the WAL in ARCHIVE. Run it as the server's user.
#        scripts/restore.sh dump FILE DATABASE           into a new database of the server that libpq's variables name
set -euo pipefail

die() { printf 'restore.sh: %s\n' "$*" >&2; exit 1; }
usage() { sed -n '3,5s/^# //p' "$0" >&2; exit 2; }

base() { # BACKUP DATA ARCHIVE TIME
    [ -f "$1/backup_manifest" ] || die "$1 is not a base backup"
    [ -d "$3" ] || die "$3 is not a folder"
    [ ! -e "$2" ] || [ -z "$(ls -A "$2")" ] || die "$2 is not empty; move it away first"
    case $1$2$3$4 in *[\'\\%]*) die "no name may contain a quote, a backslash or %" ;; esac
    pg_verifybackup --quiet "$1" || die "the base backup $1 is damaged"
    mkdir -p "$2"
    cp -a "$1/." "$2/"
    chmod 700 "$2"
    {
        echo "restore_command = 'cp \"$3/%f\" \"%p\"'"
        [ "$4" = latest ] || echo "recovery_target_time = '$4'"
        echo "recovery_target_action = 'promote'"
    } >>"$2/postgresql.auto.conf"
    touch "$2/recovery.signal"
    echo "$2 is ready: start the server, and it goes on to $4"
}

dump() { # FILE DATABASE
    createdb --maintenance-db=postgres -T template0 "$2"
    pg_restore --exit-on-error --no-owner --no-privileges -d "$2" "$1" || die "the dump $1 cannot be restored"
    # It warns of each table of the system.
    PGOPTIONS='-c client_min_messages=error' psql -XAtq -v ON_ERROR_STOP=1 -d "$2" -c 'ANALYZE'
    echo "database $2: $(psql -XAtq -d "$2" -c 'SELECT count(*) FROM assets') assets"
}

case $#${1:-} in
5base | 3dump) "$@" ;;
*) usage ;;
esac
