#!/bin/bash
# Queries the health of the server in this container, without a client program in the image. Status 0: the response was 200.
# usage: healthcheck PATH
# env:   PORT (4000)
exec 3<>"/dev/tcp/127.0.0.1/${PORT:-4000}" || exit 1
printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' "$1" >&3
IFS= read -r -t 5 answer <&3
[[ $answer == 'HTTP/1.1 200 '* ]]
