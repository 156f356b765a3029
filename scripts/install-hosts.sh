#!/bin/bash
# Builds the hosts and installs them for systemd: programs in /opt/pipeline, settings in /etc/pipeline, units in /etc/systemd/system.
# Keeps existing settings, and starts no services.
# usage: scripts/install-hosts.sh [--root DIR] [--no-precompile] [uploadapi] [processor]     both if none is named
#        --root DIR        below another folder, for a package or a test; creates no users
#        --no-precompile   builds in a fifth of the time, but each start takes some seconds longer
set -euo pipefail
repository=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)

die() { printf 'install-hosts.sh: %s\n' "$*" >&2; exit 1; }
say() { printf 'install-hosts.sh: %s\n' "$*" >&2; }

root=
precompile=true
hosts=()
while [ $# -gt 0 ]; do
    case $1 in
    --root) [ $# -ge 2 ] || die "--root needs a folder"; mkdir -p "$2"; root=$(cd "$2" && pwd); shift ;;
    --no-precompile) precompile=false ;;
    uploadapi | processor) hosts+=("$1") ;;
    *) sed -n '4,6s/^# //p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
    esac
    shift
done
[ ${#hosts[@]} -gt 0 ] || hosts=(uploadapi processor)
[ -n "$root" ] || [ "$(id -u)" = 0 ] || die "only root can install: sudo scripts/install-hosts.sh, or name a folder with --root"
"$repository/scripts/install.sh"
dotnet=$(readlink -f "$(command -v dotnet)")

project() { case $1 in uploadapi) echo UploadApi ;; processor) echo Processor ;; esac; }

# Without build servers, which would keep running as root and hold the output open, and without analyzers, which serve developers only.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
build() { # HOST: builds beside the running program, and replaces it only when the build is complete
    local target=$root/opt/pipeline/$1
    say "building $1"
    rm -rf "$target.new"
    (cd "$repository" && dotnet publish "src/$(project "$1")" -c Release --use-current-runtime --no-self-contained \
        -p:PublishReadyToRun=$precompile -p:UseAppHost=false -p:BundledLibvips=false -p:UseSharedCompilation=false -p:RunAnalyzers=false -o "$target.new" -v q -nologo) || die "$1 does not build"
    rm -rf "$target.old"
    [ ! -e "$target" ] || mv "$target" "$target.old"
    mv "$target.new" "$target"
    chmod -R u=rwX,go=rX "$target"
    rm -rf "$target.old"
}

configure() { # HOST: only root can read the settings, which hold secrets; systemd passes them to the host
    local settings=$root/etc/pipeline/$1.env secret
    mkdir -p "$root/etc/pipeline"
    [ ! -e "$settings" ] || { say "$settings is kept"; return; }
    secret=$(head -c 36 /dev/urandom | base64 | tr '+/' '-_')
    (umask 077 && sed "s/@SECRET@/$secret/" "$repository/deploy/systemd/$1.env" >"$settings")
    say "replace the values in <> in $settings"
}

register() { # HOST
    local unit=pipeline-$1.service units=$root/etc/systemd/system
    mkdir -p "$units"
    sed -e "s|@ROOT@|$root|g" -e "s|@DOTNET@|$dotnet|g" "$repository/deploy/systemd/$unit" >"$units/$unit"
    chmod 644 "$units/$unit"
    [ -z "$root" ] || return 0
    id "pipeline-$1" >/dev/null 2>&1 || useradd --system --user-group --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin "pipeline-$1"
    [ ! -d /run/systemd/system ] || systemctl daemon-reload
}

for host in "${hosts[@]}"; do
    build "$host"
    configure "$host"
    register "$host"
done
