"""Secret chats between this engine and telethon-secret-chat, in both roles of the engine. See README.md."""
import argparse
import asyncio
import faulthandler
import importlib.metadata
import pathlib
import shlex
import shutil
import sys
import time
import traceback

from chat import ROLES, Chat
from scenarios import SCENARIOS, STEPS, WARNINGS
from score import Failed, Score

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]
PACKAGES = "telethon-secret-chat", "Telethon", "cryptg"
LIMIT = 120         # seconds for everything, should the endpoint hang


async def play(score, name, role, argv):
    """One scenario in a chat of its own, with an endpoint of its own."""
    chat = Chat(score, role, argv)
    try:
        await chat.open()
        await SCENARIOS[name](chat)
        chat.judge(WARNINGS.get(name, ()))
        chat.end()
    finally:
        chat.engine.kill()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", default="%s peer" % shlex.quote(str(REPOSITORY / ".build/release/secretchat")),
                        help="command line of the engine's endpoint (default: the release build of this repository)")
    parser.add_argument("--role", choices=ROLES, help="play one role of the engine only")
    parser.add_argument("--scenario", choices=SCENARIOS, help="play one scenario only")
    parser.add_argument("--leave-out", choices=STEPS, metavar="STEP",
                        help="do not carry out this step, so that the script has to fail: " + ", ".join(STEPS))
    options = parser.parse_args()
    argv = shlex.split(options.engine)
    if not argv or not shutil.which(argv[0]):
        parser.error("there is no program %s" % options.engine)
    faulthandler.dump_traceback_later(LIMIT, exit=True)
    roles = [options.role] if options.role else ROLES
    checks = failed = 0
    print(", ".join("%s %s" % (name, importlib.metadata.version(name)) for name in PACKAGES), flush=True)
    for role in roles:
        for name in [options.scenario] if options.scenario else SCENARIOS:
            score, start, result = Score(options.leave_out), time.monotonic(), "ok"
            try:
                asyncio.run(play(score, name, role, argv))
            except Failed as e:
                failed, result = failed + 1, "FAILED: %s" % e
            except Exception:       # the peer's own, or a mistake in here
                failed, result = failed + 1, "FAILED:\n" + traceback.format_exc()
            checks += score.checks
            print("%-8s  %-15s  %4.1f s  %4d checks  %s" % (role, name, time.monotonic() - start, score.checks, result),
                  flush=True)
    print("interop telethon: %d roles, %d checks, %d failed" % (len(roles), checks, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
