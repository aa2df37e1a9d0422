#!/usr/bin/env bash
# Installs the Debian 12 packages that vle is built and tested with, and fetches the one source that Debian has no
# package of (scripts/fetch-nanopb.sh). As root, or through sudo; asks nothing.
#
#   scripts/install-deps.sh [PACKAGE...]     further packages to install as well
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

packages=(
  cmake g++ ninja-build
  libboost1.81-dev libcli11-dev libeigen3-dev libexpected-dev libfmt-dev libhdf5-dev libhwy-dev libprotobuf-dev
  librandom123-dev libspdlog-dev libssl-dev nanopb ngspice nlohmann-json3-dev protobuf-compiler
  libgmock-dev libgtest-dev librapidcheck-dev
  "$@"
)

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null || true)
  [[ $status == ii* ]] || missing+=("$package")
done
if ((${#missing[@]} == 0)); then
  echo "install-deps: all ${#packages[@]} packages are there"
  exec scripts/fetch-nanopb.sh
fi

as_root=()
if ((EUID != 0)); then
  if ! command -v sudo >/dev/null; then
    echo "install-deps: these packages are missing, and there is neither root nor sudo: ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
apt_get() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" \
    </dev/null >/dev/null
}

echo "install-deps: installing ${missing[*]}"
apt_get update
apt_get install -y --no-install-recommends "${missing[@]}"
scripts/fetch-nanopb.sh
echo "install-deps: done"
