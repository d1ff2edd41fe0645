#!/usr/bin/env python3
"""Compares the interface of the header with the one that hosts were compiled for. (spec("ABI-9"))

    snapshot.py [--update]

Every prototype, field with offset and size, constant and macro is a line of snapshot.txt. A line that went or
changed breaks hosts: the major version must rise. A new line needs a higher minor version. A struct that knows
its size, and an element of an array with a stride, may grow at the end.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
HEADER = HERE.parent.parent / "Sources/CSecretChat/include/secretchat.h"
SNAPSHOT = HERE / "snapshot.txt"
STRIDDEN = {"sc_entity", "sc_attribute"}
VERSIONS = {"macro SC_ABI_VERSION", "macro SC_VERSION"}


def words(text):
    return " ".join(text.split()).replace("( ", "(").replace(" )", ")")


class Header:
    """What a header declares; a declaration that is not understood is an error."""

    def __init__(self, path):
        text = re.sub(r"/\*.*?\*/", " ", path.read_text(), flags=re.S)
        self.macros = re.findall(r"^#define (\w+)[ \t]+(\S.*?)\s*$", text, re.M)
        text = re.sub(r"^#ifdef __cplusplus.*?^#endif", "", text, flags=re.M | re.S)
        text = re.sub(r"^#.*$", "", text, flags=re.M)
        self.constants, self.structs, self.types, self.functions = [], [], [], []
        text = re.sub(r"\benum \{(.*?)\};", self._enum, text, flags=re.S)
        text = re.sub(r"\btypedef struct (\w+) \{(.*?)\} \1;", self._struct, text, flags=re.S)
        for line in (words(part) for part in text.split(";")):
            if line.startswith("typedef "):
                self.types.append(line)
            elif re.fullmatch(r"[\w *]+\bsc_\w+\(.*\)", line):
                self.functions.append(line)
            elif line:
                sys.exit(f"snapshot: not understood: {line}")

    def _enum(self, match):
        for part in filter(None, (words(part) for part in match[1].split(","))):
            constant = re.fullmatch(r"(\w+) = \S+", part)
            if not constant:
                sys.exit(f"snapshot: a constant without a number: {part}")
            self.constants.append(constant[1])
        return ""

    def _struct(self, match):
        fields = []
        for part in filter(None, (words(part) for part in match[2].split(";"))):
            field = re.fullmatch(r"([\w ]+?[\w*] ?\*?)\b(\w+)((?:\[\w+\])?)", part)
            if not field:
                sys.exit(f"snapshot: not understood: {part}")
            fields.append((words(field[1] + field[3]), field[2]))
        self.structs.append((match[1], fields))
        return ""

    @property
    def names(self):
        return [re.search(r"\b(sc_\w+)\(", line)[1] for line in self.functions]


def measured(header):
    """The lines, with what only a compiler knows."""
    probe = ["#include <stdio.h>", '#include "secretchat.h"', "int main(void) {"]

    def say(form, *values):
        probe.append(f'printf("{form}\\n"{"".join(f", {value}" for value in values)});')

    for name, value in header.macros:
        if value.startswith('"'):
            say(f"macro {name} %s", name)
        else:
            say(f"macro {name} %lld", f"(long long){name}")
    for name in header.constants:
        say(f"constant {name} %lld", f"(long long){name}")
    for name, fields in header.structs:
        say(f"struct {name} size %zu", f"sizeof({name})")
        for kind, field in fields:
            say(f"field {name}.{field} {kind} at %zu size %zu",
                f"offsetof({name}, {field})", f"sizeof((({name} *)0)->{field})")
    probe += ["return 0;", "}"]
    with tempfile.TemporaryDirectory() as folder:
        source, program = pathlib.Path(folder) / "probe.c", pathlib.Path(folder) / "probe"
        source.write_text("\n".join(probe))
        subprocess.run(["gcc", "-std=c11", "-Wall", "-Werror", f"-I{HEADER.parent}", source, "-o", program],
                       check=True)
        lines = subprocess.run([program], check=True, capture_output=True, text=True).stdout.splitlines()
    lines += [f"type {line}" for line in header.types]
    lines += [f"function {line}" for line in header.functions]
    return lines


def keyed(lines):
    """The lines under what they are about."""
    table = {}
    for line in lines:
        if line.startswith("function "):
            key = "function " + re.search(r"\b(sc_\w+)\(", line)[1]
        else:
            key = line if line.startswith("type ") else " ".join(line.split()[:2])
        table[key] = line
    return table


def grown(key, old, new, header):
    """Whether a struct only became longer, and may."""
    name = key.split()[1]
    fields = dict(header.structs).get(name, [("", "")])
    may = name in STRIDDEN or fields[0][1] == "struct_size"
    return key.startswith("struct ") and may and int(new.split()[-1]) > int(old.split()[-1])


def main():
    if sys.argv[1:] == ["--functions"]:
        print("\n".join(sorted(Header(HEADER).names)))
        return 0
    header = Header(HEADER)
    lines = measured(header)
    if not SNAPSHOT.exists():
        SNAPSHOT.write_text("\n".join(lines) + "\n")
    new, old = keyed(lines), keyed(SNAPSHOT.read_text().splitlines())
    broken, added = [], [f"+ {new[key]}" for key in new if key not in old]
    for key, line in old.items():
        if key in VERSIONS or new.get(key) == line:
            continue
        if key in new and grown(key, line, new[key], header):
            added += [f"+ {new[key]}, was: {line.split()[-1]}"]
        else:
            broken += [f"- {line}"] + ([f"+ {new[key]}"] if key in new else [])
    had, has = (int(table["macro SC_ABI_VERSION"].split()[-1]) for table in (old, new))
    if broken and has // 1000 <= had // 1000:
        print("\n".join(broken))
        print("snapshot: hosts would break: take it back, or raise the major version of SC_ABI_VERSION")
        return 1
    if added and has <= had:
        print("\n".join(added))
        print("snapshot: something is new: raise the minor version of SC_ABI_VERSION and update the snapshot")
        return 1
    if sys.argv[1:] == ["--update"]:
        SNAPSHOT.write_text("\n".join(lines) + "\n")
    elif broken or added or old != new:
        print("\n".join(broken + added))
        print("snapshot: not up to date: Tests/ABI/snapshot.py --update")
        return 1
    print(f"snapshot: {len(lines)} lines, {len(header.functions)} functions, unchanged")
    return 0


if __name__ == "__main__":
    sys.exit(main())
