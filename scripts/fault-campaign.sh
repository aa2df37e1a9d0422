#!/usr/bin/env bash
# Plays seeded fault scripts against upload, run and read-back over a link, in one process and on a virtual clock: each must
# end in time, with the right result or with an error that names the cause. Prints how those without a result ended.
#
#   scripts/fault-campaign.sh [SCRIPTS] [PRESET]              default 1000 scripts, of the build of preset dev
#   scripts/fault-campaign.sh --firmware [SCRIPTS] [PRESET]   on the reference board's firmware in QEMU; default 100
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usual=1000 program=hw_backend/link/test_link
if [[ ${1:-} == --firmware ]]; then
  usual=100 program=qemu/test_qemu
  shift
fi
scripts=${1:-$usual}
program=build/${2:-dev}/tests/$program
if [[ ! -x $program ]]; then
  echo "fault-campaign: $program is missing; scripts/test.sh builds it" >&2
  exit 1
fi
VLE_FAULT_SCRIPTS=$scripts exec "$program" --gtest_filter='*FaultCampaign*' --gtest_brief=1
