#!/usr/bin/env bash
# The main job, from a fresh checkout on Debian 12: installs what is missing, builds, and takes the electrocardiogram
# example from its description to an emulated chip. Traces and a plot are left in build/demo.
#
#   scripts/demo.sh [CHIP]     which chip of the target to emulate (default 7)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

chip=${1:-7}
if [[ ! $chip =~ ^[0-9]+$ ]]; then
  echo "demo: \"$chip\" is not a chip id, a whole number from 0" >&2
  exit 2
fi
scripts/install-deps.sh
scripts/build.sh

vle=build/release/bin/vle
out=build/demo
network=examples/ecg/network.textproto
input=examples/ecg/ecg_mitbih208.csv
steps=10800  # 30 s of the recording, with premature beats from 16 s
mkdir -p "$out"

heading() { printf '\n== %s\n' "$1"; }
run() {
  printf '$ %s\n' "$*"
  "$@"
}

heading "Check the network and the chip's description"
run $vle check $network
run $vle check targets/bss2_like.textproto

heading "Compile; the ledger says what the registers could not hold"
run $vle compile $network --target bss2_like --profile $input -o $out/ecg.map

heading "Run the ideal twin: the float64 reference at the chip's sub-steps"
substeps=$($vle dump $out/ecg.map --summary --json 2>/dev/null | grep -o '"substeps_per_step": *[0-9]*' | grep -o '[0-9]*$')
run $vle run $network --backend "reference:?substeps=$substeps" --input $input --steps $steps -o $out/ideal.h5

heading "Run chip $chip"
run $vle run $out/ecg.map --backend "emulator:bss2_like?chip=$chip" --input $input --steps $steps -o $out/chip.h5
run $vle run $out/ecg.map --backend "emulator:bss2_like?chip=$chip" --input $input --steps 3600 -o $out/chip.csv

heading "Which effect costs how much"
run $vle ablate $network --target bss2_like --chip "$chip" --input $input --steps $steps

heading "Draw ideal against chip"
signals='beats.r[0],premature.r[0],memory.r[5],flat.r[0]'
run $vle plot $out/ideal.h5 $out/chip.h5 --input $input --signals "$signals" --to 30 \
  --title "Beats and baseline of an electrocardiogram, ideal against chip $chip" -o $out/ecg.svg

heading "Left behind in $out"
ls -l $out | awk 'NR > 1 {printf "%10d  %s\n", $5, $9}'
