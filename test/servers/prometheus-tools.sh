#!/usr/bin/env bash
# Puts Prometheus 3, Alertmanager and the exporters into node_modules/.cache/veza/tools/bin, unless they are there.
# Debian bookworm has only Prometheus 2, so the packages are those of a newer suite, unpacked beside the system.
set -euo pipefail
cd "$(dirname "$0")/../.."

suite=forky
packages=(prometheus promtool prometheus-alertmanager prometheus-blackbox-exporter prometheus-node-exporter
  prometheus-postgres-exporter prometheus-redis-exporter)
tools=$PWD/node_modules/.cache/veza/tools
[ -e "$tools/bin/redis_exporter" ] && exit

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

# Into place at once, under the names that upstream gives them: two runs at a time do not meet half a set.
mkdir "$work/bin"
for program in prometheus promtool amtool; do cp "$work/root/usr/bin/$program" "$work/bin/"; done
cp "$work/root/usr/bin/prometheus-alertmanager" "$work/bin/alertmanager"
for kind in blackbox node postgres redis; do
  cp "$work/root/usr/bin/prometheus-$kind-exporter" "$work/bin/${kind}_exporter"
done
# Debian's Alertmanager has its templates for messages not within, as upstream's has, but there.
templates=/usr/share/prometheus/alertmanager
if [ ! -e $templates ]; then
  sudo=$([ "$(id -u)" = 0 ] || echo sudo)
  $sudo mkdir -p "${templates%/*}" && $sudo cp -r "$work/root$templates" $templates
fi
rm -rf "${tools:?}/bin"
mv "$work/bin" "$tools/bin"
