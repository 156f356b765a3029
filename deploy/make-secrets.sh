#!/bin/bash
# Creates the secrets of docker-compose.yml: random passwords, and certificates for PostgreSQL, RabbitMQ and the store. Keeps existing ones.
# usage: deploy/make-secrets.sh [FOLDER]     by default deploy/secrets
# env:   STORE_HOST (s3.localhost), the store's name in upload URLs; also read from .env
#        To renew the certificate of a server before its two years end: delete its .crt, run this again, and restart the server.
set -euo pipefail
deploy=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=${1:-$deploy/secrets}
command -v openssl >/dev/null || { echo "make-secrets.sh: openssl is missing" >&2; exit 1; }
[ -n "${STORE_HOST:-}" ] || STORE_HOST=$(sed -n 's/^STORE_HOST=//p' "$deploy/../.env" 2>/dev/null | tail -n 1 || true)
umask 077
mkdir -p "$folder"
cd "$folder"

random() { head -c 36 /dev/urandom | base64 | tr '+/' '-_'; } # 48 characters that need no quoting

# put NAME reads the content from stdin. Readable by all, since each container reads it as another user; the folder's mode keeps other users of this machine out.
put() {
    [ -e "$1" ] || { cat >"$1.new" && chmod 444 "$1.new" && mv "$1.new" "$1" && echo "made $folder/$1"; }
}
put_random() { [ -e "$1" ] || printf %s "$(random)" | put "$1"; }

quietly() {
    local said
    said=$("$@" 2>&1) || { printf 'make-secrets.sh: %s\n' "$said" >&2; exit 1; }
}

# An authority of our own. Its key never leaves this folder: no container gets it.
make_authority() {
    [ ! -e ca.crt ] || return 0
    quietly openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.crt.made -days 3650 -config /dev/stdin <<CONF
[req]
prompt = no
distinguished_name = name
x509_extensions = authority
[name]
CN = Pipeline of $(uname -n)
[authority]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
CONF
    put ca.crt <ca.crt.made
    rm -f ca.crt.made
}

# make_certificate SERVER NAME…: valid for these host names and no others. localhost is for health checks inside the server's container.
make_certificate() {
    local server=$1 names
    shift
    [ ! -e "$server.crt" ] || return 0
    names=$(printf 'DNS:%s,' "$@")DNS:localhost
    rm -f "$server.key"
    quietly openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$server.key" -out "$server.csr" -subj "/CN=$1"
    quietly openssl x509 -req -in "$server.csr" -CA ca.crt -CAkey ca.key -set_serial "0x$(openssl rand -hex 16)" -days 730 -out "$server.crt.made" -extfile /dev/stdin <<CONF
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = $names
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
CONF
    chmod 444 "$server.key"
    put "$server.crt" <"$server.crt.made"
    rm -f "$server.csr" "$server.crt.made"
}

make_authority
make_certificate postgres postgres
make_certificate rabbitmq rabbitmq
make_certificate store "${STORE_HOST:-s3.localhost}" store

put_random jwt-secret
put_random grafana-password

put_random postgres-password
printf 'Host=postgres;Database=pipeline;Username=pipeline;Password=%s;SSL Mode=VerifyFull;Root Certificate=/run/secrets/ca' "$(cat postgres-password)" | put assets-connection

# A user for each host; deploy/rabbitmq-definitions.json has their permissions.
for host in uploadapi processor; do
    put_random "rabbitmq-$host"
    printf 'amqps://%s:%s@rabbitmq:5671/' "$host" "$(cat "rabbitmq-$host")" | put "rabbitmq-uri-$host"
done
sed -e "s/UPLOADAPI_PASSWORD/$(cat rabbitmq-uploadapi)/" -e "s/PROCESSOR_PASSWORD/$(cat rabbitmq-processor)/" "$deploy/rabbitmq-definitions.json" |
    put rabbitmq-definitions.json

put_random s3-uploadapi
put_random s3-processor
# The worker parses untrusted files, so it can neither write uploads nor list objects.
put s3.json <<JSON
{
  "identities": [
    {
      "name": "uploadapi",
      "credentials": [{ "accessKey": "uploadapi", "secretKey": "$(cat s3-uploadapi)" }],
      "actions": ["Read:pipeline", "Write:pipeline", "List:pipeline"]
    },
    {
      "name": "processor",
      "credentials": [{ "accessKey": "processor", "secretKey": "$(cat s3-processor)" }],
      "actions": [
        "Read:pipeline/uploads/*", "Read:pipeline/originals/*", "Read:pipeline/assets/*",
        "Write:pipeline/originals/*", "Write:pipeline/assets/*", "Write:pipeline/quarantine/*"
      ]
    },
    { "name": "anonymous", "actions": ["Read:pipeline/assets/*"] }
  ]
}
JSON
