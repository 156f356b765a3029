# Runs both hosts by deploy/systemd under a systemd of their own, in a Debian 12 that systemd-nspawn boots. Sourced by run.sh, after hosts.sh.

machine=$work/machine

make_machine() {
    mmdebstrap --quiet --variant=minbase --include=systemd,systemd-sysv,dbus,ca-certificates,libvips42,libturbojpeg0,libwebp7,libwebpmux3,libwebpdemux2 \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' bookworm "$machine" >"$logs/machine.log" 2>&1 || { tail "$logs/machine.log" >&2; return 1; }
    mkdir -p "$machine/etc/pipeline" "$machine/var/log/journal" "$machine/usr/share/dotnet" "$machine/etc/systemd/system/multi-user.target.wants"
    ln -sf /lib/systemd/system/multi-user.target "$machine/etc/systemd/system/default.target"
    install_host uploadapi && install_host processor
}

# As scripts/install-hosts.sh does it, with the programs of the images.
install_host() { # HOST
    local container unit=pipeline-$1.service mount
    container=$(buildah from --pull-never "pipeline-$1") && mount=$(buildah mount "$container") || return 1
    mkdir -p "$machine/opt/pipeline/$1" && cp -r "$mount/app/." "$machine/opt/pipeline/$1/"
    buildah umount "$container" >/dev/null
    buildah rm "$container" >/dev/null
    sed -e 's|@ROOT@||g' -e 's|@DOTNET@|/usr/share/dotnet/dotnet|g' "$root/deploy/systemd/$unit" >"$machine/etc/systemd/system/$unit"
    ln -sf "/etc/systemd/system/$unit" "$machine/etc/systemd/system/multi-user.target.wants/"
    chroot "$machine" useradd --system --user-group --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin "pipeline-$1"
    { settings; "settings_of_$1"; } >"$machine/etc/pipeline/$1.env"
    chmod 600 "$machine/etc/pipeline/$1.env"
}

settings() {
    printf '%s="%s"\n' RabbitMq__Uri "$(cat "$secrets/rabbitmq-uri")" Metrics__Port 0 \
        Storage__S3__ServiceUrl "$PIPELINE_S3" Storage__S3__Bucket "$PIPELINE_S3_BUCKET" Storage__S3__Prefix "$virtual_host" Storage__S3__PublicUrl http://public.example \
        Storage__S3__AccessKeyId "$PIPELINE_S3_ACCESS_KEY" Storage__S3__SecretAccessKey "$PIPELINE_S3_SECRET_KEY"
}

settings_of_uploadapi() {
    printf '%s="%s"\n' PORT "$api_port" Api__PublicUrl "$server" JWT_SECRET "$(cat "$secrets/jwt-secret")" ConnectionStrings__Assets "$(cat "$secrets/assets-connection")"
}

settings_of_processor() {
    printf '%s="%s"\n' PORT "$worker_port" Processor__Work__Folder /var/cache/pipeline-processor Processor__Clamd__Address "$PIPELINE_CLAMD" Processor__Decoder__RequireSandbox true
}

# The container's own filter does not know Landlock.
boot() {
    systemd-nspawn -q -D "$machine" --boot --register=no --keep-unit --bind-ro="$(dirname "$(readlink -f "$(command -v dotnet)")"):/usr/share/dotnet" \
        --system-call-filter='landlock_create_ruleset landlock_add_rule landlock_restrict_self' </dev/null >"$logs/boot.log" 2>&1 &
    leader=$!
}

well() { curl -fs -m 3 -o /dev/null "http://127.0.0.1:$1/health/ready"; }

journal() { journalctl -D "$machine/var/log/journal" --no-pager -o cat "$@" 2>/dev/null; }

main_of() { pgrep -f "^/usr/share/dotnet/dotnet /opt/pipeline/$1/"; }

under_filters() { # HOST
    local pid
    pid=$(main_of "$1" | head -n 1)
    [ -n "$pid" ] && [ "$(state "$pid" CapEff) $(state "$pid" CapBnd) $(state "$pid" NoNewPrivs) $(state "$pid" Seccomp)" = "0000000000000000 0000000000000000 1 2" ]
}

ends_clean() { journal -u "pipeline-$1" | grep -q "pipeline-$1.service: Deactivated successfully"; }

units() {
    make_machine || { fail "a machine with systemd is made"; return; }
    boot
    check "both units start under systemd" until_true 90 well "$worker_port"
    check "the API is ready under systemd" until_true 60 well "$api_port"
    check "the API's unit filters system calls and has no capability" under_filters uploadapi
    check "the worker's unit filters system calls and has no capability" under_filters processor
    check "seccomp and Landlock hold under the worker's unit" protected "$(journal -u pipeline-processor | grep -o 'Images are decoded in up to[^"]*' | head -n 1)"
    check "a photo becomes ready under both units" first_photo
    # It lets systemd in the machine stop its services.
    kill "$leader" && wait "$leader"
    check "the API's unit stops cleanly" ends_clean uploadapi
    check "the worker's unit stops cleanly" ends_clean processor
    journal >"$logs/journal.log"
    leader=
}
