#!/usr/bin/env bash
# Makes the figures of docs/learning.md in full, into a folder.
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
