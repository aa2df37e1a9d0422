#!/usr/bin/env bash
# Makes the figures of docs/learning.md, docs/results.md, docs/emulator.md and docs/calibration.md, table by table, into
# a folder. A table that is there is left alone unless it is named, so a run that was broken off goes on where it stopped.
#
#   scripts/results.sh [FOLDER [TABLE...]]     FOLDER: default build/results; TABLE: default all of them, in this order:
#       align chain complex xor xor_delayed xor_chip mnist1d mnist1d_chip ablate_ecg ablate_three_cores spice
#       calibration calibration_ablate calibration_task
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

out=${1:-build/results}
named=("${@:2}")
all=(align chain complex xor xor_delayed xor_chip mnist1d mnist1d_chip ablate_ecg ablate_three_cores spice
     calibration calibration_ablate calibration_task)
vle=build/release/bin/vle
local_rules=instantaneous,gle,fixed_random,single,pair,mirror,trace,trace_mirror

# Every table: what prints it.
make_align() {
  "$vle" align --random --depth 2,3,4 --seeds 10 --csv "$out/align.csv" \
    --rule instantaneous,gle,single,pair,trace,fixed_random
}
make_chain() { "$vle" task chain --seeds 5 --budget 3 --csv "$out/chain.csv"; }
make_complex() { "$vle" task complex --rule $local_rules --seeds 5 --budget 3 --csv "$out/complex.csv"; }
make_xor() { "$vle" task xor --rule $local_rules --seeds 5 --budget 2 --csv "$out/xor.csv"; }
make_xor_delayed() { "$vle" task xor_delayed --rule $local_rules --seeds 5 --budget 2 --csv "$out/xor_delayed.csv"; }
make_xor_chip() {
  "$vle" task xor --rule trace_mirror --seeds 5 --budget 1 --backend 'emulator:bss2_like?chip=1' \
    --chip-batches 40 --csv "$out/xor_chip.csv"
}
# MNIST-1D: three networks, each tested once.
make_mnist1d() {
  for seed in 1 2 3; do
    sed "s/^seed: 1/seed: $seed/" examples/mnist1d/network.textproto >"$out/mnist1d_$seed.textproto"
    "$vle" train "$out/mnist1d_$seed.textproto" --seed $seed --backend 'reference:?precision=single' \
      --input examples/mnist1d/train_x.npy --labels examples/mnist1d/train_y.npy --hold-out 500 --steps 720 --batch 96 \
      --epochs 50 --test-input examples/mnist1d/test_x.npy --test-labels examples/mnist1d/test_y.npy \
      --csv "$out/mnist1d_$seed.csv" -o "$out/mnist1d_$seed.json"
  done
}
# MNIST-1D with chip 1 in the loop: a calibration, then for each seed a network that learned on the reference and goes on
# learning on the chip, with rates and a schedule of its own; each is tested once, on the chip.
make_mnist1d_chip() {
  calibrate_chip 1
  for seed in 1 2 3; do
    local name="$out/mnist1d_chip_$seed"
    sed "s/^seed: 1/seed: $seed/" examples/mnist1d/chip.textproto >"$name.textproto"
    "$vle" train "$name.textproto" --seed $seed --backend 'reference:?precision=single' \
      --input examples/mnist1d/train_x.npy --labels examples/mnist1d/train_y.npy --hold-out 500 --steps 720 --batch 96 \
      --epochs 40 --csv "$name.csv" -o "$name.json"
    sed -E -e 's/("eta_(weights|bias)_per_second": )[^,]*/\10.0001/' -e 's/("duration_seconds": )[^,]*/\1157/' \
      "$name.json" >"${name}_start.json"
    "$vle" train "${name}_start.json" --teacher "$name.json" --seed $seed --backend 'emulator:bss2_like?chip=1' \
      --calibration "$out/chip1.cal" --speed-up 31250 --input examples/mnist1d/train_x.npy \
      --labels examples/mnist1d/train_y.npy --hold-out 500 --steps 720 --batch 32 --epochs 2 \
      --test-input examples/mnist1d/test_x.npy --test-labels examples/mnist1d/test_y.npy \
      --csv "${name}_loop.csv" -o "${name}_loop.json"
  done
}
# What each group of effects, then each effect, costs over 50 chips.
ablate_over_chips() {
  "$vle" ablate "$@" --target bss2_like --chips 50
  "$vle" ablate "$@" --target bss2_like --chips 50 --effects
}
make_ablate_ecg() {
  ablate_over_chips examples/ecg/network.textproto --input examples/ecg/ecg_mitbih208.csv --steps 3600
}
make_ablate_three_cores() {
  ablate_over_chips examples/three_cores/network.textproto --input examples/three_cores/input.csv --steps 400
}
# The emulator against ngspice: the furthest signal of each network, as the test prints it.
make_spice() {
  scripts/build.sh dev >&2
  build/dev/tests/emulator/test_emulator --gtest_filter='*SpiceOracle*' | grep furthest
}
# Calibration against the truth of 20 chips, about a minute of one processor core each.
make_calibration() {
  scripts/build.sh dev >&2
  build/dev/tests/hw_backend/calibration/calibration_truth bss2_like 0 19
}
# Networks on a chip before and after its calibration, and what learning with the chip in the loop adds.
calibrate_chip() {
  "$vle" calibrate --backend "emulator:bss2_like?chip=$1" --threads 1 -o "$out/chip$1.cal"
}
make_calibration_ablate() {
  calibrate_chip 7
  "$vle" ablate examples/ecg/network.textproto --input examples/ecg/ecg_mitbih208.csv --steps 6000 --target bss2_like \
    --chip 7 --calibration "$out/chip7.cal"
  "$vle" ablate examples/layered/network.textproto --input examples/layered/input.csv --target bss2_like --chip 7 \
    --calibration "$out/chip7.cal"
}
make_calibration_task() {
  calibrate_chip 1
  for calibration in "" "--calibration $out/chip1.cal"; do
    # shellcheck disable=SC2086 # two words or none
    "$vle" task xor --rule trace_mirror --seeds 5 --budget 1 --backend 'emulator:bss2_like?chip=1' --chip-batches 40 \
      $calibration
  done
}

scripts/build.sh
mkdir -p "$out"
for table in "${named[@]:-${all[@]}}"; do
  if ! declare -F "make_$table" >/dev/null; then
    echo "results: there is no table $table; there are: ${all[*]}" >&2
    exit 2
  fi
  if ((${#named[@]} == 0)) && [[ -s $out/$table.txt ]]; then
    echo "results: $out/$table.txt is there"
    continue
  fi
  echo "results: making $out/$table.txt"
  "make_$table" | tee "$out/$table.part"
  mv "$out/$table.part" "$out/$table.txt"
done
