#!/bin/bash
# The services that the tests run against, on this machine, without containers.
# usage: ./services.sh up|down|status|env [NAME…]     without a name: all of them (tests/services/NAME.sh)
#        eval "$(./services.sh env)" sets their addresses in a shell.
# State is under $PIPELINE_SERVICES_DIR, by default /tmp/pipeline-services-UID; delete the folder to start again.
set -euo pipefail
folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/tests/services

all=()
for script in "$folder"/*.sh; do
    name=$(basename "$script" .sh)
    case $name in lib) ;; *) all+=("$name") ;; esac
done

usage() {
    echo "usage: ./services.sh up|down|status|env [NAME…]   (${all[*]})" >&2
    exit 2
}

case ${1:-} in
up) verb=start ;;
down) verb=stop ;;
status | env) verb=$1 ;;
*) usage ;;
esac
shift
[ $# -gt 0 ] || set -- "${all[@]}"
for name in "$@"; do [[ " ${all[*]} " == *" $name "* ]] || { echo "there is no service '$name'" >&2; usage; }; done

pids=()
for name in "$@"; do
    "$folder/$name.sh" "$verb" &
    pids+=($!)
    # `env` prints in order; the other verbs take a while and run in parallel.
    [ "$verb" != env ] || wait $! || true
done
bad=()
for name in "$@"; do
    wait "${pids[0]}" || bad+=("$name")
    pids=("${pids[@]:1}")
done
[ ${#bad[@]} = 0 ] || { [ "$verb" = status ] || echo "services.sh: could not $verb: ${bad[*]}" >&2; exit 1; }
