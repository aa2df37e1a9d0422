#!/usr/bin/env bash
# Fetches the C sources of nanopb 0.4.7, which Debian packages as a source only, through the own apt of the system, checks
# their hash, and unpacks them into .cache/nanopb, where git ignores them. Changes nothing in the system.
#
#   scripts/fetch-nanopb.sh [FOLDER]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

version=0.4.7
sha256=e1d89b166367a3c42d42311bdc2ed57ff78f86aede9a66828516e45490d48c81
sources=(pb.h pb_common.c pb_common.h pb_decode.c pb_decode.h pb_encode.c pb_encode.h LICENSE.txt)
folder=${1:-.cache/nanopb}

if [[ -f $folder/.sha256 && $(<"$folder/.sha256") == "$sha256" ]]; then
  echo "fetch-nanopb: nanopb $version is there"
  exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{parts,lists/partial,cache/archives/partial}
# Debian's own entries of both formats, as sources of sources; other people's archives have no part in it.
for list in /etc/apt/sources.list /etc/apt/sources.list.d/debian*; do
  [[ -f $list ]] || continue
  case $list in
    *.sources) sed -E 's/^Types:.*/Types: deb-src/' "$list" >"$work/parts/$(basename "$list")" ;;
    *.list) sed -nE 's/^deb(-src)? /deb-src /p' "$list" | sort -u >"$work/parts/$(basename "$list")" ;;
  esac
done
apt_get() {
  apt-get -qq -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$work/parts" \
    -o Dir::State::lists="$work/lists" -o Dir::Cache="$work/cache" -o APT::Sandbox::User=root \
    -o Acquire::Retries=3 "$@" </dev/null >"$work/apt.log" 2>&1 ||
    { sed 's/^/fetch-nanopb: /' "$work/apt.log" >&2; exit 1; }
}
echo "fetch-nanopb: fetching nanopb $version"
apt_get update
(cd "$work" && apt_get source --download-only nanopb)

archive=$(find "$work" -maxdepth 1 -name "nanopb_$version.orig.tar.*" -print -quit)
if [[ -z $archive ]] || ! echo "$sha256  $archive" | sha256sum --check --status; then
  echo "fetch-nanopb: what apt delivered is not nanopb $version with SHA-256 $sha256" >&2
  exit 1
fi
mkdir -p "$work/source" "$folder"
tar -xf "$archive" -C "$work/source" --strip-components=1
for source in "${sources[@]}"; do cp "$work/source/$source" "$folder/"; done
echo "$sha256" >"$folder/.sha256"
echo "fetch-nanopb: nanopb $version is in $folder"
