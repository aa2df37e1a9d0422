#!/usr/bin/env bash
# Runs clang-tidy with .clang-tidy over the sources of the product (tests not included) and fails on any finding.
#
#   scripts/lint.sh [FILE...]     only these sources
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if ! command -v clang-tidy >/dev/null; then
  echo "lint: clang-tidy is missing; scripts/install-deps.sh clang-tidy installs it" >&2
  exit 1
fi
# The compile commands of dev, and its generated headers, are what clang-tidy reads.
[[ -f build/dev/compile_commands.json ]] || scripts/build.sh dev

files=("$@")
if ((${#files[@]} == 0)); then
  mapfile -d '' files < <(find core emulator hw_backend app firmware_interface/src -name '*.c' -print0 -o -name '*.cpp' -print0 | sort -z)
fi
# GCC wrote the compile commands, so clang need not know every option in them.
printf '%s\0' "${files[@]}" |
  xargs -0 -n 1 -P "$(nproc)" clang-tidy --quiet -p build/dev --extra-arg=-Wno-unknown-warning-option \
    2> >(grep -vE 'warnings? generated' >&2 || true)
echo "lint: ${#files[@]} sources are well"
