#!/usr/bin/env python3
"""The good testee with one defect, which the vectors must find: broken.py DEFECT

Without a defect it lists those of `defects.py`.
"""

import importlib.util
import pathlib
import sys

from defects import DEFECTS

HERE = pathlib.Path(__file__).resolve().parent
FOLDERS = [HERE, HERE.parents[1] / "Vectors" / "generate"]


def load(module, edits):
    """Loads a module with other text in some places; whoever imports it later gets this one."""
    path = next(folder / f"{module}.py" for folder in FOLDERS if (folder / f"{module}.py").exists())
    text = path.read_text(encoding="utf-8")
    for _, old, new in edits:
        if old not in text:
            sys.exit(f"{path.name} does not have: {old}")
        text = text.replace(old, new)
    spec = importlib.util.spec_from_file_location(module, path)
    sys.modules[module] = importlib.util.module_from_spec(spec)
    exec(compile(text, path, "exec"), vars(sys.modules[module]))


def main():
    if len(sys.argv) != 2 or sys.argv[1] not in DEFECTS:
        for name, defect in DEFECTS.items():
            print(f"{name}: {defect.wrong} ({', '.join(defect.clauses)})")
        sys.exit(0 if len(sys.argv) == 1 else 2)
    defect = DEFECTS[sys.argv[1]]
    sys.path += map(str, FOLDERS)
    for module in dict.fromkeys(module for module, _, _ in defect.edits):
        load(module, [edit for edit in defect.edits if edit[0] == module])
    import testee
    testee.main(f"a testee with a defect: {defect.wrong}")


if __name__ == "__main__":
    main()
