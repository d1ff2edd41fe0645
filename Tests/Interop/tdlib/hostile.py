"""A server that alters, forges, replays and lies. The engine has to survive; what TDLib does is seen as well."""
import os

import cipher
from client import Half
from schema import number
from stage import Chat

REJECTED = "1 packets were rejected"
NOOP = {"_": "decryptedMessageService", "random_id": 1, "action": {"_": "decryptedMessageActionNoop"}}


class Scenario(Chat):
    """The first chat meets everything that the engine survives; each of the others ends in one lie."""
    STEPS = ("tamper", "replay", "inject", "lie")

    def run(self):
        self.play_noise()
        self.play_tampered_for_tdlib()
        self.play_false_fingerprint()
        self.play_foreign_value()
        self.play_bad_values()
        self.play_bad_group()

    def closes(self, reason):
        """The engine has to give the chat up before it becomes active, and so has TDLib."""
        closed = self.engine_says("closed")
        self.score.expect(closed["reason"].startswith(reason), "the engine gives the reason %s and not %s" % (
            reason, closed["reason"]))
        self.never_active()
        self.score.equal(self.engine.told("new_key"), [], "keys that the engine has shown")
        self.finish_early()

    def finish_early(self):
        """TDLib may have had the chat for a moment, and have announced its layer: that came too late."""
        self.engine.do("state")         # after everything that has arrived
        self.warnings = [REJECTED] if self.engine.told("log") else []
        self.finish(closes=False)
        self.warnings = []

    # ---- packets for the engine
    def inject(self, packet):
        """A packet of the server's own, by the same way as the real ones; returns the warnings of the engine."""
        since = self.engine.mark()
        self.engine.do("incoming", bytes=packet.hex(), date=self.engine.clock)
        return [e["text"] for e in self.engine.told("log", since)]

    def forgeries(self):
        """What the server may make of a packet that TDLib has just sent, and of one of the engine: name, bytes."""
        packet, own = self.wire.sent("tdlib")[-1].raw, self.wire.sent("engine")[-1].raw
        for place, name in ((0, "the fingerprint"), (8, "the message key"), (24, "the first block"),
                            (60, "a block within"), (len(packet) - 1, "the last block")):
            altered = bytearray(packet)
            altered[place] ^= 0x10
            yield "one bit of " + name, bytes(altered)
        for size in (0, 7, 8, 23, 24, 25, 39, len(packet) - 16, len(packet) - 1):
            yield "the first %d bytes" % size, packet[:size]
        yield "another block behind", packet + os.urandom(16)
        yield "two blocks exchanged", packet[:24] + packet[40:56] + packet[24:40] + packet[56:]
        yield "the engine's own packet", own
        yield "noise", os.urandom(len(packet))
        yield "noise under the right fingerprint", packet[:8] + os.urandom(len(packet) - 8)
        yield "a megabyte of noise", packet[:8] + os.urandom(1 << 20)
        secret = self.engine.secrets()[self.engine.key]
        content = self.wire.codec.encode({
            "_": "decryptedMessageLayer", "random_bytes": bytes(31), "layer": 144, "in_seq_no": 0, "out_seq_no": 0,
            "message": NOOP})
        wrong = 8 if self.wire.by_creator[True] == "tdlib" else 0
        yield "the other side's place in the key", cipher.fingerprint(secret) + cipher.seal(
            secret, wrong, number(len(content)) + content)
        other = os.urandom(256)
        yield "another key", self.wire.sealed("tdlib", other, content)
        yield "another key under the right fingerprint", cipher.fingerprint(secret) + self.wire.sealed(
            "tdlib", other, content)[8:]

    def play_noise(self):
        """None of it changes anything: the chat goes on as if it had not come."""
        self.prepare()
        self.open()
        for text in ("one", "two", "three"):
            self.say("tdlib", text), self.say("engine", text)
        before = self.stand()
        for name, packet in self.forgeries():
            found = self.score.step("inject", lambda: self.inject(packet)) or []
            self.score.equal(found, [REJECTED], "what the engine says of %s" % name)
            self.warnings.append(REJECTED)
            self.score.equal(self.stand(), before, "the engine after " + name)
        for packet in self.wire.sent("tdlib"):          # everything that TDLib ever sent, once more
            found = self.score.step("replay", lambda: self.inject(packet.raw)) or []
            self.warnings += found
            self.score.equal(self.stand(), before, "the engine after a replay")
        self.score.equal(self.shown_at_engine(), ["one", "two", "three"], "what the engine shows")
        self.play_altered()
        self.play_replayed_to_tdlib()
        self.play_replayed_under_old_key()
        self.finish()
        self.warnings = []

    def stand(self):
        """What a packet that counts for nothing must not change."""
        state = self.engine.state
        return {key: state[key] for key in (
            "alive", "auth_state", "ttl", "layer", "seq", "pfs", "unacked_out", "pending_in")}

    def play_altered(self):
        """Real packets arrive damaged. The engine treats them as lost, and asks for them."""
        def flip(packet, message):
            if packet.by != "tdlib" or packet.is_repeat or packet.text not in ("four", "five"):
                return message
            content = bytearray(message["bytes"])
            content[-1] ^= 1
            return {**message, "bytes": bytes(content)}

        since = self.wire.mark()
        self.score.step("tamper", lambda: setattr(self.wire, "alters", flip))
        for text in ("four", "five"):
            self.say("tdlib", text, waits=False)
        self.wire.alters = lambda packet, message: message
        for text in ("six", "seven"):
            self.say("tdlib", text), self.say("engine", text)
        self.score.equal(self.shown_at_engine(), "one two three four five six seven".split(), "what the engine shows")
        asked = self.wire.sent("engine", "Resend", since)
        self.score.expect(asked, "the engine asks for what arrived damaged")
        self.warnings += [REJECTED] * 2
        self.wire.judge()

    def play_replayed_to_tdlib(self):
        """TDLib ignores replays, too, and packets under a key that it does not know."""
        count, packets = len(self.half.arrivals()), self.wire.sent("engine")
        for packet in packets:
            self.score.step("replay", lambda: self.wire.deliver("engine", packet.raw))
        self.wire.deliver("engine", bytes(8) + packets[-1].raw[8:])
        self.say("engine", "after the replays")
        self.say("tdlib", "after the replays, too")
        self.score.equal(len(self.half.arrivals()), count + 1, "how many messages TDLib has shown")
        self.score.equal(self.half.state, "Ready", "the state of TDLib's chat")

    def play_replayed_under_old_key(self):
        """After the key was replaced, and the old one erased, nothing opens what was made with it."""
        old = self.engine.key
        self.engine.wish("request_new_key")
        self.score.until("another key", lambda: self.engine.is_settled() and self.engine.key != old, self.talk)
        self.talk()
        before, shown = self.stand(), self.shown_at_engine()
        for packet in [p for p in self.wire.sent() if p.key == old]:
            found = self.score.step("replay", lambda: self.inject(packet.raw)) or []
            self.score.equal(found, [REJECTED], "what the engine says of a packet under the old key")
            self.warnings.append(REJECTED)
        self.score.equal((self.stand(), self.shown_at_engine()), (before, shown), "the engine after that")
        self.wire.judge()

    def talk(self):
        self.say("engine", "on and on")
        self.say("tdlib", "and on")

    def play_tampered_for_tdlib(self):
        """One bit in a packet for TDLib: it closes the chat, and the engine hears that."""
        self.prepare()
        self.open()
        self.say("engine", "whole")
        raw = bytearray(self.wire.sent("engine")[-1].raw)
        raw[-1] ^= 1
        self.score.step("tamper", lambda: self.wire.deliver("engine", bytes(raw)))
        self.score.comes("the end at TDLib", lambda: self.half.becomes("Closed"))
        closed = self.engine_says("closed")
        self.score.equal(closed["reason"], "peer", "the reason that the engine gives")
        self.score.equal(self.half.texts(), ["whole"], "what TDLib shows")
        self.finish(closes=False)

    # ---- lies while the chat begins
    def lie(self, method, field, change):
        """One field of a call is changed before anybody reads it."""
        def tell(device, request):
            if request["_"] == method:
                request[field] = change(request[field])
        self.server.before_call = self.score.step("lie", lambda: tell)

    def play_false_fingerprint(self):
        """The creator is told another fingerprint of the key: it gives up, and so the acceptor, which had the chat."""
        self.prepare()
        self.lie("messages.acceptEncryption", "key_fingerprint", lambda v: v ^ 1)
        self.half = Half(self.client, self.begin())
        self.refused_by_creator()

    def play_foreign_value(self):
        """The server puts a value of its own in the place of either public value."""
        for method, field in (("messages.acceptEncryption", "g_b"), ("messages.requestEncryption", "g_a")):
            self.prepare()
            self.lie(method, field, lambda v: cipher.half_key()[1])
            self.half = Half(self.client, self.begin())
            self.refused_by_creator()

    def refused_by_creator(self):
        self.score.comes("the end at TDLib", lambda: self.half.becomes("Closed"))
        closed = self.engine_says("closed")
        self.server.before_call = None
        if self.role == "creator":
            self.never_active()
            self.score.equal(self.engine.told("new_key"), [], "keys that the engine has shown")
            self.score.equal(closed["reason"], "fingerprintMismatch", "the reason that the engine gives")
        self.score.equal(self.engine.told("inbound_message"), [], "what the engine shows")
        self.finish_early()

    def play_bad_values(self):
        """Public values that would give the key away, in chats that begin at the same time. Both sides refuse them."""
        prime, given = cipher.PRIME, {}
        values = [0, 1, prime - 1, prime, prime + 2, 1 << (2048 - 65), prime - (1 << (2048 - 65))]

        def tell(device, request):
            if self.role == "acceptor" and request["_"] == "messages.requestEncryption":
                field, identifier = "g_a", request["random_id"]
            elif self.role == "creator" and request["_"] == "messages.acceptEncryption":
                field, identifier = "g_b", request["peer"]["chat_id"]
            else:
                return
            request[field] = given.setdefault(identifier, values[len(given)]).to_bytes(256, "big")

        self.server.before_call = self.score.step("lie", lambda: tell)
        begun = []
        for _ in values:
            self.prepare()
            begun.append((self.engine, self.begin()))
        for self.engine, identifier in begun:
            self.half = Half(self.client, identifier)
            self.score.comes("the end at TDLib", lambda: self.half.becomes("Closed"))
            self.closes("badPublicValue")
        self.server.before_call = None
        self.score.equal(len(given), len(values), "how many values were given")

    def play_bad_group(self):
        """The engine, which has no group yet, is given one that is not safe."""
        prime = cipher.PRIME
        for name, group in (("an even number", {"p": prime - 1}), ("no prime", {"p": prime - 2}),
                            ("a short prime", {"p": (1 << 61) - 1}), ("a generator of everything", {"g": 5}),
                            ("no generator", {"g": 1}), ("a power of two", {"p": 1 << 2047})):
            def tell(device, request):
                if request["_"] == "messages.getDhConfig" and device is self.engine.device:
                    size = 256 if group.get("p", prime) > 1 << 64 else 8
                    return {"_": "messages.dhConfig", "g": group.get("g", cipher.GENERATOR),
                            "p": group.get("p", prime).to_bytes(size, "big"), "version": 9, "random": os.urandom(256)}

            self.prepare()
            self.server.before_call = self.score.step("lie", lambda: tell)
            identifier = self.begin()
            self.closes("badGroup")
            self.server.before_call = None
            if self.role == "acceptor":
                self.half = Half(self.client, identifier)
                self.score.comes("the end at TDLib after %s" % name, lambda: self.half.becomes("Closed"))
