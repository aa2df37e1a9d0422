#!/usr/bin/env bash
# Makes the figures of docs/learning.md in full, into a folder. Takes an hour or so on two cores.
#
#   scripts/results.sh [FOLDER]     where the tables and curves go (default build/results)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

out=${1:-build/results}
vle=build/release/bin/vle
scripts/build.sh
mkdir -p "$out"

"$vle" align --random --depth 2,3,4 --seeds 10 --csv "$out/align.csv" | tee "$out/align.txt"
for task in chain complex xor; do
  "$vle" task "$task" --seeds 5 --budget 3 --csv "$out/$task.csv" | tee "$out/$task.txt"
done
