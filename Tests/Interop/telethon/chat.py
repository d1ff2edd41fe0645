"""A chat between the endpoint and the peer, and what must be true of every packet in it."""
import asyncio
import inspect

from telethon.extensions import BinaryReader

from courier import CHAT, ENGINE, PEER, Courier
from endpoint import Endpoint
from host import Host
from peer import Peer
from score import Failed

ROLES = ("acceptor", "creator")     # of the engine
LAYER, LAYER_OF_PEER = 144, 101
MOST_PACKETS = 97                   # after three more, the peer begins to exchange keys by itself


class Chat:
    def __init__(self, score, role, argv):
        self.score, self.is_creator = score, role == "creator"
        self.host = Host(asyncio.get_running_loop())
        self.peer = Peer(self.host)
        self.engine = Endpoint(argv)
        self.courier = Courier(self.engine, self.host)
        self._last_name = 7000

    async def open(self):
        """Makes the chat; either side begins."""
        if self.is_creator:
            self.peer.chat_id = CHAT
            await self.wish("create_chat", user_id=PEER, chat_id=CHAT)
        else:
            await self.peer.create(ENGINE)
        await self.courier.settle()
        if not self.peer.has_chat() or self.engine.state.get("auth_state") != "Ready":
            raise Failed("there is no chat")

    # ---- doing things
    async def step(self, name, action):
        """Carries an action out, and everything that follows from it; unless it is left out to see who misses it."""
        if name == self.score.left_out:
            return None
        result = action()
        if inspect.isawaitable(result):
            result = await result
        await self.courier.settle()
        return result

    async def wish(self, cmd, **fields):
        """A wish of the engine's user, and everything that follows from it; its events."""
        events = self.courier.tell(cmd, **fields)
        refused = [e for e in events if e["ev"] == "promise" and not e["ok"]]
        if refused:
            raise Failed("the engine does not promise %s: %s" % (cmd, refused[0]["error"]))
        await self.courier.settle()
        return events

    def new_name(self):
        """A random_id for a message of the engine."""
        self._last_name += 1
        return str(self._last_name)

    def mark(self):
        """Where both sides stand now, to ask later what has come since."""
        return Mark(self)

    def wrapper(self, packet):
        """What is in a packet, as the library reads it; the engine says what is in its own, and opens the peer's."""
        if packet.opened is None:
            packet.opened = self.engine.open(packet.raw, self.engine.keys())
        return BinaryReader(bytes.fromhex(packet.opened["tl"])).tgread_object()

    # ---- what must be true at the end
    def judge(self, warnings=()):
        """Both sides have counted the same, and every packet is what the protocol wants at its place."""
        equal = self.score.equal
        by = {user: [p for p in self.courier.packets if p.by == user] for user in (ENGINE, PEER)}
        self.score.expect(len(self.courier.packets) <= MOST_PACKETS, "a chat has at most %d packets" % MOST_PACKETS)
        if not self.courier.is_closed:
            equal((self.peer.chat.in_seq_no, self.peer.chat.out_seq_no), (len(by[ENGINE]), len(by[PEER])),
                  "what the peer has counted in and out")
            equal(self.peer.chat.mtproto, 2, "the peer's version of MTProto")
            seq = self.engine.state["seq"]
            equal((seq["my_in"], seq["my_out"]), (len(by[PEER]), len(by[ENGINE])),
                  "what the engine has counted in and out")
            equal(self.engine.state["pending_in"], [], "what waits at the engine")
        for user, is_creator in ((ENGINE, self.is_creator), (PEER, not self.is_creator)):
            highest = (0, 0)        # in_seq_no and layer, which never fall
            for number, packet in enumerate(by[user]):
                highest = self._judge(packet, number, is_creator, *highest)
        equal([e["text"] for e in self.engine.told("log")], list(warnings), "warnings of the engine")

    def _judge(self, packet, number, is_creator, in_seq_no, layer):
        """One check for each packet."""
        is_engine, wrapper = packet.by == ENGINE, self.wrapper(packet)
        opened, inner = packet.opened, wrapper.message
        announced = getattr(getattr(inner, "action", None), "layer", None)
        demands = {
            "version and x": (opened["mtproto"], opened["x"]) == (2, 0 if is_creator else 8),
            "12 to 1024 bytes of padding": 12 <= opened["padding"] <= 1024,
            "a wrapper with 15 random bytes or more": len(wrapper.random_bytes) >= 15,
            "out_seq_no": wrapper.out_seq_no == 2 * number + is_creator,
            "in_seq_no": wrapper.in_seq_no % 2 == (not is_creator) and wrapper.in_seq_no >= in_seq_no,
            "a layer that both read": wrapper.layer in ((73, LAYER_OF_PEER) if is_engine else (LAYER_OF_PEER,)),
            "a layer that does not fall": wrapper.layer >= layer,
            # The peer takes another one for each request.
            "the random_id of the request": not is_engine or str(inner.random_id) == packet.name,
            "NotifyLayer first": number > 0 or announced == (LAYER if is_engine else LAYER_OF_PEER)}
        missing = [demand for demand, holds in demands.items() if not holds]
        who = "the engine" if is_engine else "the peer"
        self.score.equal(missing, [], "what packet %d of %s lacks" % (number, who))
        return wrapper.in_seq_no, wrapper.layer

    def end(self):
        """The endpoint ends as it should, without a word on standard error."""
        self.score.equal(self.engine.end(), "", "what the endpoint printed on standard error")


class Mark:
    """What has come since a moment."""

    def __init__(self, chat):
        self._chat = chat
        self._events, self._received = len(chat.engine.events), len(chat.peer.received)
        self._packets, self._updates = len(chat.courier.packets), len(chat.host.updates)
        self._calls = len(chat.courier.calls)

    def told(self, ev):
        """Events of the engine."""
        return self._chat.engine.told(ev, self._events)

    def received(self):
        """Messages that the peer showed its user."""
        return self._chat.peer.received[self._received:]

    def actions(self, kind):
        """Actions of one kind that the peer showed its user."""
        return [m.action for m in self.received() if isinstance(getattr(m, "action", None), kind)]

    def packets(self, by):
        return [p for p in self._chat.courier.packets[self._packets:] if p.by == by]

    def updates(self, kind):
        """What the server told the peer's client."""
        return [u for u in self._chat.host.updates[self._updates:] if isinstance(u, kind)]

    def calls(self, by, method):
        return [c for user, name, c in self._chat.courier.calls[self._calls:] if (user, name) == (by, method)]
