#!/bin/bash
# Builds both container images with buildah and runs them with podman, beside the running services of ./services.sh; then runs their programs by the units
# of systemd.
# usage: tests/images/run.sh FOLDER     the last line is `N passed, N failed`; logs and the lists of packages are in FOLDER
# Takes some 8 minutes, and 5 GB of disk while it runs. ./test.sh --images installs the programs and starts the services.
set -uo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
here=$root/tests/images
. "$here/lib.sh"
[ $# = 1 ] || { sed -n '4s/^# //p' "${BASH_SOURCE[0]}" >&2; exit 2; }
[ "$(id -u)" = 0 ] || { say "the images are built and run as root: sudo ./test.sh --images"; exit 2; }
in_own_mounts "$@"

mkdir -p "$1"
results=$(cd "$1" && pwd)
logs=$results
work=$(mktemp -d /var/tmp/pipeline-images-XXXXXX)
chmod 711 "$work"
running=()
. "$here/bases.sh"
. "$here/build.sh"
. "$here/hosts.sh"
. "$here/units.sh"
leader=

finish() {
    local status=$?
    trap '' INT TERM
    forget
    buildah umount --all >/dev/null 2>&1
    buildah rm --all >/dev/null 2>&1
    # Podman keeps the mounts of its storage.
    findmnt -rno TARGET | grep "^$work/" | sort -r | xargs -r umount -l 2>/dev/null
    rm -rf "$work"
    [ "$status" = 0 ] || [ "$failed" -gt 0 ] || failed=1
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ] && [ "$passed" -gt 0 ] && exit 0
    exit 1
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

own_storage
bases || exit 1
context
for host in uploadapi processor; do
    build "$host" || { fail "deploy/$host.Dockerfile builds"; exit 1; }
    pass "deploy/$host.Dockerfile builds"
    contents "$host"
done
hosts
[ "$failed" -gt 0 ] || units
exit 0
