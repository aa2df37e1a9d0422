#!/usr/bin/env python3
"""Worst stack depth of a firmware image, from its machine code and the compiler's stack usage files.

    scripts/stack-depth.py ELF FOLDER ROOT...

FOLDER holds the .su files of -fstack-usage. For each ROOT, a function, prints the bytes that it and the deepest chain of
calls below it take, and that chain. A recursion without a bound here and a frame without one are errors.
"""
import pathlib
import re
import shutil
import subprocess
import sys

# Where calls through pointers go. Not named here: functions of the board's table, whose depth is the board's own and
# comes on top.
CALLS_THROUGH = {"decode_field": ["pb_default_field_callback"], "encode_field": ["pb_default_field_callback"]}
# What is there and never happens: no field of the link's messages has a default value to decode.
NEVER = {("pb_message_set_to_defaults", "decode_field")}
# nanopb calls itself for a message in a message: a request, its body, and the scan ranges or limits in that.
NESTED = {"pb_decode_inner": 3, "pb_encode": 3, "pb_message_set_to_defaults": 3}
# What only the outermost message has: a choice of bodies, one of which is cleared before it is decoded.
OUTERMOST = {("decode_field", "pb_message_set_to_defaults")}
# What the compiler moves out of several functions: no local variables, at most a return address.
OUTLINED = 8


def output_of(tool, *words):
    tool = shutil.which(f"{tool}-14") or shutil.which(tool)
    if tool is None:
        sys.exit("stack-depth: llvm-objdump or llvm-nm is missing; scripts/install-deps.sh llvm installs them")
    return subprocess.run([tool, *words], check=True, capture_output=True, text=True).stdout


def frames_of(folder):
    """Bytes of the frame of each function; the largest, where several files have one of that name."""
    frames = {}
    for file in sorted(pathlib.Path(folder).rglob("*.su")):
        for line in file.read_text().splitlines():
            place, size, kind = line.split("\t")
            name = place.rsplit(":", 1)[1]
            if kind != "static":
                sys.exit(f"stack-depth: {place}: the frame is {kind}, not static")
            frames[name] = max(frames.get(name, 0), int(size))
    return frames


def names_of(elf):
    """The names of the function at each address."""
    names = {}
    for line in output_of("llvm-nm", elf).splitlines():
        address, kind, name = line.split()
        if kind in "tTwW" and not name.startswith("$"):
            names.setdefault(int(address, 16) & ~1, []).append(name)
    return names


def calls_of(elf):
    """The addresses that the function at each address calls. A jump to another function's start is a call as well."""
    calls, at = {}, None
    listing = output_of("llvm-objdump", "-d", "--no-show-raw-insn", "--triple=thumbv7m-none-eabi", elf)
    for line in listing.splitlines():
        if head := re.match(r"([0-9a-f]+) <[^>$]+>:", line):
            at = int(head[1], 16)
            calls[at] = set()
        elif called := re.search(r"\t(?:bl|b|b\.w)\t0x([0-9a-f]+) <[^>+$]+>", line):
            calls[at].add(int(called[1], 16))
    return calls


class Depths:
    def __init__(self, elf, folder):
        self.frames, self.names, self.calls = frames_of(folder), names_of(elf), calls_of(elf)
        self.addresses = {name: address for address, names in self.names.items() for name in names}
        self.found = {}

    def frame(self, address):
        names = self.names[address]
        if names[0].startswith("OUTLINED_FUNCTION"):
            return OUTLINED
        known = [self.frames[name] for name in names if name in self.frames]
        if not known:
            sys.exit(f"stack-depth: {names[0]}: the compiler does not say how large its frame is")
        return max(known)

    def below(self, address, above):
        """What the function calls, as it is called by `above`."""
        name = self.names[address][0]
        through = {self.addresses[one] for one in CALLS_THROUGH.get(name, []) if one in self.addresses}
        for called in sorted((self.calls[address] | through) - {address}):
            edge = (name, self.names[called][0])
            if edge not in NEVER and not (edge in OUTERMOST and above.count("pb_decode_inner") > 1):
                yield called

    def deepest(self, address, above=()):
        """Bytes, and the chain of names."""
        name = self.names[address][0]
        if above.count(name) >= NESTED.get(name, 1) and not name.startswith("OUTLINED_FUNCTION"):
            if name in NESTED:
                return 0, []
            if not set(NESTED) & set(above[above.index(name) :]):
                sys.exit(f"stack-depth: recursion: {' > '.join(above)} > {name}")
        key = (address, *(above.count(one) for one in NESTED))
        if key not in self.found:
            chains = [self.deepest(one, (*above, name)) for one in self.below(address, above)]
            size, chain = max(chains, default=(0, []))
            frame = self.frame(address)
            self.found[key] = (frame + size, [f"{name} {frame}"] + chain)
        return self.found[key]


def main():
    elf, folder, *roots = sys.argv[1:]
    depths = Depths(elf, folder)
    for root in roots:
        if root not in depths.addresses:
            sys.exit(f"stack-depth: {elf} has no function {root}")
        size, chain = depths.deepest(depths.addresses[root])
        print(size, " > ".join(chain))


main()
