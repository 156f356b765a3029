# Results and clean-up of run.sh. Sourced.

passed=0
failed=0
say() { printf 'images: %s\n' "$*" >&2; }
pass() { say "ok: $*"; passed=$((passed + 1)); }
fail() { say "FAILED: $*"; failed=$((failed + 1)); }

check() { # SENTENCE COMMAND…
    local sentence=$1
    shift
    if "$@"; then pass "$sentence"; else fail "$sentence"; fi
}

not() { ! "$@"; }

until_true() { # SECONDS COMMAND…
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.5
    done
}

random_text() { head -c 24 /dev/urandom | base64 | tr '+/' 'ab'; }

free_port() {
    local port
    while port=$((20000 + RANDOM % 10000)); do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
    done
}

# Our own storage, so that nothing of this run mixes with the images and containers of this machine's users.
own_storage() {
    export CONTAINERS_STORAGE_CONF=$work/storage.conf
    printf '[storage]\ndriver = "overlay"\ngraphroot = "%s"\nrunroot = "%s"\n' "$work/storage" "$work/run" >"$CONTAINERS_STORAGE_CONF"
}

# Podman reads a mixed hierarchy of cgroups as version 2, in which such a machine has no controllers.
in_own_mounts() {
    [ -z "${PIPELINE_IMAGES_MOUNTS:-}" ] || { [ "$PIPELINE_IMAGES_MOUNTS" != hybrid ] || umount /sys/fs/cgroup/unified; return 0; }
    export PIPELINE_IMAGES_MOUNTS=plain
    [ ! -d /sys/fs/cgroup/unified ] || PIPELINE_IMAGES_MOUNTS=hybrid
    exec unshare -m "${BASH_SOURCE[1]}" "$@"
}
