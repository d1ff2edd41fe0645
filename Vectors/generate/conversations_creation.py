"""Conversations about how a chat begins: CLS-4, CLS-5, and GRP, KEX and KEY as far as they are seen from outside."""

import primes
from conversation_story import CLOSED, ROLES, Behaviour, Talk, inbound, own_action, query, text
from reference import Refused, check_group, decode_public_value, encode
from vectorfile import flag

NOTES = {
    "Begin": flag("BASIC", "A chat begins as it should.", "No chat begins."),
    "Group": flag(
        "WEAK_PARAMETERS",
        "The server names a prime or a generator that is not good.",
        "The server reads the chat.",
    ),
    "OtherGroup": flag(
        "FUNCTIONALITY",
        "The server names another good group than usual.",
        "Chats break on the day on which the server changes its prime.",
    ),
    "Value": flag(
        "WEAK_PARAMETERS",
        "The public value of the peer is not one, or is outside of the range.",
        "The key is one that everybody knows.",
    ),
    "Encoding": flag(
        "EDGE_CASE",
        "A public value in an unusual encoding.",
        "One chat in 256 breaks, or a value has two forms.",
    ),
    "Fingerprint": flag(
        "MISSING_STEP",
        "The fingerprint that the server hands over is not that of the key.",
        "The two sides have different keys and do not know it.",
    ),
    "Again": flag(
        "MISSING_STEP",
        "A step of the creation comes again, or at another time.",
        "The server exchanges the key of a chat that has begun.",
    ),
    "Early": flag(
        "FUNCTIONALITY",
        "Packets come before there is a key.",
        "The first messages of a chat are lost.",
    ),
    "Random": flag(
        "MISSING_STEP",
        "The server's randomness has a length or a content that helps nobody.",
        "The server knows the exponent, or no chat begins.",
    ),
}
BUILT_IN = primes.BUILT_IN
CREATE = {"user_id": 42, "user_access_hash": "77", "chat_id": 1001}
GETS, REQUESTS, ACCEPTS = query("getDhConfig"), query("requestEncryption"), query("acceptEncryption")
NOTIFIES = own_action("NotifyLayer", {"layer": 144})


def begun(role, *held, **fields):
    """A chat up to its question for the group, or to what is held."""
    t = Talk(role, "nothing")
    t.hold(*held)
    left = [GETS] if "getDhConfig" in held else [GETS, REQUESTS if role == "creator" else ACCEPTS]
    if role == "creator":
        return t.command("create_chat", left, **CREATE)
    return t.update("requested", left, chat="waiting", **fields)


def requesting():
    """A creator that waits for the peer."""
    return begun("creator")


def good(kind):
    for role in ROLES:
        t = begun(role, "getDhConfig")
        if role == "creator":
            t.answer("getDhConfig", [REQUESTS]).update("encrypted", [NOTIFIES], chat="ready", key_hash=0)
        else:
            t.answer("getDhConfig", [ACCEPTS | {"key_fingerprint": "$fingerprint 0"}, NOTIFIES], chat="ready", key_hash=0)
        t.receive(text("hello"), shows=[inbound("hello")], chat="ready").say("hello yourself")
        kind.valid(f"begins-{role}", f"The {role} makes the key, and both sides have the same one.", ["Begin"],
                   ["GRP-5", "KEX-8", "KEY-2", "KEY-3", "CLS-4"], t)
        for name, random in (("none", ""), ("zeros", "00" * 256), ("ones", "ff" * 256)):
            t = begun(role, "getDhConfig")
            if role == "creator":
                t.answer("getDhConfig", [REQUESTS], answer={"kind": "dh_config", "random": random})
                t.update("encrypted", [NOTIFIES], chat="ready", key_hash=0)
            else:
                t.answer("getDhConfig", [ACCEPTS | {"key_fingerprint": "$fingerprint 0"}, NOTIFIES], chat="ready",
                         key_hash=0, answer={"kind": "dh_config", "random": random})
            if (role == "creator") == (name in ("none", "ones")):
                kind.valid(f"random-{name}",
                           "The key is that of the two values, whatever the server's randomness is.", ["Random"],
                           ["KEX-1"], t, ars=["ARS-20", "ARS-21"])


def groups(kind):
    bad = [
        ("g-1", BUILT_IN, 1), ("g-negative", BUILT_IN, -3),
        ("residue-2", BUILT_IN, 2), ("composite", BUILT_IN + 6, 4), 
        ("2047-bits", BUILT_IN >> 1 | 1, 4), ("not-safe", primes.UNSAFE_19_MOD_24, 4), ("half-prime", primes.HALF_PRIME, 4),
    ]
    for number, (name, p, g) in enumerate(bad):
        try:
            check_group(encode(p, max(1, (p.bit_length() + 7) // 8)), g)
            raise AssertionError(name)
        except Refused:
            pass
        refused(kind, ROLES[number % 2], name, p.to_bytes(max(1, (p.bit_length() + 7) // 8), "big"), g)
    refused(kind, "creator", "empty", b"", 3)
    refused(kind, "acceptor", "257-bytes", b"\x00" + encode(BUILT_IN), 3)
    for number, (name, p) in enumerate((("a", primes.SAFE_A), ("modp", primes.MODP_2048), ("b", primes.SAFE_B))):
        g = next(g for g in range(2, 8) if accepted(p, g))
        role = ROLES[number % 2]
        t = begun(role, "getDhConfig", "acceptEncryption")
        t.answer("getDhConfig", [REQUESTS if role == "creator" else ACCEPTS], chat="waiting",
                 answer={"kind": "dh_config", "p": encode(p).hex(), "g": g, "version": 9})
        kind.valid(f"group-{name}", "Another safe prime is as good as the usual one.", ["OtherGroup"],
                   ["GRP-4", "GRP-6", "GRP-7"], t)


def accepted(p, g):
    try:
        check_group(encode(p), g)
        return True
    except Refused:
        return False


CLAUSES = {
    "empty": "GRP-1", "257-bytes": "GRP-1", "g-1": "GRP-3", "g-negative": "GRP-3", "residue-2": "GRP-4",
    "composite": "GRP-6", "not-safe": "GRP-6", "half-prime": "GRP-7",
}


def refused(kind, role, name, prime, g):
    clause = CLAUSES.get(name, "GRP-2")
    t = begun(role, "getDhConfig")
    t.answer("getDhConfig", "any", [CLOSED], "closed", {"kind": "dh_config", "p": prime.hex(), "g": g},
             never=["requestEncryption", "acceptEncryption"])
    kind.invalid(f"group-{name}-{role}", "A bad group ends the chat before a value is made in it.",
                 ["Group"], [clause], t, ars=["ARS-23"])


LOWEST, HIGHEST = 2**1984, BUILT_IN - 2**1984
VALUES = [
    ("empty", b"", False), ("0", b"\x00", False), ("1", b"\x01", False), ("2", b"\x02", False),
    ("p-minus-1", encode(BUILT_IN - 1), False), ("p", encode(BUILT_IN), False),
    ("below", encode(LOWEST - 1), False), ("lowest", encode(LOWEST), True),
    ("lowest-short", LOWEST.to_bytes(249, "big"), True), ("highest", encode(HIGHEST), True),
    ("above", encode(HIGHEST + 1), False), ("257-bytes", bytes(1) + encode(LOWEST), False),
]


def values(kind):
    for name, value, fair in VALUES:
        try:
            decode_public_value(value, BUILT_IN)
            assert fair, name
        except Refused:
            assert not fair, name
        flags = ["Encoding"] if name in ("empty", "257-bytes", "lowest-short") else ["Value"]
        clause = "KEX-4" if flags == ["Encoding"] else "KEX-5"
        if fair:
            t = begun("acceptor", "acceptEncryption", g_a=value.hex())
            kind.valid(f"value-{name}-requested", "A value in the range is good, however it is encoded.",
                       flags, [clause], t, ars=["ARS-23"])
            continue
        t = Talk("acceptor", "nothing")
        t.update("requested", "any", [CLOSED], chat="closed", g_a=value.hex(),
                 never=["acceptEncryption"])
        kind.invalid(f"value-{name}-requested", "The acceptor ends the chat on a bad value of the creator.",
                     flags, [clause], t, ars=["ARS-23"])
        t = requesting().update("encrypted", "any", [CLOSED], chat="closed", g_a_or_b=value.hex(), key_fingerprint="1",
                                never=["send"])
        kind.invalid(f"value-{name}-accepted", "The creator ends the chat on a bad value of the acceptor.",
                     flags, [clause], t, ars=["ARS-23"])


def fingerprints(kind):
    for name, value in (("one-bit", "$wrong_fingerprint 0"), ("zero", "0")):
        t = requesting().update("encrypted", "any", [CLOSED], chat="closed", key_fingerprint=value, never=["send"])
        kind.invalid(f"fingerprint-{name}-creator", "The creator ends the chat on a fingerprint of another key.",
                     ["Fingerprint"], ["KEY-2", "CLS-1"], t)
    t = requesting().update("encrypted", "any", [CLOSED], chat="closed", g_a_or_b="$own_value", key_fingerprint="5",
                            never=["send"])
    kind.invalid("own-value-back", "The creator's own value does not come back as that of the acceptor.",
                 ["Value"], ["RKY-8"], t, ars=["ARS-27"])
    t = requesting().update("encrypted", "any", [CLOSED], chat="closed", g_a_or_b="$peer_public 1", never=["send"])
    kind.invalid("another-value", "A value that does not belong to the fingerprint ends the chat.",
                 ["Fingerprint"], ["KEY-2"], t)
    t = begun("acceptor", "acceptEncryption")
    t.answer("acceptEncryption", "any", [CLOSED], "closed",
             {"kind": "chat", "chat": "encrypted", "key_fingerprint": "$wrong_fingerprint 0"})
    kind.invalid("fingerprint-acceptor", "The acceptor ends the chat if the server confirms another key.",
                 ["Fingerprint"], ["KEY-2", "CLS-1"], t)


def again(kind):
    t = requesting().update("encrypted", [NOTIFIES], chat="ready")
    t.update("encrypted", unchanged=True)
    t.receive(text("hello"), shows=[inbound("hello")], chat="ready")
    kind.invalid("accepted-twice", "That the chat was accepted is heard once.", ["Again"], ["CLS-4"], t)
    t = requesting().update("encrypted", [NOTIFIES], chat="ready")
    t.update("encrypted", unchanged=True, g_a_or_b="$peer_public 1", key_fingerprint="5")
    t.receive(text("hello"), shows=[inbound("hello")], chat="ready", key_hash=0)
    kind.invalid("accepted-with-another-value", "A second value of the acceptor changes nothing.",
                 ["Again"], ["CLS-4", "KEY-4"], t, ars=["ARS-27"])
    t = Talk("acceptor")
    t.update("requested", unchanged=True, g_a="$peer_public 1")
    t.alive()
    kind.invalid("requested-with-another-value", "A second value of the creator changes nothing.",
                 ["Again"], ["CLS-4", "KEY-4"], t)
    role = "acceptor"
    t = begun("creator", "requestEncryption")
    t.update("waiting", asks=[], chat="waiting").hold("acceptEncryption")
    t.update("encrypted", [NOTIFIES], chat="ready")
    kind.valid("waiting-comes-twice", "That the server took the request may be said twice.", ["Begin"], ["CLS-4"], t)


def stale(kind):
    t = Talk("creator")
    t.update("encrypted", unchanged=True, g_a_or_b="01", key_fingerprint="5")
    t.alive()
    kind.invalid("accepted-with-a-bad-value", "A bad value at the wrong time does not end the chat.", ["Again"],
                 ["CLS-4"], t)
    t = Talk("acceptor")
    t.update("requested", unchanged=True)
    t.alive()
    kind.invalid("requested-twice", "A chat that has begun is not requested again.", ["Again"], ["CLS-4"], t)


def verdicts(kind):
    """GRP-9: a second chat, after a good group with the version 3."""
    def second(answer, *outcome, **more):
        t = requesting().command("close", "any", [CLOSED]).hold("getDhConfig")
        return t.command("create_chat", [GETS], **CREATE).answer("getDhConfig", *outcome, answer=answer, **more)

    other = {"p": encode(primes.SAFE_B).hex(), "g": next(g for g in range(2, 8) if accepted(primes.SAFE_B, g))}
    for name, answer, comment in (
        ("same", {"kind": "dh_config"}, "The same group is good for a second chat."),
        ("another", {"kind": "dh_config", "version": 9}, "The same group may come under another version."),
        ("other", {"kind": "dh_config"} | other, "Another good group may come under the same version."),
    ):
        kind.valid(f"version-{name}", comment, ["OtherGroup"], ["GRP-9"], second(answer, [REQUESTS], chat="waiting"))
    for name, p, g in (
        ("composite", BUILT_IN + 6, 4), ("not-safe", primes.UNSAFE_19_MOD_24, 4), ("half-prime", primes.HALF_PRIME, 4),
        ("generator", BUILT_IN, 1), ("residue", BUILT_IN, 2),
    ):
        assert not accepted(p, g), name
        t = second({"kind": "dh_config", "p": encode(p).hex(), "g": g}, "any", [CLOSED], "closed", never=["requestEncryption"])
        kind.invalid(f"version-{name}", "A bad group under the version of a good one ends the chat.", ["Group"],
                     ["GRP-9"], t, ars=["ARS-23"])


def early(kind):
    t = begun("acceptor", "acceptEncryption")
    t.early(text("early"))
    t.answer("acceptEncryption", "any", [inbound("early")], chat="ready")
    kind.valid("early-acceptor", "What comes before the confirmation is kept and shown then.",
               ["Early"], ["CLS-5"], t)
    t = requesting()
    t.early(text("early"))
    t.update("encrypted", "any", [inbound("early")], chat="ready")
    kind.valid("early-creator", "What comes before the key is kept and shown then.", ["Early"], ["CLS-5"], t)
    t = requesting()
    t.early(text("early")).restart()
    t.update("encrypted", "any", [inbound("early")], chat="ready")
    kind.valid("early-and-restart", "What came early is kept over a restart.", ["Early"], ["CLS-5"], t)
    t = begun("acceptor", "acceptEncryption")
    t.storm(64, text("early"), shows=[], acknowledges=0)
    t.answer("acceptEncryption", "any", [inbound("early")] * 64, chat="ready")
    kind.valid("early-64", "64 packets are kept before there is a key.", ["Early"], ["CLS-5"], t)
    t = requesting()
    t.garbage("00" * 64, unchanged=True).garbage("", unchanged=True).garbage("ff" * 200, unchanged=True)
    t.update("encrypted", [NOTIFIES], [], chat="ready")
    kind.invalid("early-garbage", "Garbage before there is a key harms nobody.", ["Early"], ["CLS-3", "CLS-5"], t)


def bad_early(kind):
    t = begun("acceptor", "acceptEncryption")
    t.garbage("00" * 64, unchanged=True).garbage("$fingerprint" + "00" * 64, unchanged=True)
    t.answer("acceptEncryption", [NOTIFIES], chat="ready")
    kind.invalid("early-garbage-acceptor", "Garbage before the confirmation harms nobody.", ["Early"],
                 ["CLS-3", "CLS-5"], t)
    t = requesting().early(text("early"))
    t.step("receive", {"message": text("another", "7"), "place": 0, "acknowledges": 0}, chat="waiting")
    t.update("encrypted", "any", [inbound("early")], chat="ready")
    kind.invalid("early-twice", "Of two early packets for one place the first one is shown.", ["Early"],
                 ["CLS-5", "GAP-1"], t)
    t = begun("acceptor", "acceptEncryption")
    t.step("receive", {"message": text("wrong", "7"), "out_seq_no": 0, "acknowledges": 0}, chat="waiting")
    t.answer("acceptEncryption", "any", [CLOSED], chat="closed").over()
    kind.invalid("early-parity", "An early packet that breaks the rules closes the chat when it is opened.",
                 ["Early"], ["CLS-5", "SEQ-1"], t)
    t = requesting()
    t.storm(100, text("early"), shows=[], acknowledges=0)
    t.update("encrypted", "any", "any", chat="ready")
    kind.invalid("early-100", "A hundred early packets do not keep the chat from beginning.", ["Early"], ["CLS-5"], t)


def kinds():
    kind = Behaviour("creation", NOTES)
    for chapter in (good, groups, values, fingerprints, again, stale, verdicts, early, bad_early):
        chapter(kind)
    return [kind]
