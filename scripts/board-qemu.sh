#!/usr/bin/env bash
# Starts the reference board without hardware: its firmware on a Cortex-M3 that QEMU emulates, and an emulated chip on its chip
# bus. Prints what to give --backend; Ctrl-C or SIGTERM stops both. Builds the firmware where it is not built.
#
#   scripts/board-qemu.sh [--target TARGET] [--chip N] [--listen unix:PATH] [--announce FILE] [--firmware ELF] [--vle PROGRAM]
#
# TARGET is bench_board and the chip 0 unless told. Without --listen the board is on a free port of 127.0.0.1. FILE gets the
# address once the board is there. PROGRAM: the vle to serve the chip; by default the one built last here, or on the path.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

target=bench_board chip=0 listen='' announce='' firmware='' vle=''
fail() {
  echo "board-qemu: $1" >&2
  exit "${2:-2}"
}
while (($# > 0)); do
  (($# > 1)) || fail "$1 needs a value"
  case $1 in
    --target) target=$2 ;;
    --chip) chip=$2 ;;
    --listen) listen=$2 ;;
    --announce) announce=$2 ;;
    --firmware) firmware=$2 ;;
    --vle) vle=$2 ;;
    *) fail "unknown option $1; known: --target, --chip, --listen, --announce, --firmware, --vle" ;;
  esac
  shift 2
done
[[ -z $listen || $listen == unix:?* ]] || fail "--listen takes unix:PATH, not \"$listen\""
command -v qemu-system-arm >/dev/null ||
  fail "qemu-system-arm is missing; scripts/install-deps.sh qemu-system-arm clang lld llvm installs it" 4
if [[ -z $vle ]]; then
  # The newest first.
  vle=$(ls -t "$root"/build/*/bin/vle 2>/dev/null | head -1 || true)
  vle=${vle:-$(command -v vle || true)}
fi
[[ -x $vle ]] || fail "no vle program; scripts/build.sh builds it" 4
if [[ -z $firmware ]]; then
  firmware=$root/build/mps2/firmware.elf
  cmake -S "$root/firmware_interface/ports/mps2_an385" -B "$root/build/mps2" -G Ninja --log-level=WARNING \
    -DCMAKE_TOOLCHAIN_FILE="$root/firmware_interface/cmake/arm-clang.cmake" >/dev/null
  cmake --build "$root/build/mps2" -- --quiet >&2
fi
[[ -f $firmware ]] || fail "there is no firmware $firmware" 4

folder=$(mktemp -d "${TMPDIR:-/tmp}/vle-board-XXXXXX")
chip_pid='' qemu_pid=''
stop() {
  trap - EXIT INT TERM
  for pid in $qemu_pid $chip_pid; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$folder"
}
trap stop EXIT
trap 'exit 0' INT TERM

"$vle" chip --target "$target" --chip "$chip" --bus "unix:$folder/bus" --announce "$folder/chip" >"$folder/out" 2>&1 &
chip_pid=$!
until [[ -s $folder/chip ]]; do
  kill -0 "$chip_pid" 2>/dev/null || fail "no chip: $(cat "$folder/out")"
  sleep 0.05
done

# The monitor tells which port the system chose, and is not used for anything else.
host=tcp:127.0.0.1:0,server=on,wait=off,nodelay=on
[[ -z $listen ]] || host=$listen,server=on,wait=off
coproc QEMU {
  exec qemu-system-arm -machine mps2-an385 -kernel "$firmware" -display none -monitor stdio -serial "$host" \
    -chardev "socket,id=bus,path=$folder/bus,reconnect=1" -serial chardev:bus 2>"$folder/qemu"
}
qemu_pid=$QEMU_PID
address=$listen
if [[ -z $address ]]; then
  echo 'info chardev' >&"${QEMU[1]}" || true
  while IFS= read -r -t 20 line <&"${QEMU[0]}"; do
    if [[ $line =~ tcp:127\.0\.0\.1:([0-9]+) ]]; then
      address=tcp://127.0.0.1:${BASH_REMATCH[1]}
      break
    fi
  done
else
  until [[ -S ${listen#unix:} ]] || ! kill -0 "$qemu_pid" 2>/dev/null; do sleep 0.05; done
fi
kill -0 "$qemu_pid" 2>/dev/null && [[ -n $address ]] || fail "no board: $(cat "$folder/qemu")" 4

echo "board-qemu: chip $chip of $target on a Cortex-M3; run with --backend $address"
[[ -z $announce ]] || echo "$address" >"$announce"
wait -n "$chip_pid" "$qemu_pid" || true
fail "$(kill -0 "$chip_pid" 2>/dev/null && echo "qemu-system-arm" || echo "the chip") ended: $(cat "$folder/out" "$folder/qemu")" 3
