"""The server between two devices: answers what one asks, tells the other, and keeps their files."""

from __future__ import annotations

from secretchat import (
    Event, EventKind, Request, RequestKind, Result, ResultKind, ServerFile, events,
)
from secretchat.testing import PRIME

from chance import Chance
from device import Device


class Courier:
    """Everything it sees is sealed."""

    def __init__(self, ann: Device, ben: Device, chance: Chance) -> None:
        #: Whether the next text or file is lost on its way.
        self.loses_next = False
        #: How many packets were carried.
        self.count = 0
        self._peers = {ann: ben, ben: ann}
        self._files: dict[int, bytes] = {}
        self._chance = chance

    def run(self) -> None:
        """Works until no device asks for anything more; each device's requests in their order."""
        while waiting := [device for device in self._peers if device.requests]:
            for device in waiting:
                request = device.requests.popleft()
                file = self._server_file(request)
                device.handle(events.succeeded(request, self._answer(request, file)))
                if news := self._news(request, file):
                    self._peers[device].handle(news)

    def upload(self, content: bytes) -> int:
        """Keeps an encrypted file, and gives it a name."""
        self._files[len(self._files) + 1] = content
        return len(self._files)

    def download(self, file: ServerFile) -> bytes:
        """The encrypted file."""
        return self._files[file.id]

    def _answer(self, request: Request, file: ServerFile | None) -> Result:
        kind, date = request.kind, self._chance.date()
        if kind == RequestKind.GET_GROUP_PARAMETERS:
            random = self._chance.draw(request.random_size)
            return Result(
                ResultKind.GROUP_PARAMETERS, version=3, generator=3, prime=PRIME, random=random)
        if kind == RequestKind.ENCRYPTION:
            return Result(ResultKind.CHAT_WAITING, access_hash=1)
        if kind == RequestKind.ACCEPT:
            return Result(ResultKind.CHAT_ACCEPTED, key_fingerprint=request.key_fingerprint)
        if kind in (RequestKind.SEND, RequestKind.SEND_SERVICE):
            return Result(ResultKind.SENT, date=date)
        if kind == RequestKind.SEND_FILE:
            return Result(ResultKind.SENT_FILE, date=date, file=file)
        return Result(ResultKind.DONE)

    def _news(self, request: Request, file: ServerFile | None) -> Event | None:
        """What the other side is told."""
        kind, chat, date = request.kind, request.id.chat_id, self._chance.date()
        if kind == RequestKind.ENCRYPTION:
            return events.requested(chat, 2, user_id=1, date=date, g_a=request.bytes)
        if kind == RequestKind.ACCEPT:
            return events.accepted(chat, 1, request.key_fingerprint, g_b=request.bytes)
        if kind in (RequestKind.SEND, RequestKind.SEND_FILE, RequestKind.SEND_SERVICE):
            self.count += 1
            if self.loses_next and kind != RequestKind.SEND_SERVICE:
                self.loses_next = False
                print(f"  … {len(request.bytes)} bytes are lost on the way")
                return None
            return events.received(chat, request.bytes, date, file)
        if kind == RequestKind.READ_HISTORY:
            return Event(EventKind.PEER_READ, chat, max_date=request.max_date, date=date)
        if kind == RequestKind.DISCARD:
            return Event(EventKind.CHAT_DISCARDED, chat)
        return None

    def _server_file(self, request: Request) -> ServerFile | None:
        given = request.input_file
        if given is None:
            return None
        size = len(self._files[given.id])
        return ServerFile(given.id, access_hash=1, size=size, key_fingerprint=given.key_fingerprint)
