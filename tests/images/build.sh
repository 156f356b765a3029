# The builds, from a copy of the checkout with planted secrets. Sourced by run.sh.

# Each stands where a careless operator or developer has a real one.
planted=$(random_text)
context() {
    context=$work/context
    mkdir -p "$context"
    tar -C "$root" -c --exclude=.git --exclude=bin --exclude=obj --exclude=node_modules --exclude=TestResults --exclude=./data --exclude=./artifacts . |
        tar -x -C "$context"
    mkdir -p "$context/deploy/secrets" "$context/src/UploadApi/bin" "$context/src/Processor/obj"
    for file in .env deploy/secrets/jwt-secret src/UploadApi/bin/secret.json src/Processor/obj/secret.json notes.txt; do
        echo "PLANTED=$planted" >>"$context/$file"
    done
}

build() { # HOST
    local began=$SECONDS arguments=()
    # On Debian one of the libraries has another name.
    [ -z "$stand_in" ] || [ "$1" != processor ] || arguments=(--build-arg "IMAGE_LIBRARIES=$(libraries | sed 's/\blibturbojpeg\b/libturbojpeg0/')")
    PLANTED=$planted buildah bud --isolation chroot --network host --pull-never --layers=false ${arguments[@]+"${arguments[@]}"} \
        -f "$context/deploy/$1.Dockerfile" -t "pipeline-$1" "$context" >"$logs/build-$1.log" 2>&1 || { tail -n 20 "$logs/build-$1.log" >&2; return 1; }
    say "pipeline-$1 was built in $((SECONDS - began)) s: $(buildah images --format '{{.Size}}' "pipeline-$1"), of which the base is $(buildah images --format '{{.Size}}' "$run_base")"
}

libraries() { sed -nE 's/^ARG IMAGE_LIBRARIES="(.*)"$/\1/p' "$root/deploy/processor.Dockerfile"; }

layers() { # HOST: unpacks each layer's bytes and the configuration into one folder
    rm -rf "$work/layers" && buildah push -q "pipeline-$1" "dir:$work/layers" >/dev/null
}

no_planted_secret() { # HOST
    local blob
    layers "$1" || return 1
    for blob in "$work/layers"/*; do
        if (zcat -f "$blob" 2>/dev/null || true) | grep -qa -- "$planted"; then say "a planted secret is in $blob"; return 1; fi
    done
}

no_private_key() { [ -z "$(grep -rlIE '^-----BEGIN ([A-Z]+ )?PRIVATE KEY' "$mount" 2>/dev/null)" ]; }

no_compiler() {
    local found
    found=$(find "$mount" \( -path "$mount/proc" -o -path "$mount/usr/share" \) -prune -o -type f -print -o -type l -print |
        grep -E '/(gcc|g\+\+|cc|c\+\+|clang|ld|as|make|cpp|rustc|go|node|npm|csc\.dll|MSBuild\.dll)(-[0-9.]+)?$' || true)
    [ ! -e "$mount/usr/share/dotnet/sdk" ] || found="$found the SDK"
    [ -z "$found" ] || { say "found $found"; return 1; }
}

no_source() { [ -z "$(find "$mount/app" \( -name '*.cs' -o -name '*.csproj' -o -name '.env' -o -name '*.pdb' -path '*/obj/*' \) -print -quit)" ]; }

has_pages() { grep -qa "$(sed -nE 's/.*src="\/?(assets\/[^"]+)".*/\1/p' "$root/web/dist/index.html" | head -n 1)" "$mount/app/Pipeline.UploadApi.dll"; }

contents() { # HOST
    local container list=$results/pipeline-$1.packages.txt
    container=$(buildah from --pull-never "pipeline-$1") && mount=$(buildah mount "$container") || { fail "the image pipeline-$1 can be read"; return; }
    check "no layer of pipeline-$1 has a secret of the checkout" no_planted_secret "$1"
    check "pipeline-$1 has no private key" no_private_key
    check "pipeline-$1 has no compiler and no SDK" no_compiler
    check "pipeline-$1 has no source" no_source
    [ "$1" != uploadapi ] || check "pipeline-uploadapi has the web pages" has_pages
    check "pipeline-$1 runs as 1654, not as root" [ "$(buildah inspect --type image --format '{{.OCIv1.Config.User}}' "pipeline-$1")" = 1654 ]
    "$root/deploy/image-packages.sh" "$mount" >"$list"
    check "the packages of pipeline-$1 are listed" grep -q '^nuget ' "$list"
    [ "$1" != processor ] || check "the list has the image libraries" grep -qE '^(debian|ubuntu) libvips42' "$list"
    say "$(grep -c . "$list") packages and versions of pipeline-$1: $list"
    [ "$1" != processor ] || say "$(grep -E ' (libvips42|libturbojpeg|libwebp7)' "$list" | tr '\n' ';')"
    buildah umount "$container" >/dev/null
    buildah rm "$container" >/dev/null
}
