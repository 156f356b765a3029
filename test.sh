#!/bin/bash
# Builds everything and runs all tests. The last line is always `N passed, N failed`; the status is 0 only if all passed.
# usage: ./test.sh                  all test projects; a skipped test counts as failed
#        ./test.sh --corpus DIR [--production]     instead: every file of a corpus of good and hostile images, with the signatures in
#                                  DIR/clamav-testdb, through the embedded server or through the two hosts on the real servers
#        ./test.sh --chaos [--scale PERCENT] [--only TEXT]   instead: injects faults over and over on the real servers
#        ./test.sh --fuzz DIR [--count N] [--seed N]   instead: 20,000 mutations of the images below DIR through the decoders
#        ./test.sh --race [--count N] [--seed N]   instead: 10,000 uploads that are replaced while they are processed, and 500 on the two hosts
#        ./test.sh --upgrade [--from COMMIT] [--rows N] [--confirms N] [--only roll|migrate]   instead: the last release beside this one, and the migrations since then on a million rows
#        ./test.sh --alerts [--minutes N]          instead: Prometheus and Alertmanager watch both hosts, in health and in each fault
#        ./test.sh --images                        instead: builds both container images and runs them, and both systemd units; as root
#        ./test.sh --vips nuget|system             instead: the imaging tests on libvips from NuGet, or on the system's; names what needs HEVC, which NuGet's lacks
#        ./test.sh --deploy                        instead: checks the files for Kubernetes, compose and systemd; needs kubectl
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
results=$root/TestResults
services_log=$results/services.log

passed=0
failed=0
say() { printf 'test.sh: %s\n' "$*" >&2; }
fail() { say "$*"; failed=$((failed + 1)); }

mode=tests
options=()
production=
usage() { sed -n '3,13s/^# //p' "${BASH_SOURCE[0]}" >&2; exit 2; }
folder() { cd "$1" 2>/dev/null && pwd || { say "$1 is not a folder"; exit 2; }; }
case ${1:-} in
'') [ $# = 0 ] || usage ;;
--corpus)
    mode=corpus
    [ $# -ge 2 ] && [ $# -le 3 ] || usage
    corpus=$(folder "$2")
    case ${3:-} in '') ;; --production) production=--production ;; *) usage ;; esac
    ;;
--fuzz)
    mode=fuzz
    [ $# -ge 2 ] || usage
    images=$(folder "$2")
    options=("$images" "${@:3}")
    ;;
--images | --deploy)
    mode=${1#--}
    [ $# = 1 ] || usage
    ;;
--vips)
    mode=vips
    [ $# = 2 ] && [[ $2 =~ ^(nuget|system)$ ]] || usage
    options=("$2")
    ;;
--chaos | --race | --upgrade | --alerts)
    mode=${1#--}
    options=("${@:2}")
    ;;
*) usage ;;
esac

# Stop only the services that were down before; a developer's running services stay up.
ours=()
stop_services() {
    local name names=(${ours[@]+"${ours[@]}"})
    ours=()
    for name in ${names[@]+"${names[@]}"}; do
        "$root/services.sh" down "$name" >>"$services_log" 2>&1 || say "could not stop $name; see $services_log"
    done
    # The developer's clamd must not keep the signatures of the corpus.
    if [ -n "${give_back:-}" ]; then
        give_back=
        "$root/services.sh" up clamd >>"$services_log" 2>&1 || say "could not restart clamd with its own signatures; see $services_log"
    fi
}
# Runs in the background, because bash handles a signal only after a foreground child has ended, and in its own session, because
# the end of `dotnet test` does not end the test host that it started.
child=
attended() { # COMMAND…
    local status=0
    setsid "$@" &
    child=$!
    wait "$child" || status=$?
    child=
    return "$status"
}
finish() {
    local status=$?
    trap '' INT TERM
    if [ -n "$child" ]; then
        kill -TERM -- "-$child" 2>/dev/null || true
        wait "$child" || true
    fi
    stop_services
    [ "$status" = 0 ] || [ "$failed" -gt 0 ] || failed=1 # interrupted
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ] && [ "$passed" -gt 0 ] && exit 0
    exit "$((status > 1 ? status : 1))"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

cd "$root" # for its global.json
rm -rf "$results"
mkdir -p "$results"

start_services() { # NAME…
    local name down=()
    for name in "$@"; do "$root/services.sh" status "$name" >/dev/null 2>&1 || down+=("$name"); done
    ours+=(${down[@]+"${down[@]}"})
    "$root/services.sh" up "$@" || { fail "the services that the tests need did not start"; exit 1; }
    find_services
}

# Their addresses, which may differ from the defaults.
find_services() {
    local settings
    settings=$("$root/services.sh" env)
    eval "$settings"
}

build() {
    say "building"
    attended dotnet build Pipeline.sln -c Release -v q -nologo '-clp:ErrorsOnly;NoSummary' || { fail "the build failed"; exit 1; }
}

# The tests start the hosts hundreds of times, and the runtime's compiler takes most of a start. So this replaces the assemblies beside the tests by
# their ReadyToRun images, as in the container images and scripts/install-hosts.sh. Unchanged assemblies are compiled once per checkout.
precompile() {
    local log=$results/precompile.log folder image assembly
    say "precompiling the hosts"
    if ! attended dotnet publish tools/Precompiled -c Release -v q -nologo -p:BuildProjectReferences=false >"$log" 2>&1; then
        say "could not precompile the hosts; the tests run without it and take longer. See $log"
        return
    fi
    for folder in tools/Precompiled/bin/Release/net10.0/*/; do
        for image in "$folder"publish/*.dll; do
            for assembly in tests/*/bin/Release/net10.0/"${image##*/}"; do
                ! cmp -s "$folder${image##*/}" "$assembly" || cp "$image" "$assembly"
            done
        done
    done
}

# Prints one counter of a result file; 0 if the run was interrupted before it was written.
counter() { # FILE NAME
    sed -nE "s/.*<Counters .*\b$2=\"([0-9]+)\".*/\1/p" "$1" | head -n 1 | grep . || echo 0
}

# Servers that run for seconds gain nothing from tiered recompilation. Image code in the tests' own process does.
short_lived=(DOTNET_TieredPGO=0 DOTNET_TC_CallCounting=0)

run_project() { # NAME [OPTION…]
    local name=$1 trx=$results/$1.trx status=0 total ok settings=()
    [ "$name" != EndToEnd ] || settings=("${short_lived[@]}")
    attended env ${settings[@]+"${settings[@]}"} dotnet test "tests/$name" -c Release --no-build -nologo --logger "trx;LogFileName=$trx" \
        --results-directory "$results" --blame-hang-timeout 10m --blame-hang-dump-type none "${@:2}" || status=$?
    [ -s "$trx" ] || { fail "$name left no results"; return; }
    total=$(counter "$trx" total)
    ok=$(counter "$trx" passed)
    passed=$((passed + ok))
    # Every test that did not pass: failed, skipped, or unfinished.
    failed=$((failed + total - ok))
    if [ "$status" != 0 ] && [ "$total" = "$ok" ]; then
        fail "$name ended with status $status although no test failed"
    elif [ "$total" = 0 ]; then
        fail "$name has no tests"
    fi
}

run_tests() {
    local project name names=()
    for project in "$root"/tests/services/*.sh; do
        name=$(basename "$project" .sh)
        case $name in lib) ;; *) names+=("$name") ;; esac
    done
    start_services "${names[@]}"
    build
    precompile
    for project in "$root"/tests/*/*.csproj; do
        name=$(basename "$project" .csproj)
        # Not test projects; see the rule in tests/Directory.Build.props.
        case $name in TestKit | Corpus | Fuzz | Chaos | Race | Operations | Deployment) ;; *) run_project "$name" ;; esac
    done
    run_short_chaos
}

# Needs programs that a machine for development may lack.
run_deploy() {
    command -v kubectl >/dev/null || { fail "kubectl is missing: see https://kubernetes.io/docs/tasks/tools/"; exit 1; }
    [ "${PIPELINE_SKIP_INSTALL:-}" = 1 ] || "$root/scripts/apt.sh" docker-compose openssl || { fail "a package that the checks need is missing"; exit 1; }
    build
    run_project Deployment
}

# These runners count their own results and print them in their last line.
count() { # NAME COMMAND…
    local name=$1 status=0 last
    attended "${@:2}" > >(exec tee "$results/$name.log") || status=$?
    wait # for tee's last line
    last=$(tail -n 1 "$results/$name.log")
    if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
        passed=$((passed + BASH_REMATCH[1]))
        failed=$((failed + BASH_REMATCH[2]))
    else
        fail "$name ended with status $status and without its count"
    fi
    return "$status"
}

run_counting() { # NAME COMMAND…
    local status=0
    count "$@" || status=$?
    exit "$status"
}

# A few of the faults, each a few times. The runner reports failures itself.
run_short_chaos() { count chaos env "${short_lived[@]}" dotnet tests/Chaos/bin/Release/net10.0/Pipeline.Chaos.dll --short || true; }

# A killed PostgreSQL must not lose committed data, so it runs with fsync.
run_chaos() {
    export PG_DURABLE=1
    # For wrong clocks, and for names that do not resolve.
    [ "${PIPELINE_SKIP_INSTALL:-}" = 1 ] || "$root/scripts/apt.sh" faketime libnss-wrapper || { fail "a package that the scenarios need is missing"; exit 1; }
    start_services postgres rabbitmq s3 clamd
    build
    run_counting chaos dotnet tests/Chaos/bin/Release/net10.0/Pipeline.Chaos.dll ${options[@]+"${options[@]}"}
}

run_images() {
    [ "${PIPELINE_SKIP_INSTALL:-}" = 1 ] || "$root/scripts/apt.sh" buildah podman crun mmdebstrap systemd-container || { fail "a package that builds or runs images is missing"; exit 1; }
    start_services clamd postgres rabbitmq s3
    "$root/scripts/build.sh" src/Cli=pipeline
    run_counting images "$root/tests/images/run.sh" "$results/images"
}

# Services of their own: these runs stop them, and others' workers must not take their photos.
own_services() { # NAME…
    local port=${OPERATIONS_PORTS:-3500}
    export PIPELINE_SERVICES_DIR=${OPERATIONS_SERVICES_DIR:-${TMPDIR:-/tmp}/pipeline-operations-$(id -u)}
    export CLAMD_PORT=$((port + 1)) PG_PORT=$((port + 2)) S3_PORT=$((port + 6003)) RABBITMQ_PORT=$((port + 2304)) RABBITMQ_DIST_PORT=$((port + 22304)) RABBITMQ_EPMD_PORT=$((port + 1005))
    start_services "$@"
}

run_alerts() {
    [ "${PIPELINE_SKIP_INSTALL:-}" = 1 ] || "$root/scripts/apt.sh" prometheus prometheus-alertmanager || { fail "Prometheus is missing"; exit 1; }
    own_services clamd postgres rabbitmq s3
    "$root/scripts/build.sh" tests/Operations=Pipeline.Operations
    run_counting alerts dotnet tests/Operations/bin/Release/net10.0/Pipeline.Operations.dll alerts ${options[@]+"${options[@]}"}
}

# The last release is the newest tag vX.Y.Z before this commit.
run_upgrade() {
    local from= rest=() projects=() project old=$results/last-release
    set -- ${options[@]+"${options[@]}"}
    while [ $# -gt 0 ]; do
        case $1 in
        --from) [ $# -ge 2 ] || usage; from=$2; shift 2 ;;
        *) rest+=("$1"); shift ;;
        esac
    done
    case " ${rest[*]-} " in *' --only migrate '*) projects=() ;; *) projects=(UploadApi Processor) ;; esac
    [ -n "$from" ] || from=$(git describe --tags --abbrev=0 --match 'v[0-9]*' HEAD~1 2>/dev/null) || [ "${#projects[@]}" = 0 ] ||
        { fail "there is no release yet, a tag like v1.2.3: name a commit with --from"; exit 2; }
    if [ -n "$from" ]; then
        say "the last release is $from: $(git log -1 --format=%s "$from" 2>/dev/null || echo 'no such commit')"
        git worktree prune
        git worktree add --force --detach "$old" "$from" >&2 || { fail "cannot check out $from"; exit 1; }
        for project in ${projects[@]+"${projects[@]}"}; do
            attended dotnet build "$old/src/$project" -c Release -v q -nologo '-clp:ErrorsOnly;NoSummary' || { fail "the build of $from failed"; exit 1; }
        done
        rest+=(--old "$old")
    fi
    own_services clamd postgres rabbitmq s3
    "$root/scripts/build.sh" tests/Operations=Pipeline.Operations
    local status=0
    count upgrade dotnet tests/Operations/bin/Release/net10.0/Pipeline.Operations.dll upgrade "${rest[@]}" || status=$?
    [ ! -e "$old" ] || git worktree remove --force "$old" || say "could not remove $old"
    exit "$status"
}

# The imaging tests and those of the decoder processes, on one of the two libraries. libvips of the package has no HEVC: what needs it is named and counted.
run_vips() {
    local library=${options[0]} filter='(FullyQualifiedName~Processor.Tests.Imaging|FullyQualifiedName~Processor.Tests.Isolation)' left
    build
    if [ "$library" = nuget ]; then
        left=$(dotnet test tests/Processor.Tests -c Release --no-build -nologo --list-tests --filter "$filter&(Needs=HEVC|DisplayName~heic)" | sed -n 's/^    //p')
        say "left out, because they need HEVC: $(grep -c . <<<"$left") tests"
        sed 's/^/  /' <<<"$left" >&2
        filter="$filter&Needs!=HEVC&DisplayName!~heic"
    fi
    export PIPELINE_LIBVIPS=$library
    run_project Processor.Tests --filter "$filter"
}

run_fuzz() {
    build
    run_counting fuzz dotnet tests/Fuzz/bin/Release/net10.0/Pipeline.Fuzz.dll --keep "$results/fuzz" "${options[@]}"
}

run_race() {
    start_services clamd postgres rabbitmq s3
    build
    run_counting race dotnet tests/Race/bin/Release/net10.0/Pipeline.Race.dll ${options[@]+"${options[@]}"}
}

run_corpus() {
    build
    [ -z "$production" ] || start_services postgres rabbitmq s3
    "$root/services.sh" status clamd >/dev/null 2>&1 && give_back=1 || ours+=(clamd)
    CLAMD_DB=$corpus/clamav-testdb "$root/services.sh" up clamd || { fail "clamd did not start with the signatures of the corpus"; exit 1; }
    find_services
    run_counting corpus dotnet tests/Corpus/bin/Release/net10.0/Pipeline.Corpus.dll "$corpus" $production
}

"$root/scripts/install.sh" --tests || { fail "a package that the tests need is missing"; exit 1; }
"run_$mode"
