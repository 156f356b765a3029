#!/bin/bash
# Benchmarks: they print figures and ratios, and judge nothing.
# usage: ./bench.sh pipeline [--photos FILE|DIR…] [--count N] [--json]     all of it on the real servers, beside the bare engine
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
export PIPELINE_SERVICES_DIR=${PIPELINE_SERVICES_DIR:-${TMPDIR:-/tmp}/pipeline-services-$(id -u)}

[ "${1:-}" = pipeline ] || { sed -n '2,3s/^# //p' "${BASH_SOURCE[0]}" >&2; exit 2; }
shift

"$root/scripts/install.sh" --tests
"$root/scripts/build.sh" bench/Pipeline=Pipeline.Bench.Pipeline

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
dotnet "$root/bench/Pipeline/bin/Release/net10.0/Pipeline.Bench.Pipeline.dll" "$@"
