"""Vectors of the chapter RKY: what one side does about the key of its chat."""

from rekeying_made import by_chance, from_table, recorded
from rekeying_told import told
from vectorfile import Kind, flag

NOTES = {
    "Uses": flag(
        "BASIC",
        "The key was used for as many messages as it may be, or for one less.",
        "A key is kept too long, or both sides ask at once.",
    ),
    "Age": flag(
        "MISSING_STEP",
        "The key is a week old, or nearly so, by clocks that are started anew or set.",
        "A key is kept for ever by whoever opens the chat once a week.",
    ),
    "Waiting": flag(
        "FUNCTIONALITY",
        "Something has to wait: for room, for a hole to be filled, for an exchange to end.",
        "The reference client closes the chat.",
    ),
    "Crossing": flag(
        "EDGE_CASE",
        "Two requests cross, with ids at the bounds of signed numbers.",
        "The two sides disagree on who won, and have different keys.",
    ),
    "Stray": flag(
        "MISSING_STEP",
        "A key action comes at another time, or names another exchange.",
        "A chat is closed or changes its key because of a message that is late.",
    ),
    "Credit": flag(
        "MISSING_STEP",
        "The peer asks for more keys than it may.",
        "Every message of the peer costs two powers.",
    ),
    "GiveUp": flag(
        "EDGE_CASE",
        "The peer has acknowledged a request and does not answer it.",
        "A request stays open for ever, or is aborted while the answer is on its way.",
    ),
    "Long": flag(
        "EDGE_CASE",
        "An exchange is open for a day or 50 messages.",
        "Nobody learns that the key is not replaced any more.",
    ),
    "OldKey": flag(
        "MISSING_STEP",
        "The old key may still be needed, or not any more.",
        "A message that comes late is lost, or a key that should be gone opens it.",
    ),
    "Refused": flag(
        "FUNCTIONALITY",
        "The server refuses a message of an exchange.",
        "A key is forgotten that the peer has, and what it says cannot be read.",
    ),
    "Restart": flag(
        "FUNCTIONALITY",
        "The machine is started anew in between.",
        "What was begun is forgotten, or done twice.",
    ),
    "Table": flag(
        "BASIC",
        "A row of the table under RKY-14.",
        "The exchange does not come to an end.",
    ),
    "Recorded": flag(
        "FUNCTIONALITY",
        "A forged case of the reference client whose beginning was not recorded.",
        "A chat with the reference client is closed, or has two keys.",
    ),
    "Chance": flag(
        "FUNCTIONALITY",
        "Events that look like chance.",
        "Whatever was forgotten in the other tests.",
    ),
}


def kinds():
    kind = Kind("rekeying", NOTES)
    kind.group()

    def add(name, comment, flags, spec, story):
        kind.add(name, comment, spec, flags=flags, **story.fields())

    from_table(add)
    recorded(add)
    told(add)
    by_chance(add)
    return [kind]
