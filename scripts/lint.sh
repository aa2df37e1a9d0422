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
# Of a few files: their own compile commands, those of dev. Of all: those of tidy, where several sources make one unit, so
# that the headers they share are looked at once. Generated headers have to be there.
files=("$@")
if ((${#files[@]} > 0)); then
  tree=build/dev checks=()
  [[ -f $tree/compile_commands.json ]] || scripts/build.sh dev
else
  # A unit includes its sources.
  tree=build/tidy checks=(--checks=-bugprone-suspicious-include)
  cmake --preset tidy --log-level=WARNING
  cmake --build --preset tidy --target vle_proto vle_firmware vle_firmware_large -- --quiet
fi

check_firmware() {
  local nanopb sources
  nanopb=$(sed -n 's/^VLE_NANOPB_DIR:PATH=//p' "$tree/CMakeCache.txt")
  mapfile -d '' sources < <(find firmware_interface/src firmware_interface/ports -name '*.c' -print0 | sort -z)
  cppcheck --quiet --error-exitcode=1 --std=c11 --platform=arm32-wchar_t2 --addon=misra \
    --enable=warning,style,performance,portability --suppressions-list=.cppcheck \
    -DPB_BUFFER_ONLY=1 -DPB_NO_ERRMSG=1 -DVLE_FW_MAX_CHUNK=512 -I firmware_interface/include \
    -I firmware_interface/ports/serial_chip -I "$tree/firmware_interface/firmware" -I "$nanopb" "${sources[@]}"
  echo "lint: ${#sources[@]} sources of the firmware are well"
}

if ((${#files[@]} == 0)); then
  check_firmware
  mapfile -t files < <(sed -n 's/^ *"file": "\(.*\)",\{0,1\}$/\1/p' "$tree/compile_commands.json" |
    grep -E '/(core|emulator|hw_backend|app|firmware_interface/(src|ports))/' | grep -vE '\.np\.c$|/nanopb/|_header_sets/' | sort -u)
fi
# The compiler of dev need not be clang, which then does not know every option.
printf '%s\0' "${files[@]}" |
  xargs -0 -n 1 -P "$(nproc)" clang-tidy --quiet -p "$tree" "${checks[@]}" --extra-arg=-Wno-unknown-warning-option \
    2> >(grep -vE 'warnings? generated' >&2 || true)
echo "lint: ${#files[@]} units are well"
