#!/usr/bin/env bash
# Weighs the firmware that is built in FOLDER (firmware_interface/ports/mps2_an385) and fails where it is heavier than stated.
#
#   scripts/firmware-budget.sh FOLDER
set -euo pipefail

folder=${1:?scripts/firmware-budget.sh FOLDER}
status=0

# Bytes of a section of an image.
section() {
  readelf -SW "$folder/$1" | sed -nE "s/^ *\[ *[0-9]+\] (\\$2) +[A-Z]+ +[0-9a-f]+ [0-9a-f]+ ([0-9a-f]+) .*/\2/p" |
    { read -r hex || hex=0; echo $((16#$hex)); }
}
judge() {
  printf '%-46s %7d of %7d bytes\n' "$1" "$2" "$3"
  if (($2 > $3)); then
    echo "firmware-budget: $1: $2 bytes are more than $3" >&2
    status=1
  fi
}

judge "core, nanopb and messages: flash" "$(section core_only.elf .text)" 16384
judge "core: RAM, chunks of 512 bytes" "$(($(section core_only.elf .bss) + $(section core_only.elf .data)))" 10240
frames=$(find "$folder/CMakeFiles/core.dir" -name '*.su' -exec cut -f2 {} +)
judge "core: largest stack frame" "$(sort -n <<<"$frames" | tail -1)" 512
# What the caller of the core's three functions must have; the board's own table of functions comes on top.
deepest=$("$(dirname "${BASH_SOURCE[0]}")/stack-depth.py" "$folder/core_only.elf" "$folder" \
  vle_fw_init vle_fw_receive vle_fw_poll)
judge "core: stack, deepest chain of calls" "$(cut -d' ' -f1 <<<"$deepest" | sort -n | tail -1)" 1024
judge "whole image: flash" "$(section firmware.elf .text)" 32768
exit $status
