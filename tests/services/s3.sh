#!/bin/bash
# An S3 server on loopback: Ceph's object gateway with one monitor and one store.
# usage: s3.sh start|stop|status|kill|pause|resume|env
#        s3.sh user ID KEY SECRET   makes a user of a started server, or gives the user this key
#        s3.sh class NAME   makes a storage class of a started server, which gateways that start later know
#        s3.sh notifier PORT   runs a second gateway of a started server in the foreground; it publishes notifications to RabbitMQ
# env:   S3_PORT (9111; Ceph uses ten more from S3_PORT + 10000 on), S3_DURABLE=1, SERVICES_TLS, PIPELINE_SERVICES_DIR
#
# Objects are in memory: a stop loses them, and kill and pause affect the gateway only. With S3_DURABLE=1 they are on disk: a stop keeps
# them, and kill affects all parts. In both modes, a start after a kill finds the objects again.
service=s3
# shellcheck source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

port=${S3_PORT:-9111}
ceph_port=$((port + 10000))
address=http://127.0.0.1:$port
# The certificate has this name.
[ -z "$tls" ] || address=https://localhost:$port CURL_CA_BUNDLE=$tls/ca.crt
bucket=pipeline-test
access_key=pipeline-test-key
secret_key=pipeline-test-secret-of-no-worth
dir=$services_dir/s3
conf=$dir/ceph.conf
store=memstore
[ "${S3_DURABLE:-}" != 1 ] || store=bluestore
state=$dir/$store

part=gateway # the part that the verbs act on
all_run() { of monitor running && of store running && running; }
ready() { curl -fs -m 2 -o /dev/null "$address/"; }
up() { all_run >/dev/null && ready; }
running_store() { sed -n 's/^osd objectstore = //p' "$conf" 2>/dev/null; }

endpoint() {
    [ -n "$tls" ] || { echo "endpoint=127.0.0.1:$port"; return; }
    echo "ssl_endpoint=127.0.0.1:$port ssl_certificate=$dir/server.crt ssl_private_key=$dir/server.key"
}

# One copy of all data, no authentication between the parts, and no files outside our folder. All values are fixed, so that an equal file means
# an equal server.
write_conf() {
    cat <<CONF
[global]
fsid = 6f1a5c1e-0b1c-4c39-9a4f-5d0c0d3e7a11
mon initial members = a
mon host = v2:127.0.0.1:$ceph_port
public network = 127.0.0.0/8
ms bind ipv6 = false
ms bind msgr1 = false
ms bind port min = $((ceph_port + 1))
ms bind port max = $((ceph_port + 20))
auth cluster required = none
auth service required = none
auth client required = none
ms mon client mode = crc
ms mon service mode = crc
ms mon cluster mode = crc
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
mon data avail crit = 1
mon data avail warn = 2
run dir = $dir/run
admin socket = $dir/run/\$name.asok
pid file =
log file =
log to stderr = true
err to stderr = true
mon cluster log to file = false
crash dir = $dir/run
keyring = $dir/keyring
debug default = 0

[mon]
mon data = $state/monitor
paxos propose interval = 0.05
paxos min wait = 0.01

[osd]
osd data = $state/store
osd uuid = 0e5c7a52-3c0b-4a67-9f6e-9d8a3f5b2c44
osd objectstore = $store
osd memory target = 1073741824
osd op num shards = 2
osd op num threads per shard = 2
osd heartbeat grace = 600
osd class load list = *
osd class default list = *
memstore device bytes = 4294967296
bluestore block size = 10737418240
bluestore cache autotune = false

[client]
rgw frontends = beast $(endpoint)
rgw data = $dir/run
rgw enable apis = s3
rgw thread pool size = 64
rgw override bucket index max shards = 1
rgw gc obj min wait = 5
CONF
}

monitor() {
    of monitor start_daemon ceph-mon -c "$conf" -i a -f
    # A client that connects too early waits for seconds before it tries again.
    until_true 30 port_answers "$ceph_port" || fails monitor
}

store_active() { ceph --admin-daemon "$dir/run/osd.0.asok" status | grep -q '"state": "active"'; }

store() {
    of store start_daemon ceph-osd -c "$conf" -i 0 -f
    until_true 60 store_active || fails store
}

gateway() {
    start_daemon radosgw -c "$conf" -n client.gateway -f
    until_true 60 settled || true
    up || fails gateway
}

fails() { # PART
    tail -n 20 "$dir/$1.out" >&2
    die "its $1 did not come up; its log is $dir/$1.out"
}

make_monitor() {
    : >"$dir/keyring"
    mkdir -p "$state"/{monitor,store}
    monmaptool --create --clobber --fsid 6f1a5c1e-0b1c-4c39-9a4f-5d0c0d3e7a11 --addv a "[v2:127.0.0.1:$ceph_port]" "$state/monmap" >/dev/null
    ceph-mon -c "$conf" -i a --mkfs --monmap "$state/monmap" >"$dir/mkfs.out" 2>&1 || fails mkfs
}

make_store() {
    ceph -c "$conf" --connect-timeout 20 osd new 0e5c7a52-3c0b-4a67-9f6e-9d8a3f5b2c44 >/dev/null || fails monitor
    ceph-osd -c "$conf" -i 0 --mkfs >"$dir/mkfs.out" 2>&1 || fails mkfs
}

# radosgw-admin sometimes crashes at its end, after its work is done, so its output decides.
make_user() { # ID KEY SECRET
    local what=(user create --display-name="$1" --access-key="$2" --secret-key="$3") out=$dir/user-$1.out
    for _ in 1 2 3; do
        { radosgw-admin -c "$conf" "${what[@]}" --uid="$1" >"$out" 2>&1 || true; } 2>/dev/null
        ! grep -q "$2" "$out" || return 0
        what=(user info)
    done
    fails "user-$1"
}

send() { # METHOD PATH BODY
    curl -fsS -m 30 -X "$1" --aws-sigv4 aws:amz:us-east-1:s3 --user "$access_key:$secret_key" \
        -H "x-amz-content-sha256: $(printf %s "$3" | sha256sum | cut -d' ' -f1)" ${3:+--data-raw "$3"} "$address/$2"
}

make_class() { # NAME
    local admin=(radosgw-admin -c "$conf")
    "${admin[@]}" zonegroup placement add --rgw-zonegroup=default --placement-id=default-placement --storage-class="$1" >"$dir/class.out" 2>&1 &&
        "${admin[@]}" zone placement add --rgw-zone=default --placement-id=default-placement --storage-class="$1" --data-pool="default.rgw.${1,,}.data" >"$dir/class.out" 2>&1 || fails class
}

make_bucket() { send PUT "$bucket" "" || die "cannot create the bucket $bucket"; }

# Otherwise the holder of an upload URL can make the file public by a header. Public ACLs are ignored, not refused: with BlockPublicAcls Ceph 16
# refuses every upload.
close_bucket() {
    local ignore='<PublicAccessBlockConfiguration><BlockPublicAcls>false</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls><BlockPublicPolicy>false</BlockPublicPolicy><RestrictPublicBuckets>false</RestrictPublicBuckets></PublicAccessBlockConfiguration>'
    send PUT "$bucket?publicAccessBlock=" "$ignore" || die "cannot close the bucket $bucket"
}

start() {
    make_services_dir
    one_at_a_time
    need radosgw radosgw
    need ceph-mon ceph-mon
    need ceph-osd ceph-osd
    need curl curl
    mkdir -p "$dir/run"
    [ -z "$tls" ] || { export CURL_CA_BUNDLE && take_certificate store "$(id -un)"; }

    write_conf >"$conf.new"
    if cmp -s "$conf" "$conf.new" && of monitor running >/dev/null && of store running >/dev/null && [ -e "$state/made" ]; then
        rm "$conf.new"
        if ! up; then
            of monitor resume
            of store resume
            kill_daemon
            need_port "$port" S3_PORT
            gateway
        fi
        close_bucket
        say_up
        return
    fi

    end_all
    mv "$conf.new" "$conf"
    need_port "$port" S3_PORT
    need_port "$ceph_port" S3_PORT
    if [ -e "$state/made" ]; then
        monitor
        store
        gateway
    else
        rm -rf "$state"
        make_monitor
        monitor
        make_store
        store
        make_user pipeline "$access_key" "$secret_key"
        gateway
        make_bucket
        touch "$state/made"
    fi
    close_bucket
    say_up
}

# The gateway has no state, and a clean stop takes five seconds.
end_all() {
    kill_daemon
    if [ "$(running_store)" = bluestore ]; then
        of store end_daemon
        of monitor end_daemon
    else
        of store kill_daemon
        of monitor kill_daemon
        rm -rf "$dir/memstore"
    fi
}

kill_all() {
    kill_daemon
    [ "$(running_store)" = bluestore ] || return 0
    of store kill_daemon
    of monitor kill_daemon
}

settings() {
    cat <<SETTINGS
export PIPELINE_S3=$address
export PIPELINE_S3_BUCKET=$bucket
export PIPELINE_S3_ACCESS_KEY=$access_key
export PIPELINE_S3_SECRET_KEY=$secret_key
SETTINGS
}

# A gateway of its own: Pacific tries a broker that refuses it again and again, also after its topic was deleted.
notifier() { # PORT
    exec radosgw -c "$conf" -n client.gateway -f "--rgw_frontends=beast endpoint=127.0.0.1:$1" "--rgw_enable_apis=s3, notifications" \
        --rgw_trust_forwarded_https=true "--admin_socket=$dir/run/notifier-$1.asok"
}

if [ "${1:-}" = notifier ]; then
    notifier "$2"
fi
if [ "${1:-}" = class ]; then
    make_class "$2"
    exit
fi
if [ "${1:-}" = user ]; then
    make_user "$2" "$3" "$4"
    exit
fi
dispatch "$@"
