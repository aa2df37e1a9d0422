#!/usr/bin/env bash
# Measures how fast the reference, the emulated chip, the compiler and the link are, beside what this machine can do, and
# prints one table with the ratios (docs/performance.md). Installs what is missing and builds. On a quiet machine.
#
#   scripts/bench.sh [--reduced] [--only TEXT]     every case once, small; only groups whose title holds TEXT
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/install-deps.sh libbenchmark-dev libopenblas-dev >&2
launcher=()
if command -v ccache >/dev/null; then
  launcher=(-DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
fi
echo "bench: building" >&2
cmake --preset release --log-level=WARNING -DVLE_BUILD_TESTS=OFF -DVLE_BUILD_BENCH=ON "${launcher[@]}" >&2
cmake --build --preset release --target bench -- --quiet >&2
echo "bench: measuring" >&2
build/release/bin/bench "$@"
if python3 -c 'import torch' 2>/dev/null; then
  python3 bench/torch_step.py "$@"
fi
