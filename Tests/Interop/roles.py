"""The command line of a scenario, and its two roles one after the other."""
import argparse
import faulthandler
import os
import shlex
import sys
import time
import traceback

from sides import PATIENCE, Failed, Score

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def open_chat(score, rig, role, peer):
    """A new chat between TDLib and the endpoint; TDLib's half of it."""
    from run import Side, to_scripted
    client = rig.client("alice")
    if role == "acceptor":
        side = to_scripted(rig, client, peer)
    else:
        peer.cmd(cmd="create_chat", user_id=client.account.user_id, chat_id=1000 + rig.count)
        side = Side(client, 1000 + rig.count)
        side.wait_secret("secretChatStateReady")
    active = peer.wait_event(lambda e: e["ev"] == "update_secret_chat" and e["state"] == "active", PATIENCE)
    score.expect(bytes.fromhex(active["key_hash"]) == side.key_hash, "both have the same key")
    score.expect(active["is_outbound"] == (role == "creator"), "the engine is the %s" % role)
    return side


def main(name, about, steps, limit, play):
    """Plays a scenario in both roles; returns the exit code.

    `limit` is how many seconds everything may take, should something hang without a timeout.
    """
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--loopback", default=os.path.join(REPOSITORY, "..", "shared", "loopback"),
                        help="folder with the fake server and the client of TDLib (default: ../shared/loopback)")
    parser.add_argument("--engine", default=os.path.join(REPOSITORY, ".build/release/secretchat") + " peer",
                        help="command line of the engine's endpoint (default: the release build of this repository)")
    parser.add_argument("--role", choices=("acceptor", "creator"), help="play one role of the engine only")
    parser.add_argument("--leave-out", choices=steps, help="do not carry out this step; the script has to fail then")
    options = parser.parse_args()
    if not os.path.exists(os.path.join(options.loopback, "run.py")):
        parser.error("there is no loopback rig at %s" % options.loopback)
    sys.path.insert(0, os.path.abspath(options.loopback))
    import netns
    from run import Rig
    faulthandler.dump_traceback_later(limit, exit=True)
    netns.enter()       # before any thread is there, and before TDLib is loaded
    rig = Rig(argparse.Namespace(verbosity=1, td_log=None, keep=False))
    roles, checks, failed = [options.role] if options.role else ["acceptor", "creator"], 0, 0
    for role in roles:
        score, start = Score(options.leave_out), time.monotonic()
        try:
            play(score, rig, role, shlex.split(options.engine))
            result = "ok"
        except Exception as e:
            failed += 1
            result = "FAILED: %s" % e
            if not isinstance(e, Failed):
                traceback.print_exc()
        checks += score.checks
        print("%-9s %5.1f s, %3d checks  %s" % (role, time.monotonic() - start, score.checks, result), flush=True)
        rig.end_scenario()
    rig.close()
    print("interop %s: %d roles, %d checks, %d failed" % (name, len(roles), checks, failed), flush=True)
    return 1 if failed else 0


def leave(main):
    """Ends the process with what `main` returns; TDLib's threads would keep it."""
    code = 1
    try:
        code = main()
    except SystemExit as e:
        code = e.code or 0
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
