#!/usr/bin/env python3
"""Checks that `conform` passes the good testee, and catches each defect where it is.

check.py --conform "PATH/TO/secretchat conform" [--endpoint "PATH/TO/secretchat peer"] [DEFECT…]

A defect is caught if conform fails, each clause that the defect names has a test that fails, and of all clauses
one of these has the greatest share of tests that fail.
"""

import argparse
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import endpoints
from defects import DEFECTS

# From so many tests on a share says something.
FEW = 5

HERE = pathlib.Path(__file__).resolve().parent
VECTORS = HERE.parents[1] / "Vectors"


def conform(command, testee, kinds=()):
    """The status of conform, and its report."""
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder) / "report.json"
        arguments = ["--vectors", str(VECTORS), "--testee", shlex.join([sys.executable, *testee]), "--json", str(report)]
        for kind in kinds:
            arguments += ["--only", kind]
        ended = subprocess.run([*shlex.split(command), *arguments], capture_output=True, text=True)
        if ended.returncode not in (0, 1) or not report.exists():
            sys.exit(f"testee: conform ended with {ended.returncode}: {ended.stderr.strip()}")
        return ended.returncode, json.loads(report.read_text(encoding="utf-8"))


def is_good(command):
    """The good testee passes all tests that there are, and conform ran them all."""
    status, report = conform(command, [str(HERE / "testee.py")])
    for test in report["tests"]:
        if test["result"] == "failed":
            print(f"  {test['id']}: {test['detail']}")
    files = [json.loads(path.read_text(encoding="utf-8")) for path in (VECTORS / "functions").glob("*.json")]
    kinds, count = {file["kind"] for file in files}, sum(file["count"] for file in files)
    passed = sum(test["kind"] in kinds and test["result"] == "passed" for test in report["tests"])
    print(f"good: {passed} of {count} tests passed", flush=True)
    return status == 0 and report["failed"] == 0 and passed == count


def shares(report, named):
    """The clauses with tests that fail, and how many of a hundred of their tests do.

    Of a clause with very few tests here all can fail by chance: it is left out, unless the defect names it.
    """
    return {clause: 100 * tests["failed"] / (tests["failed"] + tests["passed"])
            for clause, tests in report["clauses"].items()
            if tests["failed"] and (clause in named or tests["failed"] + tests["passed"] >= FEW)}


def complaint(status, report, clauses):
    """Why a defect is not caught."""
    if status == 0 or report["failed"] == 0:
        return "no test fails"
    found = shares(report, clauses)
    if missing := [clause for clause in clauses if clause not in found]:
        return f"no test of {', '.join(missing)} fails"
    greatest = max(found, key=found.get)
    if found[greatest] > max(found[clause] for clause in clauses):
        return f"{greatest} stands out with {found[greatest]:.1f} %"
    return None


def catch(command, name, endpoint):
    """Whether a defect is caught, and a line about it."""
    if name in endpoints.DEFECTS:
        defect = endpoints.DEFECTS[name]
        status, report = conform(command, [str(HERE / "endpoints.py"), endpoint, name], defect.files)
    else:
        defect = DEFECTS[name]
        status, report = conform(command, [str(HERE / "broken.py"), name], defect.kinds)
    problem = complaint(status, report, defect.clauses)
    count = report["failed"]
    line = f"{name}: {', '.join(defect.clauses)}: {count} test{'' if count == 1 else 's'} failed"
    return problem is None, line + (f", but {problem}" if problem else "")


def main():
    parser = argparse.ArgumentParser(description="Checks conform with testees that are broken on purpose.")
    parser.add_argument("--conform", required=True, help="the command, as in '.build/release/secretchat conform'")
    parser.add_argument("--endpoint", help="a good endpoint; conversations are played with it, with a defect each time")
    parser.add_argument("defects", nargs="*", metavar="DEFECT", help="these, and not all of them")
    options = parser.parse_args()
    every = [*DEFECTS, *(endpoints.DEFECTS if options.endpoint else ())]
    if unknown := set(options.defects) - set(every):
        parser.error(f"there is no defect {', '.join(sorted(unknown))}")
    good = is_good(options.conform)
    names = options.defects or every
    caught = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for is_caught, line in pool.map(lambda name: catch(options.conform, name, options.endpoint), names):
            print(line, flush=True)
            caught += is_caught
    print(f"testee: {int(good)} good, {len(names)} broken, {caught} caught")
    sys.exit(0 if good and caught == len(names) else 1)


if __name__ == "__main__":
    main()
