#!/usr/bin/env python3
"""Writes functions, conversations, pictures and HOSTILE.md from the references; `--check` compares them with what is there."""

import pathlib
import sys

import conversations
import hostile_table
import pictures
import vectors_agreement
import vectors_files
import vectors_groups
import vectors_keys
import vectors_packets
import vectors_rekeying
import vectors_timelines
import vectors_tl

VECTORS = pathlib.Path(__file__).resolve().parent.parent
FOLDERS = ["functions", "conversations", "pictures"]
MODULES = [
    vectors_groups,
    vectors_agreement,
    vectors_keys,
    vectors_packets,
    vectors_files,
    vectors_tl,
    vectors_timelines,
    vectors_rekeying,
    conversations,
]


def folder(kind):
    return "conversations" if kind.kind == "conversation" else "functions"


def differences(texts):
    """The names of the files that are not what is generated, and why."""
    paths = [path for folder in FOLDERS for path in (VECTORS / folder).glob("*")]
    paths += [VECTORS / "HOSTILE.md"]
    there = {str(path.relative_to(VECTORS)): path.read_text(encoding="utf-8") for path in paths if path.exists()}
    for name in sorted(texts.keys() | there.keys()):
        if name not in texts:
            yield name, "is not generated"
        elif name not in there:
            yield name, "is missing"
        elif texts[name] != there[name]:
            yield name, "differs"


def main():
    if sys.argv[1:] not in ([], ["--check"]):
        sys.exit("usage: generate.py [--check]")
    kinds = [kind for module in MODULES for kind in module.kinds()]
    texts = {f"{folder(kind)}/{kind.name}.json": kind.text() for kind in kinds}
    texts |= {f"pictures/{name}": text for name, text in pictures.pictures(kinds)}
    texts["HOSTILE.md"] = hostile_table.text(kinds)
    if not sys.argv[1:]:
        for name, text in texts.items():
            (VECTORS / name).parent.mkdir(exist_ok=True)
            (VECTORS / name).write_text(text, encoding="utf-8")
    problems = list(differences(texts))
    for name, problem in problems:
        print(f"vectors: {name} {problem}", file=sys.stderr)
    count = sum(len(kind.tests()) for kind in kinds)
    state = f"{len(problems)} files not as generated" if problems else "as committed"
    print(f"vectors: {len(texts)} files, {count} cases, {state if sys.argv[1:] else 'written'}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
