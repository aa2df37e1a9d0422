#!/usr/bin/env bash
# Measures the link to the reference board, whose firmware runs on an emulated Cortex-M3: round trip, upload, traces, and what
# the protocol adds to each byte. Needs QEMU (scripts/install-deps.sh qemu-system-arm clang lld llvm) and a build with tests.
#
#   scripts/uart-figures.sh [PRESET]     of the build of preset dev unless told
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

folder=build/${1:-dev}/tests/qemu
if [[ ! -x $folder/test_qemu || ! -f $folder/firmware/firmware.elf ]]; then
  echo "uart-figures: $folder/test_qemu or its firmware is missing; scripts/test.sh builds and runs them" >&2
  exit 1
fi
exec "$folder/test_qemu" --gtest_filter='UartFigures.*' --gtest_brief=1
