#!/usr/bin/env bash
# Writes a migration for each database after a change of the model: tools/migrate.sh NameOfTheChange
set -euo pipefail
cd "$(dirname "$0")/.."
name=${1:?usage: tools/migrate.sh NameOfTheChange}
dotnet tool restore >/dev/null
dotnet restore tools/Migrations >/dev/null
add() { # CONTEXT PROJECT
    dotnet ef migrations add "$name" --context "$1" --output-dir Migrations --project "$2" --startup-project tools/Migrations
}
add SqliteAssetDbContext src/AllInOne
add PostgresAssetDbContext src/Assets.Postgres
