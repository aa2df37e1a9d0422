#!/usr/bin/env bash
# Eight clients at once on one virtual board with five places, JOBS jobs in all, each a session of its own: load, change a
# weight, run, read back. Every job must give what the client's own weight gives on the chip alone. Prints how long a job had to
# wait for others, and how far behind the slowest client was.
#
#   scripts/many-clients.sh [JOBS] [PRESET]     default 1000 jobs, of the build of preset dev
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

jobs=${1:-1000}
program=build/${2:-dev}/tests/hw_backend/link/test_link
if [[ ! -x $program ]]; then
  echo "many-clients: $program is missing; scripts/test.sh builds it" >&2
  exit 1
fi
VLE_CLIENT_JOBS=$jobs exec "$program" --gtest_filter='*ServesEightClients*' --gtest_brief=1
