# The bases of both images. Sourced by run.sh.
# Where Microsoft's registry is out of reach, Debian 13 with this machine's .NET of the same version stands in under the same name.

sdk_base=$(sed -nE 's/^FROM --platform=\S+ (\S+) AS build$/\1/p' "$root/deploy/processor.Dockerfile")
run_base=$(sed -nE 's/^FROM ([^- ]\S+)$/\1/p' "$root/deploy/processor.Dockerfile")
stand_in=

bases() {
    if timeout 300 buildah pull -q "$sdk_base" >/dev/null 2>&1 && timeout 300 buildah pull -q "$run_base" >/dev/null 2>&1; then
        say "the bases are Microsoft's: $sdk_base and $run_base"
        return
    fi
    stand_in=1
    say "Microsoft's registry is out of reach: Debian 13 with this machine's .NET stands in for $sdk_base and $run_base"
    stand_ins || { fail "the bases could not be made"; return 1; }
}

# The tag of a base begins with the version of .NET in it.
same_dotnet() {
    local sdk=${sdk_base##*:} runtime=${run_base##*:}
    dotnet --list-sdks | grep -q "^${sdk%%-*} " || { say "this machine has no SDK ${sdk%%-*}"; return 1; }
    dotnet --list-runtimes | grep -q "^Microsoft.AspNetCore.App ${runtime%%-*} " || { say "this machine has no runtime ${runtime%%-*}"; return 1; }
}

stand_ins() {
    local tar=$work/debian.tar dotnet version
    same_dotnet || return 1
    dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
    version=${run_base##*:}
    version=${version%%-*}
    # What Microsoft's images have besides .NET.
    mmdebstrap --quiet --variant=minbase --include=ca-certificates,libicu76,libssl3t64,libstdc++6,zlib1g,tzdata \
        --aptopt='APT::Install-Recommends "false"' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
        trixie "$tar" >"$logs/debian.log" 2>&1 || { tail "$logs/debian.log" >&2; return 1; }
    base "$run_base" "$tar" "$dotnet/dotnet" "$dotnet/host/fxr/$version" "$dotnet/shared/Microsoft.NETCore.App/$version" "$dotnet/shared/Microsoft.AspNetCore.App/$version" &&
        base "$sdk_base" "$tar" "$dotnet"
    local status=$?
    rm -f "$tar"
    return $status
}

base() { # NAME TAR .NET-PART…
    local name=$1 tar=$2 container mount part target
    shift 2
    container=$(buildah from scratch) && buildah add -q "$container" "$tar" >/dev/null && mount=$(buildah mount "$container") || return 1
    for part in "$@"; do
        target=$mount/usr/share/dotnet${part#"$(dirname "$(readlink -f "$(command -v dotnet)")")"}
        mkdir -p "$(dirname "$target")" && cp -r "$part" "$target" || return 1
    done
    ln -s ../share/dotnet/dotnet "$mount/usr/bin/dotnet"
    # The restore inside the build trusts the authorities that this machine trusts. The image that runs does not get them.
    [ "$name" != "$sdk_base" ] || cp -L /etc/ssl/certs/ca-certificates.crt "$mount/etc/ssl/certs/ca-certificates.crt"
    echo 'app:x:1654:1654::/home/app:/bin/sh' >>"$mount/etc/passwd"
    echo 'app:x:1654:' >>"$mount/etc/group"
    install -d -o 1654 -g 1654 "$mount/home/app"
    buildah umount "$container" >/dev/null
    buildah config --env APP_UID=1654 --env ASPNETCORE_HTTP_PORTS=8080 --env DOTNET_RUNNING_IN_CONTAINER=true --cmd /bin/bash "$container"
    buildah commit -q --rm "$container" "$name" >/dev/null
}
