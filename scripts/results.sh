#!/usr/bin/env bash
# Makes the figures of docs/learning.md, docs/results.md, docs/emulator.md and docs/calibration.md in full, into a
# folder.
#
#   scripts/results.sh [FOLDER]     where the tables and curves go (default build/results)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

out=${1:-build/results}
vle=build/release/bin/vle
scripts/build.sh
mkdir -p "$out"

"$vle" align --random --depth 2,3,4 --seeds 10 --csv "$out/align.csv" | tee "$out/align.txt"
"$vle" task chain --seeds 5 --budget 3 --csv "$out/chain.csv" | tee "$out/chain.txt"
local_rules=instantaneous,gle,fixed_random,single,pair,mirror
"$vle" task complex --rule $local_rules --seeds 5 --budget 3 --csv "$out/complex.csv" | tee "$out/complex.txt"
"$vle" task xor --rule $local_rules --seeds 5 --budget 2 --csv "$out/xor.csv" | tee "$out/xor.txt"

# MNIST-1D: three networks, each tested once.
for seed in 1 2 3; do
  sed "s/^seed: 1/seed: $seed/" examples/mnist1d/network.textproto >"$out/mnist1d_$seed.textproto"
  "$vle" train "$out/mnist1d_$seed.textproto" --seed $seed --backend 'reference:?precision=single' \
    --input examples/mnist1d/train_x.npy --labels examples/mnist1d/train_y.npy --hold-out 500 --steps 720 --batch 96 \
    --epochs 60 --test-input examples/mnist1d/test_x.npy --test-labels examples/mnist1d/test_y.npy \
    --csv "$out/mnist1d_$seed.csv" -o "$out/mnist1d_$seed.json" | tee "$out/mnist1d_$seed.txt"
done

# What each effect costs over 50 chips.
"$vle" ablate examples/ecg/network.textproto --target bss2_like --input examples/ecg/ecg_mitbih208.csv --steps 3600 \
  --chips 50 | tee "$out/ablate_ecg.txt"
"$vle" ablate examples/three_cores/network.textproto --target bss2_like --input examples/three_cores/input.csv \
  --steps 400 --chips 50 | tee "$out/ablate_three_cores.txt"

# The emulator against ngspice: the furthest signal of each network, as the test prints it.
scripts/build.sh dev
build/dev/tests/emulator/test_emulator --gtest_filter='*SpiceOracle*' | grep furthest | tee "$out/spice.txt"

# Calibration against the truth of 20 chips, about a minute of one processor core each.
build/dev/tests/hw_backend/calibration/calibration_truth bss2_like 0 19 | tee "$out/calibration.txt"
