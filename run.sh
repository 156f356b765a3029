#!/bin/bash
# Builds and starts the embedded server, which needs no other server.
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
# shellcheck source=scripts/dotenv.sh
. "$root/scripts/dotenv.sh"
load_dotenv "$root/.env" || exit 2
port=${PORT:-4000}
url=http://localhost:$port
log=$root/data/server.log
server_dll=$root/src/AllInOne/bin/Release/net10.0/Pipeline.AllInOne.dll
cli_dll=$root/src/Cli/bin/Release/net10.0/pipeline.dll

usage() {
    cat <<'HELP'
usage: ./run.sh                      start the server, print how to upload, run until Ctrl-C
       ./run.sh [--keep] PHOTO…      start it, upload these photos, print their variants, stop it; status 0 if all are ready
  --keep   keep the server running after the upload
  PORT     port of the server (4000)
Settings are read from ./.env if it exists; environment variables override it. Try it with examples/photo.jpg.
Data and, with photos, the server's log are in ./data.
HELP
}

die() { printf 'run.sh: %s\n' "$*" >&2; exit "${status:-1}"; }

keep=
photos=()
while [ $# -gt 0 ]; do
    case $1 in
    -h | --help) usage; exit 0 ;;
    --keep) keep=1 ;;
    --) shift; photos+=("$@"); break ;;
    -*) usage >&2; status=2 die "there is no option '$1'" ;;
    *) photos+=("$1") ;;
    esac
    shift
done
[ -z "$keep" ] || [ ${#photos[@]} -gt 0 ] || status=2 die "--keep needs photos; without photos the server keeps running anyway"
[[ $port =~ ^[1-9][0-9]{0,4}$ && $port -le 65535 ]] || status=2 die "PORT must be 1 to 65535, was '$port'"
for photo in ${photos[@]+"${photos[@]}"}; do [ -f "$photo" ] || status=2 die "$photo is not a file"; done

get() { curl --noproxy '*' -fsS -m 5 -o /dev/null "$url/$1" 2>/dev/null; }
answers() { (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }

"$root/scripts/install.sh"
if get health/ready; then
    die "a server is already up at $url: stop it, upload to it with ./pipeline upload PHOTO…, or choose another port, such as PORT=$((port % 65535 + 1)) ./run.sh"
elif answers; then
    die "port $port is in use by another program: choose another, such as PORT=$((port % 65535 + 1)) ./run.sh"
fi
PIPELINE_SAY_BUILDING=1 "$root/scripts/build.sh" src/AllInOne=Pipeline.AllInOne src/Cli=pipeline || die "the build failed; see above"

server=
stop_server() {
    [ -n "$server" ] || return 0
    kill -TERM "$server" 2>/dev/null || true
    for _ in {1..800}; do # a photo in work may take a minute to finish
        kill -0 "$server" 2>/dev/null || { server=; return 0; }
        sleep 0.1
    done
    echo "run.sh: the server does not stop; killing it" >&2
    kill -KILL "$server" 2>/dev/null || true
    server=
    return 1
}
# shellcheck disable=SC2317  # called by the traps below
interrupted() { # STATUS
    # Ignore further Ctrl-C, which would interrupt the clean stop.
    trap '' INT TERM HUP
    stop_server || exit 1
    exit "$1"
}
trap stop_server EXIT
if [ ${#photos[@]} -gt 0 ]; then
    trap 'interrupted 130' INT
    trap 'interrupted 143' TERM HUP
else
    trap 'interrupted 0' INT TERM HUP
fi

# Start the server here, so that it uses ./data, and in its own session, so that Ctrl-C reaches it only through the clean stop above.
# Private, like the other files that the server creates in it.
mkdir -p -m 700 "$root/data"
[ ${#photos[@]} = 0 ] || { (umask 077 && : >>"$log") && chmod 600 "$log"; } || die "cannot write $log"
# The server gives tokens to every client that can read data/token-key, like the CLI below.
cd_and_serve() { cd "$root" && PORT=$port Development__Tokens=true exec setsid dotnet "$server_dll"; }
if [ ${#photos[@]} -gt 0 ]; then
    cd_and_serve </dev/null >"$log" 2>&1 &
else
    cd_and_serve </dev/null &
fi
server=$!

gave_up() {
    if [ ${#photos[@]} -gt 0 ]; then
        tail -n 20 "$log" >&2
        die "the server $1; the end of its log is above, the whole log is $log"
    fi
    die "the server $1; see above"
}
end=$((SECONDS + 60))
until get health/ready; do
    kill -0 "$server" 2>/dev/null || { server=; gave_up "ended while starting"; }
    [ "$SECONDS" -lt "$end" ] || gave_up "was not ready within 60 s"
    sleep 0.2
done
# Another program may have taken the port in the meantime; then its response was read.
kill -0 "$server" 2>/dev/null || { server=; gave_up "ended while starting"; }

export PIPELINE_DATA=$root/data
token=$(dotnet "$cli_dll" token --user "${USER:-me}" --server "$url") || die "the server gives no token"

if [ ${#photos[@]} -gt 0 ]; then
    result=0
    PIPELINE_SERVER=$url PIPELINE_TOKEN=$token dotnet "$cli_dll" upload --urls -- "${photos[@]}" || result=$?
    if [ -n "$keep" ]; then
        trap - EXIT
        printf '\nThe server keeps running at %s; its log is %s. Stop it with: kill %s\n' "$url" "$log" "$server"
        exit "$result"
    fi
    stop_server || result=1
    [ "$result" != 0 ] || printf '\nThe server has stopped, so the links above no longer work; ./run.sh --keep PHOTO… keeps it running. The pictures are in %s\n' "$root/data/objects/assets"
    exit "$result"
fi

# The CLI's own config file may name another server, which must not get this token.
where=
if [ "$port" != 4000 ] || [ -e "${XDG_CONFIG_HOME:-${HOME:-}/.config}/pipeline/config.json" ]; then where="PIPELINE_SERVER=$url "; fi
link=$(dotnet "$cli_dll" sign-in --user "${USER:-me}" --server "$url") || die "the server gives no sign-in link"
cat <<READY

Pipeline is up at $url (Ctrl-C stops it)
Open in a browser (signs you in, once): $link
Token: $token
Upload a photo:
  ${where}PIPELINE_TOKEN=$token ./pipeline upload photo.jpg

READY
result=0
wait "$server" || result=$?
server=
die "the server ended unexpectedly with status $result"
