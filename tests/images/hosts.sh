# Runs both images beside the services of ./services.sh, as docker-compose.yml runs them. Sourced by run.sh.

memory_api=512m
memory_worker=3g
limits_memory=

prepare() {
    local vhost=images-$$ address
    database=images_$$
    secrets=$work/secrets
    mkdir -p "$secrets"
    chmod 755 "$secrets"
    eval "$("$root/services.sh" env)"
    owner="$(sed -E 's/Database=([^;]*);/dbname=\1;/; s/Username=/user=/; s/Host=/host=/; s/Port=/port=/; s/Password=/password=/; s/;/ /g' <<<"$PIPELINE_POSTGRES")"
    psql -q "$owner" -c "CREATE DATABASE $database" && "$root/tests/services/rabbitmq.sh" ctl -q add_vhost "$vhost" &&
        "$root/tests/services/rabbitmq.sh" ctl -q set_permissions -p "$vhost" pipeline '.*' '.*' '.*' || return 1
    virtual_host=$vhost
    random_text >"$secrets/jwt-secret"
    sed -E "s/Database=[^;]*/Database=$database/" <<<"$PIPELINE_POSTGRES" >"$secrets/assets-connection"
    address=${PIPELINE_RABBITMQ%/}/$vhost
    echo "$address" >"$secrets/rabbitmq-uri"
    echo "$PIPELINE_S3_SECRET_KEY" >"$secrets/s3"
    chmod 444 "$secrets"/*
    api_port=$(free_port)
    worker_port=$(free_port)
    server=http://127.0.0.1:$api_port
    PIPELINE_TOKEN=$("$root/pipeline" token --secret-file "$secrets/jwt-secret" --user images)
    export PIPELINE_TOKEN PIPELINE_SERVER=$server
    # Takes some seconds to process.
    convert "$root/examples/photo.jpg" -scale '9000x7000!' -quality 70 "$work/large.jpg"
}

# Does an engine on this machine enforce a limit of memory?
find_limits() {
    if podman --cgroup-manager=cgroupfs run --rm --network host --no-healthcheck --ulimit nofile=1024:1024 --ulimit nproc=4096:4096 --memory 64m --entrypoint true pipeline-processor >"$logs/limits.log" 2>&1; then
        limits_memory=1
    else
        say "this machine's cgroups let podman set no memory limit, so the images run without one: $(tail -n 1 "$logs/limits.log")"
    fi
}

start() { # NAME IMAGE MEMORY ARGUMENT…
    local name=$1 image=$2 memory=$3 cgroups=(--cgroups=disabled)
    shift 3
    [ -z "$limits_memory" ] || cgroups=(--memory "$memory" --pids-limit 256)
    # A machine may forbid to raise the limits that podman raises by default.
    podman --cgroup-manager=cgroupfs run -d --name "$name" --network host --no-healthcheck "${cgroups[@]}" --ulimit nofile=1024:1024 --ulimit nproc=4096:4096 \
        --read-only --read-only-tmpfs=false --cap-drop ALL --security-opt no-new-privileges --stop-timeout 75 \
        --tmpfs /tmp:size=16m,mode=1777,noexec,nosuid,nodev --volume "$secrets:/run/secrets:ro" \
        --env Storage__S3__ServiceUrl="$PIPELINE_S3" --env Storage__S3__Bucket="$PIPELINE_S3_BUCKET" --env Storage__S3__Prefix="$virtual_host" \
        --env Storage__S3__PublicUrl=http://public.example --env Storage__S3__AccessKeyId="$PIPELINE_S3_ACCESS_KEY" \
        --env Storage__S3__SecretAccessKey_FILE=/run/secrets/s3 --env RabbitMq__Uri_FILE=/run/secrets/rabbitmq-uri --env Metrics__Port=0 \
        "$@" "$image" >/dev/null && running+=("$name")
}

start_api() {
    start images-api-$$ pipeline-uploadapi "$memory_api" --env PORT="$api_port" --env JWT_SECRET_FILE=/run/secrets/jwt-secret \
        --env ConnectionStrings__Assets_FILE=/run/secrets/assets-connection --env Api__PublicUrl="$server" --env Dispatch__SweepSeconds=1 --env Web__Enabled=true
}

start_worker() { # NAME
    start "$1" pipeline-processor "$memory_worker" --env PORT="$worker_port" --env Processor__Clamd__Address="$PIPELINE_CLAMD" \
        --env Processor__Decoder__RequireSandbox=true --env Processor__Messaging__Concurrency=3 \
        --tmpfs /scratch:size=256m,mode=1777,noexec,nosuid,nodev # podman gives a tmpfs to no other user
}

ready() { podman exec "$1" healthcheck /health/ready; }

process_of() { podman inspect --format '{{.State.Pid}}' "$1"; }

state() { sed -nE "s/^$2:\s+//p" "/proc/$1/status"; }

confined() { # CONTAINER: as the kernel sees its first process
    local pid
    pid=$(process_of "$1")
    check "$1 runs as 1654" [ "$(state "$pid" Uid)" = $'1654\t1654\t1654\t1654' ]
    check "$1 has no capability, and can get none" [ "$(state "$pid" CapEff) $(state "$pid" CapBnd) $(state "$pid" NoNewPrivs)" = "0000000000000000 0000000000000000 1" ]
    check "$1 has a read-only root" grep -qE '^\S+ \S+ \S+ \S+ / ro' "/proc/$pid/mountinfo"
    check "$1 runs under the engine's seccomp profile" [ "$(state "$pid" Seccomp)" = 2 ]
    [ -z "$limits_memory" ] || check "$1 has a memory limit of $2 bytes" [ "$(memory_limit "$pid")" = "$2" ]
}

memory_limit() { # PID
    local group
    group=$(sed -nE 's/^[0-9]+:memory:(.*)/\1/p' "/proc/$1/cgroup")
    if [ -n "$group" ]; then cat "/sys/fs/cgroup/memory$group/memory.limit_in_bytes"; else cat "/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$1/cgroup")/memory.max"; fi
}

decoders() { # CONTAINER
    local pid
    pid=$(process_of "$1")
    ps -o pid= --ppid "$pid"
}

# The decoder has its own filter beside the engine's, and all its rights are gone.
decoder_confined() {
    local outer inner pid
    outer=$(state "$(process_of "$1")" Seccomp_filters)
    for pid in $(decoders "$1"); do
        inner=$(state "$pid" Seccomp_filters)
        [ "$inner" -gt "$outer" ] && [ "$(state "$pid" NoNewPrivs)" = 1 ] && return 0
    done
    return 1
}

protections() { podman logs "$1" 2>&1 | grep -o 'Images are decoded in up to[^"]*' | head -n 1; }

sandboxed() { protected "$(protections "$1")"; }

protected() { # LINE
    local line=$1
    say "$line"
    [[ $line == *'no network (seccomp)'* && $line == *'no other programs (seccomp)'* && $line == *'its own folder only (Landlock)'* ]]
}

listed() { "$root/pipeline" assets --all --status "$1" --json 2>/dev/null | grep -c '"id"' || true; }

in_work() { [ "$(listed processing)" -ge 1 ]; }

first_photo() {
    "$root/pipeline" upload --urls "$root/examples/photo.jpg" >"$logs/upload.log" 2>&1 && grep -q ready "$logs/upload.log" && grep -q w640 "$logs/upload.log" ||
        { cat "$logs/upload.log" >&2; return 1; }
}

stopped_in_work() {
    local name=images-worker-$$ again=images-worker-again-$$ code number=4 began
    local -a photos=()
    for ((i = 0; i < number; i++)); do photos+=("$work/large-$i.jpg"); cp "$work/large.jpg" "$work/large-$i.jpg"; done
    "$root/pipeline" upload --no-wait --ids "${photos[@]}" >"$logs/ids.log" 2>"$logs/upload-large.log"
    check "$number large photos were confirmed" [ "$(grep -c . "$logs/ids.log")" = "$number" ]
    check "a photo is in work" until_true 30 in_work
    began=$SECONDS
    podman kill --signal TERM "$name" >/dev/null
    code=$(timeout 90 podman wait "$name")
    check "SIGTERM in mid-photo ended the worker with 0 after $((SECONDS - began)) s" [ "$code" = 0 ]
    check "not all photos were ready then: $(listed ready) of $((number + 1))" [ "$(listed ready)" -lt $((number + 1)) ]
    check "another worker starts" start_worker "$again"
    check "no photo was lost" until_true 180 all_ready $((number + 1))
}

all_ready() { [ "$(listed ready)" = "$1" ]; }

hosts() {
    local worker=images-worker-$$ api=images-api-$$
    prepare || { fail "the services are prepared"; return; }
    find_limits
    check "the API starts" start_api
    check "the worker starts with RequireSandbox" start_worker "$worker"
    check "the API is ready, as its own healthcheck sees it" until_true 90 ready "$api"
    check "the worker is ready, as its own healthcheck sees it" until_true 90 ready "$worker"
    [ "$failed" = 0 ] || { podman logs "$api" 2>&1 | tail -n 5 >&2; podman logs "$worker" 2>&1 | tail -n 5 >&2; return; }
    confined "$api" $((512 * 1024 * 1024))
    confined "$worker" $((3 * 1024 * 1024 * 1024))
    check "a photo becomes ready through both" first_photo
    check "seccomp and Landlock hold in the worker's container" sandboxed "$worker"
    check "a decoder has a filter of its own" decoder_confined "$worker"
    check "the API serves the web pages" curl -fs -o /dev/null "$server/"
    stopped_in_work
    check "SIGTERM ends an idle worker with 0" stops "images-worker-again-$$"
    check "SIGTERM ends the API with 0" stops "$api"
}

stops() {
    podman kill --signal TERM "$1" >/dev/null
    [ "$(timeout 60 podman wait "$1")" = 0 ]
}

forget() {
    local name
    [ -z "${leader:-}" ] || kill -KILL "$leader" 2>/dev/null
    for name in ${running[@]+"${running[@]}"}; do
        podman logs "$name" >"$logs/$name.log" 2>&1 || true
        podman rm -f -t 0 "$name" >/dev/null 2>&1 || true
    done
    [ -z "${virtual_host:-}" ] || "$root/tests/services/rabbitmq.sh" ctl -q delete_vhost "$virtual_host" >/dev/null 2>&1 || true
    [ -z "${owner:-}" ] || psql -q "$owner" -c "DROP DATABASE IF EXISTS $database WITH (FORCE)" >/dev/null 2>&1 || true
}
