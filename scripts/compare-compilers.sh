#!/usr/bin/env bash
# Builds the program with GCC (build/release) and with clang (build/clang) and compares, byte by byte, the traces of an
# emulated chip with every effect on, on 1 and 2 threads: of one long trial, and of a batch.
#
#   scripts/compare-compilers.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/build.sh
CC=clang CXX=clang++ cmake --preset release -B build/clang --log-level=WARNING -DVLE_BUILD_TESTS=OFF
cmake --build build/clang --target vle -- --quiet

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
layered=(examples/layered/network.textproto --input examples/layered/input.csv --steps 400)
# A thousand trials of 72 steps of one channel; a chip has no softmax.
LC_ALL=C sed '1s/(1000, 72), }   /(1000, 72, 1), }/' examples/mnist1d/test_x.npy >"$work/batch.npy"
sed 's/loss: CROSS_ENTROPY/loss: MEAN_SQUARED_ERROR/' examples/mnist1d/chip.textproto >"$work/batch.textproto"
batch=("$work/batch.textproto" --input "$work/batch.npy" --every 24)
for compiler in release clang; do
  for threads in 1 2; do
    name=$work/$compiler-$threads
    "build/$compiler/bin/vle" run "${layered[@]}" --backend 'emulator:bss2_like?chip=7&temperature=320' \
      --threads "$threads" -o "$name-layered.csv" >/dev/null
    "build/$compiler/bin/vle" run "${batch[@]}" --backend 'emulator:bss2_like?chip=7&temperature=320' \
      --threads "$threads" -o "$name-batch.csv" >/dev/null
    for run in layered batch; do cmp "$work/release-1-$run.csv" "$name-$run.csv"; done
  done
done
bytes=$(cat "$work"/release-1-*.csv | wc -c)
echo "compare-compilers: the same $bytes bytes of traces from both compilers, on 1 and 2 threads"
