#!/usr/bin/env bash
# Fuzzes every target of tests/fuzz with clang's libFuzzer, under AddressSanitizer and UndefinedBehaviorSanitizer, from the
# corpora in the tree. What it finds stays in build/fuzz/found; new corpus files too.
#
#   scripts/fuzz.sh [SECONDS [TARGET...]]     SECONDS for each target, 60 unless told
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

seconds=${1:-60}
shift || true
targets=("$@")
if ((${#targets[@]} == 0)); then
  for folder in tests/fuzz/corpus/*/; do targets+=("$(basename "$folder")"); done
fi
cmake --preset fuzz --log-level=WARNING
cmake --build --preset fuzz --target "${targets[@]/#/fuzz_}" -- --quiet
mkdir -p build/fuzz/found
for target in "${targets[@]}"; do
  mkdir -p "build/fuzz/corpus/$target"
  echo "fuzz: $target for $seconds s"
  UBSAN_OPTIONS=halt_on_error=1 "build/fuzz/tests/fuzz/fuzz_$target" -max_total_time="$seconds" -print_final_stats=1 \
    -artifact_prefix=build/fuzz/found/ "build/fuzz/corpus/$target" "tests/fuzz/corpus/$target" 2>&1 |
    grep -E "number_of_executed_units|ERROR|SUMMARY|Test unit|DONE"
done
