#!/usr/bin/env bash
# From a fresh checkout on Debian 12 to a tested build: installs what is missing, builds, checks that every public header
# compiles alone, and runs every test. The closing lines of ctest come last.
#
#   scripts/test.sh [PRESET]     dev (default), asan, tsan, release
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

preset=${1:-dev}
scripts/install-deps.sh libbenchmark-dev libopenblas-dev
scripts/build.sh "$preset" -DVLE_BUILD_BENCH=ON
echo "test: compiling every public header alone"
cmake --build --preset "$preset" --target all_verify_interface_header_sets -- --quiet
echo "test: running the tests of $preset"
ctest --preset "$preset" -j "${VLE_TEST_JOBS:-2}"
