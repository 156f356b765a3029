#!/bin/bash
# Benchmarks: they print figures and ratios, and judge nothing.
# usage: ./bench.sh pipeline [--photos FILE|DIR…] [--count N] [--json]     all of it on the real servers, beside the bare engine
#        ./bench.sh load [--only table|traffic|queue…] [--soak MINUTES] [--json]  how much the hosts bear, on the real servers; --help has more
#        ./bench.sh fair [--count N] [--json]                              what one account that sends the worst files does to another's photo
#        ./bench.sh cost [--only TEXT]                                     small files that were made to take much CPU
#        ./bench.sh imaging --photos FILE|DIR… [--count N] [--json]        the engine beside sharp and beside the bare codecs
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
export PIPELINE_SERVICES_DIR=${PIPELINE_SERVICES_DIR:-${TMPDIR:-/tmp}/pipeline-services-$(id -u)}

usage() { sed -n '2,7s/^# //p' "${BASH_SOURCE[0]}" >&2; exit 2; }

pipeline() { on_services Pipeline "$@"; }
load() { on_services Load "$@"; }
fair() { on_services Load --only fair "$@"; }

on_services() { # NAME ARGUMENT…
    local name project=$1
    shift
    "$root/scripts/install.sh" --tests
    "$root/scripts/build.sh" "bench/$project=Pipeline.Bench.$project"

    # Only what was down before is ours to stop.
    ours=()
    for name in clamd postgres rabbitmq s3; do "$root/services.sh" status "$name" >/dev/null 2>&1 || ours+=("$name"); done
    stop_services() { [ ${#ours[@]} = 0 ] || "$root/services.sh" down "${ours[@]}" >&2; }
    trap stop_services EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    "$root/services.sh" up >&2
    settings=$("$root/services.sh" env)
    eval "$settings"
    dotnet "$root/bench/$project/bin/Release/net10.0/Pipeline.Bench.$project.dll" "$@"
}

imaging() {
    case " $* " in
    *' --photos '* | *' --photos='*) ;;
    *)
        echo "bench.sh imaging: give --photos, some JPEGs of a camera with 12 to 24 megapixels: what is made up compresses like no photo" >&2
        exit 2
        ;;
    esac
    "$root/scripts/install.sh"
    sharp "$root/bench/peers/sharp"
    "$root/scripts/build.sh" bench/Imaging=Pipeline.Bench.Imaging
    dotnet "$root/bench/Imaging/bin/Release/net10.0/Pipeline.Bench.Imaging.dll" --sharp "$root/bench/peers/sharp" "$@"
}

cost() {
    "$root/scripts/install.sh" --tests
    "$root/scripts/build.sh" bench/Imaging=Pipeline.Bench.Imaging
    dotnet "$root/bench/Imaging/bin/Release/net10.0/Pipeline.Bench.Imaging.dll" cost "$@"
}

# Puts the peer in place, as its lock file has it.
sharp() { # FOLDER
    # With another packager's Node, npm is there and no package of its own.
    command -v node >/dev/null && command -v npm >/dev/null || "$root/scripts/apt.sh" nodejs npm
    node -e 'const [major, minor] = process.versions.node.split("."); process.exit(major > 20 || (major == 20 && minor >= 9) ? 0 : 1)' ||
        { echo "bench.sh: sharp needs Node.js 20.9 or later, this is $(node --version); see https://nodejs.org" >&2; exit 2; }
    [ "$1/node_modules/.package-lock.json" -nt "$1/package-lock.json" ] || npm ci --prefix "$1" --no-audit --no-fund >&2
}

case ${1:-} in
pipeline | load | fair | imaging | cost) "$@" ;;
*) usage ;;
esac
