"""Attacks on the exchange of a new key."""

from conversation_keys import GREATEST, KeyTalk
from conversation_story import CLOSED, DISCARD, ROLES, accept_key, own_action, request_key, service
from conversations_creation import VALUES


def values(kind):
    """KEX-4 and KEX-5, as RKY-8 has them."""
    for number, (name, value, fair) in enumerate(VALUES):
        role = ROLES[number % 2]
        data = {"_bytes": value.hex()}
        request = service("RequestKey", exchange_id="100", g_a=data)
        t = KeyTalk(role)
        if fair:
            if name == "lowest-short":
                t.receive(request, asks=[own_action("AcceptKey", {"exchange_id": "100"})], chat="ready")
                kind.valid("request-key-lowest", "RequestKey may bear the lowest value in its shortest form.",
                           ["Value"],
                           ["KEX-4", "KEX-5", "RKY-8"], t, ars=["ARS-23"])
            continue
        clause = "KEX-4" if name in ("empty", "257-bytes") else "KEX-5"
        t.over()
        t.step("receive", {"message": request | {"random_id": "71"}}, [DISCARD], [CLOSED], chat="closed")
        kind.invalid(f"request-key-{name}", "RequestKey with a bad value closes the chat.",
                     ["Value"], [clause, "RKY-8"], t, ars=["ARS-23"])
        t = KeyTalk(role).wants().over()
        accept = service("AcceptKey", "71", exchange_id="$exchange", g_b=data, key_fingerprint="5")
        t.step("receive", {"message": accept}, [DISCARD], [CLOSED], chat="closed")
        kind.invalid(f"accept-key-{name}", "AcceptKey with a bad value closes the chat.",
                     ["Value"], [clause, "RKY-8"], t, ars=["ARS-23"])


def reflected(kind):
    def closes(t, message):
        return t.over().step("receive", {"message": message | {"random_id": "71"}}, [DISCARD], [CLOSED], chat="closed")

    t = closes(KeyTalk().wants(), request_key(GREATEST, "$own_value"))
    kind.invalid("own-value-in-request-key", "Our own value does not come back in a RequestKey.",
                 ["Reflected"], ["RKY-8"], t, ars=["ARS-27"])
    t = closes(KeyTalk("acceptor").wants(), accept_key(value="$own_value", fingerprint="5"))
    kind.invalid("own-value-in-accept-key", "Our own value does not come back in an AcceptKey.",
                 ["Reflected"], ["RKY-8"], t, ars=["ARS-27"])
    t = closes(KeyTalk("acceptor"), request_key(100, "$own_public 0"))
    kind.invalid("first-own-value", "Our value of the first exchange does not come back in a RequestKey.",
                 ["Reflected"], ["RKY-8"], t,
                 ars=["ARS-27"])
    t = closes(KeyTalk(), request_key(100, "$peer_public 0"))
    kind.invalid("first-value-of-the-peer", "The peer's value of the first exchange is not used twice.",
                 ["Reflected"], ["RKY-8"], t,
                 ars=["ARS-27"])
    t = closes(KeyTalk().wants(), accept_key(value="$peer_public 0", fingerprint="5"))
    kind.invalid("first-value-in-accept-key", "The peer's first value does not come again in an AcceptKey.",
                 ["Reflected"], ["RKY-8"], t,
                 ars=["ARS-27"])
    t = closes(KeyTalk("acceptor").replaced_by_peer().noop(), request_key(200, "$peer_public 1"))
    kind.invalid("value-of-a-former-key", "A value of the present key is not used for the next one.",
                 ["Reflected"], ["RKY-8"], t,
                 ars=["ARS-27"])


def add(kind):
    values(kind)
    reflected(kind)
