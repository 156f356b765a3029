#!/bin/bash
# Benchmarks: they print figures and ratios, and do not fail on bad ones.
# usage: ./bench.sh pipeline [--photos FILE|DIR…] [--count N] [--json]     the whole pipeline on the real servers, compared with the bare engine
#        ./bench.sh load [--only table|traffic|queue…] [--soak MINUTES] [--json]  throughput of the hosts on the real servers; --help has more
#        ./bench.sh streams [--streams N] [--minutes N] [--json]           what many open streams of live status cost the API
#        ./bench.sh webhooks [--events N] [--json]                         how webhooks that never answer delay the others
#        ./bench.sh telemetry [--rounds N] [--json]                        what a collector and an error tracker that hang cost a confirm
#        ./bench.sh fair [--count N] [--json]                              how an account that sends the worst files delays another account's photo
#        ./bench.sh road [--count N] [--seconds N] [--json]                one photo on idle hosts beside scan and engine, and where uploads wait
#        ./bench.sh capacity [--uploads N] [--output FILE]                 what an upload costs each part, for `pipeline capacity`
#        ./bench.sh api [--only presign|batch|confirm|read…] [--json]      the API's routes on one core beside Express, which stores nothing
#        ./bench.sh cost [--only TEXT]                                     small files that are built to take much CPU
#        ./bench.sh imaging --photos FILE|DIR… [--count N] [--json]        the engine compared with sharp and with the bare codecs
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
export PIPELINE_SERVICES_DIR=${PIPELINE_SERVICES_DIR:-${TMPDIR:-/tmp}/pipeline-services-$(id -u)}

usage() { sed -n '2,13s/^# //p' "${BASH_SOURCE[0]}" >&2; exit 2; }

pipeline() { on_services Pipeline "$@"; }
load() { on_services Load "$@"; }
streams() { on_services Load --only streams "$@"; }
webhooks() { on_services Load --only webhooks "$@"; }
telemetry() { on_services Load --only telemetry "$@"; }
road() { on_services Load --only road "$@"; }
fair() { on_services Load --only fair "$@"; }
capacity() {
    # The folder of the client's config file.
    local output=${XDG_CONFIG_HOME:-$HOME/.config}/pipeline/capacity.json
    case " $* " in *' --output '* | *' --output='*) output= ;; esac
    on_services Load --only capacity ${output:+--output "$output"} "$@"
}

on_services() { # NAME ARGUMENT…
    local name project=$1
    shift
    "$root/scripts/install.sh" --tests
    "$root/scripts/build.sh" "bench/$project=Pipeline.Bench.$project"

    # Stop only the services that were down before.
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

api() {
    local published=$root/bench/Api/bin/published
    "$root/scripts/install.sh" --tests
    node_peer "$root/bench/peers/express"

    # Precompiled, as in the images: a runtime that compiles while it is measured shows its compiler.
    (cd "$root" && dotnet publish src/UploadApi -c Release --use-current-runtime --no-self-contained -p:PublishReadyToRun=true -p:UseAppHost=false -o "$published" -v q -nologo) >&2
    on_services Api --express "$root/bench/peers/express" --api "$published/Pipeline.UploadApi.dll" "$@"
}

imaging() {
    case " $* " in
    *' --photos '* | *' --photos='*) ;;
    *)
        echo "bench.sh imaging: give --photos, JPEGs of a camera with 12 to 24 megapixels: generated images do not compress like photos" >&2
        exit 2
        ;;
    esac
    "$root/scripts/install.sh"
    node_peer "$root/bench/peers/sharp"
    "$root/scripts/build.sh" bench/Imaging=Pipeline.Bench.Imaging
    dotnet "$root/bench/Imaging/bin/Release/net10.0/Pipeline.Bench.Imaging.dll" --sharp "$root/bench/peers/sharp" "$@"
}

cost() {
    "$root/scripts/install.sh" --tests
    "$root/scripts/build.sh" bench/Imaging=Pipeline.Bench.Imaging
    dotnet "$root/bench/Imaging/bin/Release/net10.0/Pipeline.Bench.Imaging.dll" cost "$@"
}

# Installs the peer by its lock file.
node_peer() { # FOLDER
    # Node of another packager includes npm, so no Debian package is needed.
    command -v node >/dev/null && command -v npm >/dev/null || "$root/scripts/apt.sh" nodejs npm
    node -e 'const [major, minor] = process.versions.node.split("."); process.exit(major > 20 || (major == 20 && minor >= 9) ? 0 : 1)' ||
        { echo "bench.sh: the peer needs Node.js 20.9 or later, this is $(node --version); see https://nodejs.org" >&2; exit 2; }
    [ "$1/node_modules/.package-lock.json" -nt "$1/package-lock.json" ] || npm ci --prefix "$1" --no-audit --no-fund >&2
}

case ${1:-} in
pipeline | load | streams | webhooks | telemetry | fair | road | api | capacity | imaging | cost) "$@" ;;
*) usage ;;
esac
