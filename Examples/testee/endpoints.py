#!/usr/bin/env python3
"""A good endpoint with one defect, which the conversations must find: endpoints.py "COMMAND" DEFECT

The endpoint runs behind this program, which hears every command before it and every event after it, and keeps one back
or changes it. Without arguments it lists the defects.
"""

import json
import subprocess
import sys
from collections import namedtuple

# `files` of Vectors/conversations are played. `command` and `event` give what is passed on in place of one, or nothing.
Defect = namedtuple("Defect", "clauses files wrong command event")

DEFECTS = {}


def defect(name, clauses, files, wrong, command=None, event=None):
    DEFECTS[name] = Defect(clauses.split(), files.split(), wrong, command, event)


def without(event, **fields):
    """Keeps back all events of a name, with these fields."""
    return lambda heard, _: None if heard["ev"] == event and fields.items() <= heard.items() else heard


def repeated(heard, memory):
    """Whether a query has a packet that was sent before."""
    return heard["ev"] == "net_query" and heard.get("data") in memory


def note(heard, memory):
    """Remembers the packet of a query, with the random_id that it went under."""
    if heard["ev"] == "net_query" and "data" in heard:
        memory.setdefault(heard["data"], heard["random_id"])
    return heard


def no_repeats(heard, memory):
    return None if repeated(heard, memory) else note(heard, memory)


def same_name(heard, memory):
    if repeated(heard, memory):
        return heard | {"random_id": memory[heard["data"]]}
    return note(heard, memory)


def lost_by_restart(heard, memory):
    return None if memory.get("restarted") and heard["ev"] == "net_query" else heard


def restarts(command, memory):
    memory["restarted"] = command["cmd"] == "restart"
    return command


def dies_of_garbage(heard, memory):
    if heard["ev"] == "log" and "rejected" in heard["text"]:
        memory["over"] = True
    return heard | {"auth_state": "Closed"} if memory.get("over") and heard["ev"] == "state" else heard


def new_picture(heard, memory):
    if heard["ev"] == "net_query" and heard["method"] == "messages.sendEncrypted":
        memory["spoken"] = True
    if memory.get("spoken") and heard.get("key_hash"):
        return heard | {"key_hash": heard["key_hash"][2:] + "00"}
    return heard


def late(command, memory):
    """Nothing that comes before the key is heard."""
    memory["ready"] = memory.get("ready") or command.get("kind") == "encrypted" or command.get("chat") == "encrypted"
    return command if memory["ready"] or command["cmd"] != "incoming" else None


def twice(heard, _):
    return [heard, heard] if heard["ev"] == "inbound_message" else heard


def hurried(command, _):
    """A refusal that passes is heard as one that lasts."""
    return command | {"code": 400} if command.get("kind") == "error" else command


def standing(command, _):
    return None if command["cmd"] == "jump_time" else command


defect("shown-twice", "ACT-7", "actions gaps sequence", "a message is handed over twice", event=twice)
defect("timer-untold", "ACT-1", "actions", "nobody hears of the peer's timer", event=without("set_ttl"))
defect("opening-untold", "ACT-2", "actions", "nobody hears what the peer has opened", event=without("read_message"))
defect("deletion-untold", "ACT-3", "actions", "what the peer deletes stays", event=without("delete_messages"))
defect("picture-untold", "ACT-4", "actions", "nobody hears of a screenshot", event=without("screenshot_taken"))
defect("flush-untold", "ACT-5", "actions", "a history that is flushed stays", event=without("flush_history"))
defect("refusal-untold", "CLS-7", "closing", "nobody hears that a text was refused", event=without("send_message_error"))
defect("end-untold", "CLS-1 CLS-2", "closing", "a chat ends without a word", event=without("update_secret_chat", state="closed"))
defect("hurried", "CLS-6 GAP-10", "closing", "a refusal that passes is taken for one that lasts", command=hurried)
defect("early-dropped", "CLS-5", "creation", "what comes before the key is dropped", command=late)
defect("no-repeats", "GAP-10", "gaps", "nothing is sent twice", event=no_repeats)
defect("same-name", "GAP-10", "gaps", "a third packet goes under the random_id of the first", event=same_name)
defect("impatient", "GAP-5", "gaps", "time stands still", command=standing)
defect("lost-by-restart", "REC-5", "deletion", "what was not answered is forgotten by a restart", restarts, lost_by_restart)
defect("new-picture", "KEY-4", "rekeying-wire", "the picture changes with the key", event=new_picture)
defect("endless", "TTL-6", "timers", "time stands still", command=standing)
defect("dies-of-garbage", "CLS-3", "hostile", "one packet that does not open ends the chat", event=dies_of_garbage)


def write(line, file):
    file.write(json.dumps(line) + "\n")
    file.flush()


def several(lines):
    return lines if isinstance(lines, list) else [] if lines is None else [lines]


def relay(endpoint, broken):
    """Passes everything on, but for the defect."""
    memory = {}
    write(json.loads(endpoint.stdout.readline()) | {"name": f"an endpoint with a defect: {broken.wrong}"}, sys.stdout)
    for line in sys.stdin:
        command = json.loads(line)
        if broken.command:
            # Another command in its place: there has to be an answer.
            command = broken.command(command, memory) or {"cmd": "state"}
        write(command, endpoint.stdin)
        for event in map(json.loads, endpoint.stdout):
            for told in several(broken.event(event, memory)) if broken.event else [event]:
                write(told, sys.stdout)
            if event["ev"] == "done":
                break


def main():
    if len(sys.argv) != 3 or sys.argv[2] not in DEFECTS:
        for name, broken in DEFECTS.items():
            print(f"{name}: {broken.wrong} ({', '.join(broken.clauses)})")
        sys.exit(0 if len(sys.argv) == 1 else 2)
    with subprocess.Popen(sys.argv[1], shell=True, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as endpoint:
        relay(endpoint, DEFECTS[sys.argv[2]])
        endpoint.stdin.close()


if __name__ == "__main__":
    main()
