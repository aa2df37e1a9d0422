#!/usr/bin/env bash
# Runs clang-tidy with .clang-tidy over the sources of the product (tests not included), and cppcheck with the rules of MISRA
# C:2012 but for those in .cppcheck over the firmware's C. Fails on any finding.
#
#   scripts/lint.sh [FILE...]     only these sources, and no cppcheck
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

for tool in clang-tidy cppcheck; do
  if ! command -v $tool >/dev/null; then
    echo "lint: $tool is missing; scripts/install-deps.sh $tool installs it" >&2
    exit 1
  fi
done
# The compile commands of dev, and its generated headers, are what clang-tidy reads.
[[ -f build/dev/compile_commands.json ]] || scripts/build.sh dev

check_firmware() {
  local nanopb sources
  nanopb=$(sed -n 's/^VLE_NANOPB_DIR:PATH=//p' build/dev/CMakeCache.txt)
  mapfile -d '' sources < <(find firmware_interface/src firmware_interface/ports -name '*.c' -print0 | sort -z)
  cppcheck --quiet --error-exitcode=1 --std=c11 --platform=arm32-wchar_t2 --addon=misra \
    --enable=warning,style,performance,portability --suppressions-list=.cppcheck \
    -DPB_BUFFER_ONLY=1 -DPB_NO_ERRMSG=1 -DVLE_FW_MAX_CHUNK=512 -I firmware_interface/include \
    -I firmware_interface/ports/serial_chip -I build/dev/firmware_interface/firmware -I "$nanopb" "${sources[@]}"
  echo "lint: ${#sources[@]} sources of the firmware are well"
}

files=("$@")
if ((${#files[@]} == 0)); then check_firmware; fi
if ((${#files[@]} == 0)); then
  mapfile -d '' files < <(find core emulator hw_backend app firmware_interface/src -name '*.c' -print0 -o -name '*.cpp' -print0 | sort -z)
fi
# GCC wrote the compile commands, so clang need not know every option in them.
printf '%s\0' "${files[@]}" |
  xargs -0 -n 1 -P "$(nproc)" clang-tidy --quiet -p build/dev --extra-arg=-Wno-unknown-warning-option \
    2> >(grep -vE 'warnings? generated' >&2 || true)
echo "lint: ${#files[@]} sources are well"
