#!/bin/bash
# Installs missing packages of Debian or Ubuntu without starting their daemons, now or at the next boot. Does nothing if all are installed.
# usage: scripts/apt.sh PACKAGE…     a|b: the first of these names that this release has
set -euo pipefail

die() { printf 'apt.sh: %s\n' "$*" >&2; exit 1; }

[ $# -gt 0 ] || die "which packages?"
if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    die "this is neither Debian nor Ubuntu; install the equivalents of these packages by hand: $*"
fi

# Query all names at once: a query for each name would take most of the time.
IFS='|' read -ra all <<<"$(IFS='|' && echo "$*")"
installed=" $(dpkg-query -W -f='${Package}:${db:Status-Status} ' "${all[@]}" 2>/dev/null || true)"

missing=()
for names in "$@"; do
    for name in ${names//|/ }; do
        case $installed in *" $name:installed "*) continue 2 ;; esac
    done
    missing+=("$names")
done
[ ${#missing[@]} -gt 0 ] || exit 0

root=()
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || die "sudo is missing; run as root: apt-get install ${missing[*]}"
    root=(sudo)
fi

apt() { "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=600 "$@" >&2; }

# A virtual package, which another package provides, has no candidate itself.
known() { [[ $(apt-cache policy "$1" 2>/dev/null) == *'Candidate: '[!\(]* ]]; }

pick() {
    local names name
    wanted=()
    for names in "${missing[@]}"; do
        for name in ${names//|/ }; do
            if known "$name"; then wanted+=("$name"); continue 2; fi
        done
        return 1
    done
}

# 101 tells the package's scripts not to start their daemons.
policy=/usr/sbin/policy-rc.d
ours=
cleanup() { if [ -n "$ours" ]; then "${root[@]}" rm -f "$policy"; fi; }
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
if [ ! -e "$policy" ]; then
    ours=1
    printf '#!/bin/sh\nexit 101\n' | "${root[@]}" tee "$policy" >/dev/null
    "${root[@]}" chmod 755 "$policy"
fi

echo "installing ${missing[*]}" >&2
# A fresh machine has no package lists, and an old one has stale lists: update them once before giving up.
if ! pick || ! apt install --no-install-recommends "${wanted[@]}"; then
    apt update || die "apt-get update failed; check the network and /etc/apt. Missing packages: ${missing[*]}"
    pick || die "this release has none of these: ${missing[*]}"
    apt install --no-install-recommends "${wanted[@]}" || die "apt-get could not install: ${wanted[*]}"
fi

if command -v systemctl >/dev/null; then
    for package in "${wanted[@]}"; do
        dpkg -L "$package" | sed -nE 's#^(/usr)?/lib/systemd/system/([^/@]+\.(service|socket|timer))$#\2#p' |
            while read -r unit; do "${root[@]}" systemctl --quiet disable "$unit" </dev/null || die "cannot disable $unit"; done
    done
fi
