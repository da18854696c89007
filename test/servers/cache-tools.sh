#!/usr/bin/env bash
# Puts Valkey 9, Redis 8 and HAProxy 3 into node_modules/.cache/veza/tools/cache, unless they are there. The packages are those of a newer
# suite, unpacked beside the system; they need its libraries, so these come with them and each program is started by its loader.
set -euo pipefail
cd "$(dirname "$0")/../.."

suite=forky
packages=(valkey-server valkey-tools haproxy redis-server redis-tools libc6 libssl3t64 liblua5.4-0 libopentracing-c-wrapper0t64 libopentracing1
  libpcre2-8-0 libzstd1 libstdc++6 libgcc-s1 libcrypt1 liblzf1 libjemalloc2 libsystemd0 libatomic1 libcap2 zlib1g)
tools=$PWD/node_modules/.cache/veza/tools
[ -e "$tools/cache/bin/redis-8" ] && exit

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{lists/partial,cache/archives/partial,root} "$tools"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
# The mirror that this machine has its own packages from. apt-get replaces REPO_URI.
# shellcheck disable=SC2016
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' 'Label: Debian' | sort -u | head -n 1)
echo "deb [signed-by=$keyring] $mirror $suite main" >"$work/sources.list"
apt=(-qq -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$work/lists"
  -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root)
apt-get "${apt[@]}" update
(cd "$work" && apt-get "${apt[@]}" download "${packages[@]}")
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work/root"; done

# Into place at once: two runs at a time do not meet half a set. Containers of the tests see the folder as /opt/cache.
mkdir -p "$work/made"/{bin,lib,programs}
cp -P "$work"/root/usr/lib/x86_64-linux-gnu/*.so* "$work/made/lib/"
for program in bin/valkey-server bin/valkey-cli bin/redis-server sbin/haproxy; do
  name=${program#*/}
  # Redis as a name of its own: containers of other tests run the system's.
  [ "$name" != redis-server ] || name=redis-8
  cp -L "$work/root/usr/$program" "$work/made/programs/$name"
  loader='/opt/cache/lib/ld-linux-x86-64.so.2 --library-path /opt/cache/lib'
  printf '#!/bin/sh\nexec %s /opt/cache/programs/%s "$@"\n' "$loader" "$name" >"$work/made/bin/$name"
done
chmod -R a+rX "$work/made"
chmod 755 "$work/made"/{bin,programs}/*
rm -rf "${tools:?}/cache"
mv "$work/made" "$tools/cache"
