#!/bin/bash
# A restore drill: people upload and delete, the database is destroyed and restored, and an audit looks for lost and for erased photos. Everything is its own and
# is deleted at the end: a PostgreSQL server that archives its WAL, RabbitMQ, an object store and clamd, on ports of their own.
# usage: scripts/drill.sh [--seconds N] [--only archive|dump]
#        --seconds N   how long people upload before the loss (45)
#        --only WAY    base backup with archived WAL, or pg_dump; both without it
# The last line is `N passed, N failed`; the status is 0 only if all passed.
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
# Others' services must not be destroyed, and their workers must not take the drill's photos.
export PIPELINE_SERVICES_DIR=${DRILL_SERVICES_DIR:-${TMPDIR:-/tmp}/pipeline-drill-$(id -u)}
export CLAMD_PORT=${DRILL_CLAMD_PORT:-3341} S3_PORT=${DRILL_S3_PORT:-9161} RABBITMQ_PORT=${DRILL_RABBITMQ_PORT:-5704} PG_PORT=${DRILL_PG_PORT:-5465}
export RABBITMQ_DIST_PORT=$((RABBITMQ_PORT + 20000)) RABBITMQ_EPMD_PORT=$((RABBITMQ_PORT - 1300))

"$root/scripts/install.sh" --tests
# Its script installs PostgreSQL without the cluster that the package would create.
[ -d /usr/lib/postgresql ] || { "$root/services.sh" up postgres && "$root/services.sh" down postgres; } >&2
"$root/scripts/build.sh" tests/Operations=Pipeline.Operations
stop_services() { "$root/services.sh" down clamd rabbitmq s3 >&2 || true; }
trap stop_services EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
"$root/services.sh" up clamd rabbitmq s3 >&2
settings=$("$root/services.sh" env)
eval "$settings"
dotnet "$root/tests/Operations/bin/Release/net10.0/Pipeline.Operations.dll" drill "$@"
