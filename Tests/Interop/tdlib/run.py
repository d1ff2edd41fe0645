#!/usr/bin/env python3
"""Plays the engine opposite the real TDLib, in both roles. See ../README.md.

    run.py                      all scenarios, two at a time
    run.py basic rekey          some of them
    run.py timers --leave-out engine-reads      without one kind of step: the scenario has to fail
"""
import argparse
import concurrent.futures
import faulthandler
import importlib
import os
import re
import shlex
import subprocess
import sys
import time
import traceback

sys.dont_write_bytecode = True
REPOSITORY = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../.."))
# The longest come first, so that two processes end at about the same time.
SCENARIOS = ("timers", "rekey", "closing", "media", "hostile", "restarts", "faults", "mixture", "deletions",
             "basic", "layers")


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenarios", nargs="*", metavar="scenario", help="one or more of " + ", ".join(SCENARIOS))
    parser.add_argument("--engine", default=os.path.join(REPOSITORY, ".build/release/secretchat") + " peer",
                        help="command line of the engine's endpoint (default: the release build of this repository)")
    parser.add_argument("--role", choices=("acceptor", "creator"), help="play one role of the engine only")
    parser.add_argument("--leave-out", metavar="STEP", help="do not carry out a step of the scenario; `?` lists them")
    parser.add_argument("--seed", type=int, default=15, help="of what is drawn by chance in faults and mixture")
    parser.add_argument("--jobs", type=int, default=2, help="scenarios at a time (default: 2)")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)    # this process plays, and ends
    options = parser.parse_args()
    unknown = set(options.scenarios) - set(SCENARIOS)
    if unknown:
        parser.error("there is no scenario " + ", ".join(sorted(unknown)))
    if options.leave_out and len(options.scenarios) != 1:
        parser.error("--leave-out needs the one scenario that the step belongs to")
    return options


# ---- one scenario, in this process
def play(name, options):
    """Plays a scenario in both roles; returns the exit code."""
    import isolation
    scenario = importlib.import_module(name).Scenario
    if options.leave_out not in (None, *scenario.STEPS):
        print("the steps of %s are: %s" % (name, ", ".join(scenario.STEPS)))
        return 2
    faulthandler.dump_traceback_later(scenario.LIMIT, exit=True)
    isolation.enter()           # before any thread is there, and before TDLib is loaded
    from stage import ROLES, Failed, Score, Stage
    stage = Stage(shlex.split(options.engine) + ["--reveal-keys"], options.seed)
    roles, checks, failed = [options.role] if options.role else ROLES, 0, 0
    for role in roles:
        score, start = Score(options.leave_out), time.monotonic()
        try:
            scenario(stage, score, role).run()
            result = "ok"
        except Exception as reason:
            failed += 1
            result = "FAILED: %s" % reason
            if not isinstance(reason, Failed):
                traceback.print_exc()
        checks += score.checks
        try:
            stage.clear()
        except TimeoutError as reason:
            failed, result = failed + (result == "ok"), "%s; at the end: %s" % (result, reason)
        print("%-10s %-9s %5.1f s, %3d checks  %s" % (
            name, role, time.monotonic() - start, score.checks, result), flush=True)
    stage.remove()
    print("interop tdlib %s: %d roles, %d checks, %d failed" % (name, len(roles), checks, failed), flush=True)
    return 1 if failed else 0


# ---- all scenarios, each in a process and a network of its own
def play_all(options):
    command = [sys.executable, os.path.abspath(__file__), "--inside", "--engine", options.engine,
               "--seed", str(options.seed)]
    command += ["--role", options.role] if options.role else []

    def one(name):
        return subprocess.run([*command, name], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    roles = checks = failed = 0
    names = [name for name in SCENARIOS if name in (options.scenarios or SCENARIOS)]
    start = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for ended in concurrent.futures.as_completed([pool.submit(one, name) for name in names]):
            done = ended.result()
            print(done.stdout, end="", flush=True)
            found = re.search(r"(\d+) roles, (\d+) checks, (\d+) failed\n", done.stdout)
            counts = [int(n) for n in found.groups()] if found else [0, 0, 1]
            roles, checks, failed = roles + counts[0], checks + counts[1], failed + max(counts[2], done.returncode != 0)
    print("interop tdlib: %d scenarios, %d roles, %d checks, %d failed in %.0f s" % (
        len(names), roles, checks, failed, time.monotonic() - start))
    return 1 if failed else 0


def main():
    options = parse()
    if options.inside or options.leave_out:
        return play(options.scenarios[0], options)
    return play_all(options)


if __name__ == "__main__":
    code = 1
    try:
        code = main()
    except SystemExit as reason:
        code = reason.code or 0
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)              # TDLib's threads would keep the process
