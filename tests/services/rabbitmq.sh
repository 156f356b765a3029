#!/bin/bash
# RabbitMQ on loopback with its own node, epmd and cookie, and without plugins.
# usage: rabbitmq.sh start|stop|status|kill|pause|resume|env, or: rabbitmq.sh ctl ARGUMENT… (rabbitmqctl for this node)
# env:   RABBITMQ_PORT (5674), RABBITMQ_DIST_PORT (25674), RABBITMQ_EPMD_PORT (4374), SERVICES_TLS, PIPELINE_SERVICES_DIR, and RABBITMQ_MANAGEMENT_PORT, which adds the
#        management plugin at this port
service=rabbitmq
# shellcheck source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

port=${RABBITMQ_PORT:-5674}
management_port=${RABBITMQ_MANAGEMENT_PORT:-}
dist_port=${RABBITMQ_DIST_PORT:-25674}
epmd_port=${RABBITMQ_EPMD_PORT:-4374}
address=amqp://pipeline:pipeline@127.0.0.1:$port/
dir=$services_dir/rabbitmq
conf=$dir/rabbitmq.conf
data=$dir/data-3 # a broker never changes the arguments of an existing queue: when ours change, a new name here creates a new broker
end_seconds=30
# Not those in /usr/sbin, which drop the environment and write to the folders of the package's own node.
programs=/usr/lib/rabbitmq/bin

# Wait for the first frame of AMQP, whose type is 1; the port opens earlier.
ready() {
    local byte
    [ -z "$tls" ] || { timeout 5 openssl s_client -connect "127.0.0.1:$port" -CAfile "$tls/ca.crt" -verify_return_error </dev/null >/dev/null 2>&1; return; }
    byte=$( (exec 3<>"/dev/tcp/127.0.0.1/$port" && printf 'AMQP\0\0\11\1' >&3 && timeout 2 head -c 1 <&3 | od -An -tu1) 2>/dev/null) || return 1
    [ "${byte// /}" = 1 ]
}

up() { running >/dev/null && ready; }

# setpriv replaces itself by the node, so the stored pid is the node's.
node() { # COMMAND…: sets `command` to the command in the environment of our node
    owner=()
    [ "$(id -u)" != 0 ] || owner=(setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups)
    command=(
        "${owner[@]}" env HOME="$dir" LANG=C.UTF-8
        RABBITMQ_NODENAME=pipeline@localhost RABBITMQ_DIST_PORT="$dist_port" ERL_EPMD_PORT="$epmd_port" ERL_EPMD_ADDRESS=127.0.0.1
        RABBITMQ_BASE="$dir" RABBITMQ_MNESIA_BASE="$data" RABBITMQ_LOG_BASE="$dir/log" RABBITMQ_PID_FILE="$dir/node.pid"
        RABBITMQ_CONFIG_FILE="$conf" RABBITMQ_ADVANCED_CONFIG_FILE="$dir/advanced.config"
        RABBITMQ_CONF_ENV_FILE="$dir/no-env" RABBITMQ_ENABLED_PLUGINS_FILE="$dir/enabled_plugins"
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none' ERL_CRASH_DUMP_SECONDS=0
        RABBITMQ_ALLOW_INPUT=1 # otherwise a shell would wait beside the node and receive its signals
        "$@"
    )
}

listener() {
    [ -n "$tls" ] || { echo "listeners.tcp.1 = 127.0.0.1:$port"; return; }
    printf '%s\n' 'listeners.tcp = none' "listeners.ssl.1 = 127.0.0.1:$port" 'ssl_options.verify = verify_none' 'ssl_options.fail_if_no_peer_cert = false' \
        "ssl_options.cacertfile = $dir/ca.crt" "ssl_options.certfile = $dir/server.crt" "ssl_options.keyfile = $dir/server.key"
}

write_conf() {
    cat <<CONF
# data: $data
$(listener)
default_user = pipeline
default_pass = pipeline
disk_free_limit.absolute = 50MB
vm_memory_high_watermark.absolute = 512MB
log.file.level = warning
max_message_size = 1048576
CONF
    [ -z "$management_port" ] || printf 'management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = %s\n' "$management_port"
}

end_all() {
    end_daemon
    of epmd end_daemon
}

start() {
    make_services_dir
    one_at_a_time
    need "$programs/rabbitmq-server" rabbitmq-server
    [[ $dir != *[[:space:]]* ]] || die "RabbitMQ does not support a folder with a space in its name: $dir"
    mkdir -p "$data" "$dir/log"

    [ -z "$tls" ] || take_certificate rabbitmq rabbitmq
    write_conf >"$conf.new"
    if up && cmp -s "$conf" "$conf.new"; then
        rm "$conf.new"
        say_up
        return
    fi

    end_all
    mv "$conf.new" "$conf"
    echo "[${management_port:+rabbitmq_management}]." >"$dir/enabled_plugins"
    echo '[].' >"$dir/advanced.config"
    [ "$(id -u)" != 0 ] || chown -R rabbitmq: "$dir"
    need_port "$port" RABBITMQ_PORT
    [ -z "$management_port" ] || need_port "$management_port" RABBITMQ_MANAGEMENT_PORT
    need_port "$dist_port" RABBITMQ_DIST_PORT
    need_port "$epmd_port" RABBITMQ_EPMD_PORT
    # epmd shows only the node's name, so the name identifies it as ours.
    # shellcheck disable=SC2016
    of epmd start_daemon bash -c 'exec -a "$0" epmd "$@"' "$conf" -address 127.0.0.1 -port "$epmd_port"
    # The node ignores the last two arguments; they identify it as ours.
    node "$programs/rabbitmq-server" -noinput -pipeline "$conf"
    start_daemon "${command[@]}"
    until_true 300 settled || true # where other programs leave it no processor it takes minutes
    up || { tail -n 20 "$dir/out" "$dir"/log/*.log >&2; die "did not come up; its logs are in $dir"; }
    say_up
}

ctl() {
    node "$programs/rabbitmqctl" "$@"
    cd /
    exec "${command[@]}"
}

settings() { echo "export PIPELINE_RABBITMQ=$address"; }

if [ "${1:-}" = ctl ]; then shift; ctl "$@"; else dispatch "$@"; fi
