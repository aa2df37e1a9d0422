#!/usr/bin/env bash
# Checks the format of every C and C++ source against .clang-format; with --fix, mends it.
#
#   scripts/format.sh [--fix]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

mode=(--dry-run --Werror)
if [[ ${1:-} == --fix ]]; then
  mode=(-i)
elif (($# > 0)); then
  echo "format: unknown option $1; there is only --fix" >&2
  exit 2
fi
if ! command -v clang-format >/dev/null; then
  echo "format: clang-format is missing; scripts/install-deps.sh clang-format installs it" >&2
  exit 1
fi

mapfile -d '' files < <(find . -path ./build -prune -o -path ./.git -prune -o -path ./.cache -prune -o \
  -type f \( -name '*.cpp' -o -name '*.hpp' -o -name '*.c' -o -name '*.h' \) -print0 | sort -z)
clang-format "${mode[@]}" "${files[@]}"
echo "format: ${#files[@]} files are well"
