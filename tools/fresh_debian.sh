#!/usr/bin/env bash
# fresh_debian.sh : prove that a bare Debian 12 with git and make is enough
# SPDX-License-Identifier: Apache-2.0
#
# usage: tools/fresh_debian.sh [--worktree] [--keep] [TARGET ...]      (default: demo test)
#
# Makes a minimal Debian 12 with debootstrap, clones the project's HEAD into it (with --worktree:
# the files as they are, uncommitted ones too), runs each make target there and prints its
# seconds. Needs root and the package debootstrap. The machine's own apt sources, proxies and
# certificates are used; what the tools say goes to log files, which are not for committing.
set -euo pipefail
cd "$(dirname "$0")/.."

worktree=no keep=no
while [[ ${1-} == --* ]]; do
    case $1 in
    --worktree) worktree=yes ;;
    --keep) keep=yes ;;
    *)
        echo "usage: tools/fresh_debian.sh [--worktree] [--keep] [TARGET ...]" >&2
        exit 2
        ;;
    esac
    shift
done
[ $# -gt 0 ] || set -- demo test

if [ "$(id -u)" != 0 ] || ! command -v debootstrap >/dev/null; then
    echo "fresh_debian: needs root and the package debootstrap" >&2
    exit 1
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/izh-debian.XXXXXX")
root=$work/root
finish() {
    umount "$root/proc" 2>/dev/null || true
    if [ $keep = yes ]; then
        echo "kept: $work"
    else
        rm -rf --one-file-system "$work"
    fi
}
trap finish EXIT

# First address of a Debian archive among this machine's apt sources, of either format.
mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
    sed -n 's/^URIs: *\([^ ]*\).*/\1/p; s/^deb \(\[[^]]*\] \)\?\([^ ]*\).*/\2/p' |
    grep -m 1 'debian/*$' || true)

# timed NAME COMMAND...: seconds on the terminal, everything else in NAME.log.
timed() {
    local name=$1 start=${EPOCHREALTIME/./} status=0
    shift
    "$@" >"$work/$name.log" 2>&1 </dev/null || status=$?
    local ms=$(((${EPOCHREALTIME/./} - start) / 1000))
    printf '%-12s %5d.%d s  %s\n' "$name" $((ms / 1000)) $((ms % 1000 / 100)) \
        "$([ $status = 0 ] && tail -n 1 "$work/$name.log" || echo "FAILED ($status)")"
    if [ $status != 0 ]; then
        keep=yes
        tail -n 40 "$work/$name.log"
        exit 1
    fi
}

inside() {
    chroot "$root" /usr/bin/env -i HOME=/root TERM=dumb \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        "${carried[@]}" "$@"
}

# Proxies and package index settings are carried over by name, certificates as a file.
carried=()
for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY \
    PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_TRUSTED_HOST PIP_DEFAULT_TIMEOUT; do
    if [ -n "${!name-}" ]; then carried+=("$name=${!name}"); fi
done

copy_settings() {
    local file
    for file in /etc/resolv.conf /etc/hosts /etc/pip.conf; do
        if [ -e "$file" ]; then cp -L "$file" "$root$file"; fi
    done
    rm -f "$root/etc/apt/sources.list"
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources \
        /etc/apt/keyrings/* /etc/apt/auth.conf.d/*; do
        if [ -f "$file" ]; then
            mkdir -p "$root$(dirname "$file")"
            cp -L "$file" "$root$file"
        fi
    done
    # Only lines about getting at the archive: a hook may call a program that is not in there.
    apt-config dump | grep -E '^Acquire::(http|https)::' >"$root/etc/apt/apt.conf.d/90carried" || true
    # What this machine trusts, under a name that no package writes over.
    file=${PIP_CERT:-${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}}
    if [ -f "$file" ]; then
        cp -L "$file" "$root/etc/ssl/carried.pem"
        carried+=(PIP_CERT=/etc/ssl/carried.pem)
    fi
}

copy_project() {
    if [ $worktree = yes ]; then
        mkdir "$root/izh"
        git ls-files -z -co --exclude-standard | tar -c --null -T - --ignore-failed-read |
            tar -x -C "$root/izh"
        inside git -C /izh init -q
    else
        git clone -q --no-hardlinks . "$root/izh"
    fi
    chown -R root:root "$root/izh"
}

timed bootstrap debootstrap --variant=minbase --include=git,make,ca-certificates bookworm "$root" \
    ${mirror:+"$mirror"}
copy_settings
copy_project
mount -t proc proc "$root/proc"
for target in "$@"; do
    timed "$target" inside env -C /izh make "$target"
done
