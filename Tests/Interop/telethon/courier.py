"""The server between the two: it answers what either asks, and tells the other."""
import asyncio
import collections
import dataclasses
import os
import pathlib
import sys

from telethon import errors
from telethon.tl import types

from telethon.tl.types import messages as results
from telethon.tl.types import storage
from telethon.tl.types import upload as pieces

from score import Failed

sys.path.append(str(pathlib.Path(__file__).parents[3] / "Vectors/generate"))
from primes import BUILT_IN  # noqa: E402

ENGINE, PEER = 1001, 1002           # the users
HASHES = {ENGINE: 71, PEER: 72}     # the chat has another access hash for each of them
CHAT = 5
DH_VERSION = 3
DC = 2


@dataclasses.dataclass
class Packet:
    """A message as the server got it."""
    by: int
    raw: bytes
    name: str               # the random_id of the request
    opened: dict = None     # what the endpoint says to be in it


class Courier:
    """Nothing is told before `settle`: then everything on its way arrives, in order, until nothing is left."""

    def __init__(self, endpoint, host):
        self.endpoint, self.host = endpoint, host
        host.courier = self
        self.date = 1_700_000_000
        self.packets, self.is_closed = [], False
        self.calls = []                                 # every request, as (user, method, what is told of it)
        self._files, self._parts = {}, {}
        self._questions = collections.deque()           # of the endpoint
        self._for_engine = collections.deque()          # commands
        self._for_peer = collections.deque()            # updates

    # ---- the course of things
    def tell(self, cmd, **fields):
        """A command to the endpoint now; returns its events."""
        events = self.endpoint.command(cmd, **fields)
        self._questions += [e for e in events if e["ev"] == "net_query"]
        return events

    async def settle(self):
        while True:
            if self._questions:
                self._answer(self._questions.popleft())
            elif self._for_engine:
                self.tell(**self._for_engine.popleft())
            elif self._for_peer:
                await self.host.deliver(self._for_peer.popleft())
                await asyncio.sleep(0)      # the library calls its users' handlers in tasks of their own
            else:
                return

    def lose_requests(self):
        """What the endpoint has asked for last does not reach the server."""
        self._questions.clear()

    def _now(self):
        self.date += 1
        return self.date

    def _check_hash(self, user, access_hash):
        if int(access_hash) != HASHES[user]:
            raise Failed("user %d names the chat by the access hash %s" % (user, access_hash))

    # ---- what the endpoint asks
    def _answer(self, question):
        method = question["method"]
        self.calls.append((ENGINE, method, question))
        if "access_hash" in question and method != "upload.getFile":
            self._check_hash(ENGINE, question["access_hash"])
        answer = getattr(self, "_on_" + method.split(".")[1])(question)
        self.tell("net_result", qid=question["qid"], **answer)

    def _on_getDhConfig(self, question):
        return {"kind": "dh_config", "g": 3, "p": BUILT_IN.to_bytes(256, "big").hex(), "version": DH_VERSION,
                "random": os.urandom(question["random_length"]).hex()}

    def _on_requestEncryption(self, question):
        self._for_peer.append(types.UpdateEncryption(types.EncryptedChatRequested(
            id=CHAT, access_hash=HASHES[PEER], date=self._now(), admin_id=ENGINE, participant_id=PEER,
            g_a=bytes.fromhex(question["g_a"])), self.date))
        return {"kind": "chat", "chat": "waiting", "id": CHAT, "access_hash": HASHES[ENGINE], "date": self.date,
                "admin_id": ENGINE, "participant_id": PEER}

    def _on_acceptEncryption(self, question):
        self._for_peer.append(types.UpdateEncryption(types.EncryptedChat(
            id=CHAT, access_hash=HASHES[PEER], date=self._now(), admin_id=PEER, participant_id=ENGINE,
            g_a_or_b=bytes.fromhex(question["g_b"]), key_fingerprint=int(question["key_fingerprint"])), self.date))
        return {"kind": "chat", "chat": "encrypted", "id": CHAT, "access_hash": HASHES[ENGINE], "date": self.date,
                "admin_id": PEER, "participant_id": ENGINE, "g_a_or_b": "",
                "key_fingerprint": question["key_fingerprint"]}

    def _on_discardEncryption(self, question):
        self.is_closed = True
        self._for_peer.append(types.UpdateEncryption(types.EncryptedChatDiscarded(
            id=CHAT, history_deleted=question["delete_history"]), self._now()))
        return {"kind": "bool"}

    def _on_sendEncrypted(self, question):
        self._packet_of_engine(question)
        return {"kind": "sent", "date": self.date}

    def _on_sendEncryptedService(self, question):
        self._packet_of_engine(question)
        return {"kind": "sent", "date": self.date}

    def _on_sendEncryptedFile(self, question):
        file = self._keep(int(question["file"]["id"]), int(question["file"]["key_fingerprint"]))
        self._packet_of_engine(question, file)
        return {"kind": "sent_file", "date": self.date, "file": self._for_json(file)}

    def _on_setEncryptedTyping(self, question):
        if question["typing"]:      # the server does not say when somebody stops
            self._for_peer.append(types.UpdateEncryptedChatTyping(CHAT))
        return {"kind": "bool"}

    def _on_readEncryptedHistory(self, question):
        self._for_peer.append(types.UpdateEncryptedMessagesRead(CHAT, question["max_date"], self._now()))
        return {"kind": "bool"}

    def _on_saveFilePart(self, question):
        self._parts[int(question["file_id"]), question["file_part"]] = bytes.fromhex(question["bytes"])
        return {"kind": "bool"}

    def _on_getFile(self, question):
        start = question["offset"]
        return {"kind": "file",
                "bytes": self._files[int(question["id"])][start:start + question["limit"]].hex()}

    def _packet_of_engine(self, question, file=None):
        raw = bytes.fromhex(question["data"])
        self.packets.append(Packet(ENGINE, raw, question["random_id"], question.get("opened")))
        fields = {"random_id": int(question["random_id"]), "chat_id": CHAT, "date": self._now(), "bytes": raw}
        if question["method"].endswith("Service"):
            message = types.EncryptedMessageService(**fields)
        else:
            message = types.EncryptedMessage(**fields, file=file or types.EncryptedFileEmpty())
        self._for_peer.append(types.UpdateNewEncryptedMessage(message, len(self.packets)))

    # ---- what the peer asks
    async def serve(self, request):
        name = type(request).__name__.removesuffix("Request")
        self.calls.append((PEER, name, request))
        if getattr(request, "peer", None):
            self._check_hash(PEER, request.peer.access_hash)
        return getattr(self, "_serve_" + name)(request)

    def _serve_GetDhConfig(self, request):
        random = os.urandom(request.random_length)
        if request.version == DH_VERSION:
            return results.DhConfigNotModified(random)
        return results.DhConfig(g=3, p=BUILT_IN.to_bytes(256, "big"), version=DH_VERSION, random=random)

    def _serve_RequestEncryption(self, request):
        self._for_engine.append({
            "cmd": "update_chat", "kind": "requested", "id": CHAT, "access_hash": HASHES[ENGINE], "date": self._now(),
            "admin_id": PEER, "participant_id": ENGINE, "g_a": request.g_a.hex()})
        return types.EncryptedChatWaiting(id=CHAT, access_hash=HASHES[PEER], date=self.date, admin_id=PEER,
                                          participant_id=ENGINE)

    def _serve_AcceptEncryption(self, request):
        self._for_engine.append({
            "cmd": "update_chat", "kind": "encrypted", "id": CHAT, "access_hash": HASHES[ENGINE], "date": self._now(),
            "admin_id": ENGINE, "participant_id": PEER, "g_a_or_b": request.g_b.hex(),
            "key_fingerprint": str(request.key_fingerprint)})
        return types.EncryptedChat(id=CHAT, access_hash=HASHES[PEER], date=self.date, admin_id=ENGINE,
                                   participant_id=PEER, g_a_or_b=b"", key_fingerprint=request.key_fingerprint)

    def _serve_DiscardEncryption(self, request):
        if self.is_closed:
            raise errors.EncryptionAlreadyDeclinedError(request)
        self.is_closed = True
        self._for_engine.append({"cmd": "update_chat", "kind": "discarded", "id": CHAT,
                                 "history_deleted": bool(request.delete_history)})
        return True

    def _serve_SendEncrypted(self, request):
        self._packet_of_peer(request)
        return results.SentEncryptedMessage(self.date)

    _serve_SendEncryptedService = _serve_SendEncrypted

    def _serve_SendEncryptedFile(self, request):
        file = self._keep(request.file.id, request.file.key_fingerprint)
        self._packet_of_peer(request, file)
        return results.SentEncryptedFile(self.date, file)

    def _serve_SetEncryptedTyping(self, request):
        if request.typing:
            self._for_engine.append({"cmd": "peer_typing"})
        return True

    def _serve_ReadEncryptedHistory(self, request):
        self._for_engine.append({"cmd": "peer_read", "max_date": request.max_date, "date": self._now()})
        return True

    def _serve_SaveFilePart(self, request):
        self._parts[request.file_id, request.file_part] = bytes(request.bytes)
        return True

    def _serve_GetFile(self, request):
        content = self._files[request.location.id]
        return pieces.File(storage.FileUnknown(), self.date, content[request.offset:request.offset + request.limit])

    def _packet_of_peer(self, request, file=None):
        if self.is_closed:
            raise errors.EncryptionDeclinedError(request)
        raw = bytes(request.data)
        self.packets.append(Packet(PEER, raw, str(request.random_id)))
        command = {"cmd": "incoming", "bytes": raw.hex(), "date": self._now()}
        if file:
            command["file"] = self._for_json(file)
        self._for_engine.append(command)

    # ---- files
    def _keep(self, file_id, key_fingerprint):
        """Joins the parts that were uploaded under a number into a file."""
        numbers = sorted(number for upload_id, number in self._parts if upload_id == file_id)
        if numbers != list(range(len(numbers))) or not numbers:
            raise Failed("of the file %d there are the parts %s" % (file_id, numbers))
        content = b"".join(self._parts.pop((file_id, number)) for number in numbers)
        stored_id = 9000 + len(self._files)
        self._files[stored_id] = content
        return types.EncryptedFile(id=stored_id, access_hash=stored_id + 1, size=len(content), dc_id=DC,
                                   key_fingerprint=key_fingerprint)

    @staticmethod
    def _for_json(file):
        return {"id": str(file.id), "access_hash": str(file.access_hash), "size": str(file.size),
                "dc_id": file.dc_id, "key_fingerprint": file.key_fingerprint}
