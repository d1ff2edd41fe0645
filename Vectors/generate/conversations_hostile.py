"""The catalogue of attacks, as far as they are seen from outside: packets, replays, and what the peer may make of a key."""

import conversations_hostile_keys
import conversations_hostile_packets
import conversations_hostile_replays
from conversation_story import Behaviour
from vectorfile import flag

NOTES = {
    "Forged": flag(
        "AUTH_BYPASS",
        "A packet that was altered, or made without the key.",
        "A chat is read, or ended, by whoever carries it.",
    ),
    "OldProtocol": flag("LEGACY", "A packet of MTProto 1.0.", "Weaknesses of the old form are open again."),
    "Replay": flag(
        "MISSING_STEP",
        "A packet that was delivered comes again.",
        "A message or a command has an effect twice.",
    ),
    "Reflection": flag(
        "MISSING_STEP",
        "A packet of the endpoint comes back to it.",
        "Own words are taken for those of the peer.",
    ),
    "Repeat": flag(
        "MISSING_STEP",
        "The peer asks for repeats.",
        "Two forms of one message tell about its content, or go out without end.",
    ),
    "Order": flag(
        "MISSING_STEP",
        "The server delivers in another order, or not at all.",
        "The server decides what a conversation says.",
    ),
    "Value": flag(
        "WEAK_PARAMETERS",
        "The public value of an exchange is one with which the key is known.",
        "The new key is known to others.",
    ),
    "Reflected": flag(
        "WEAK_PARAMETERS",
        "A public value was seen before.",
        "Two people share a key and do not know with whom.",
    ),
    "Short": flag(
        "MISSING_STEP",
        "A message has fewer than 15 random bytes.",
        "Short messages are recognised by their content.",
    ),
    "Logs": flag(
        "MISSING_STEP",
        "A message that an endpoint may want to report.",
        "What people say stands in a log.",
    ),
    "Server": flag(
        "MISSING_STEP",
        "The server says what it cannot prove.",
        "The server decides what is destroyed.",
    ),
    "Unknown": flag(
        "FUNCTIONALITY",
        "Constructors and layers that are old, or not invented yet.",
        "A chat is ended by a newer or an older client.",
    ),
}


def kinds():
    kind = Behaviour("hostile", NOTES)
    for module in (conversations_hostile_packets, conversations_hostile_replays, conversations_hostile_keys):
        module.add(kind)
    return [kind]
