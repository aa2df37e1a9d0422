#!/usr/bin/env bash
# Builds the release program, build/release/bin/vle, or another preset with its tests. Dependencies must be there
# (scripts/install-deps.sh).
#
#   scripts/build.sh [PRESET [CMAKE_OPTION...]]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

preset=${1:-release}
launcher=()
if command -v ccache >/dev/null; then
  launcher=(-DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
fi
tests=ON
if (($# == 0)); then tests=OFF; fi

echo "build: configuring $preset"
cmake --preset "$preset" --log-level=WARNING -DVLE_BUILD_TESTS=$tests "${launcher[@]}" "${@:2}"
echo "build: building $preset"
cmake --build --preset "$preset" -- --quiet
echo "build: build/$preset/bin/vle is ready"
