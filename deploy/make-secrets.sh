#!/bin/bash
# Creates the secrets of docker-compose.yml: random, in deploy/secrets. Keeps existing ones.
# usage: deploy/make-secrets.sh
set -euo pipefail
folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/secrets
umask 077
mkdir -p "$folder"
cd "$folder"

random() { head -c 36 /dev/urandom | base64 | tr '+/' '-_'; } # 48 characters that need no quoting

# put NAME reads the content from stdin. Readable by all, since each container reads it as another user; the folder's mode keeps other users of this machine out.
put() {
    [ -e "$1" ] || { cat >"$1.new" && chmod 444 "$1.new" && mv "$1.new" "$1" && echo "made deploy/secrets/$1"; }
}
put_random() { [ -e "$1" ] || printf %s "$(random)" | put "$1"; }

put_random jwt-secret

put_random postgres-password
printf 'Host=postgres;Database=pipeline;Username=pipeline;Password=%s' "$(cat postgres-password)" | put assets-connection

# A user for each host; deploy/rabbitmq-definitions.json has their permissions.
for host in uploadapi processor; do
    put_random "rabbitmq-$host"
    printf 'amqp://%s:%s@rabbitmq:5672/' "$host" "$(cat "rabbitmq-$host")" | put "rabbitmq-uri-$host"
done
sed -e "s/UPLOADAPI_PASSWORD/$(cat rabbitmq-uploadapi)/" -e "s/PROCESSOR_PASSWORD/$(cat rabbitmq-processor)/" ../rabbitmq-definitions.json |
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
