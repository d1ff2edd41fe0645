"""Two parties, each with a database, and a server between them: the whole life of a secret chat.

`python3 chat.py` plays it with the system's clock and randomness, `python3 chat.py --seed 1` tells
the same story each time. Ann and Ben are in one process; all between them goes through the courier.
"""

from __future__ import annotations

import argparse

import secretchat
from secretchat import (
    Attribute, AttributeKind, Event, EventFlag, EventKind, FileKey, InputFile, InputFileKind, Media,
    MediaKind, events,
)

from chance import Chance
from courier import Courier
from device import Device

CHAT = 4711


class Story:
    """One step after another."""

    def __init__(self, chance: Chance) -> None:
        self.chance = chance
        self.ann, self.ben = Device("Ann", chance), Device("Ben", chance)
        self.courier = Courier(self.ann, self.ben, chance)

    def open(self) -> None:
        """A chat is made: both sides agree on a key that nobody else can compute."""
        self.ann.handle(events.start(user_id=2, chat_id=CHAT))
        self.courier.run()
        self.ben.handle(events.accept(CHAT))
        self.courier.run()

    def compare(self) -> None:
        """People compare the picture of the key: who sat in the middle would have two keys."""
        for own, peer in zip(_picture(self.ann), _picture(self.ben)):
            print(f"    {own}    {peer}")
        print(f"    as text: {secretchat.visual_text(self.ann.visual).splitlines()[0]} …")
        assert self.ann.visual == self.ben.visual, "somebody is in the middle"
        for device in (self.ann, self.ben):
            device.handle(Event(EventKind.VERIFIED, CHAT, EventFlag.IS_ON))

    def talk(self) -> None:
        """Texts go both ways."""
        self.say(self.ann, "👋 Hello Ben, is it really you?", bold="really")
        self.say(self.ben, "Yes. The picture is the same here.")

    def lose(self) -> None:
        """A packet is lost: the next one shows that one is missing, and it is asked for again."""
        self.courier.loses_next = True
        self.say(self.ann, "Meet me at noon.")
        self.say(self.ann, "Or at one.")

    def crash(self) -> None:
        """A program dies before its request went out, and the request comes again."""
        self.ann.say(CHAT, "Noon, or one?")
        self.ann.crash()
        self.courier.run()

    def send_file(self) -> None:
        """A file goes through the server, which cannot read it. Its key goes in the message."""
        content = b"The map of the garden. " * 1000
        key = FileKey.new(self.chance.draw())
        with key.encrypt() as cipher:
            encrypted = cipher.update(content) + cipher.finish(self.chance.draw())
        plan = secretchat.plan_upload(len(content))
        file = InputFile(
            InputFileKind.UPLOADED, self.courier.upload(encrypted), part_count=plan.part_count,
            key_fingerprint=key.fingerprint)
        name = Attribute(AttributeKind.FILE_NAME, text="map.txt")
        media = Media(
            MediaKind.DOCUMENT, file_size=len(content), file_key=key.key, file_iv=key.iv,
            mime_type="text/plain", attributes=(name,))
        self.ann.say(CHAT, "The map", media=media, file=file)
        self.courier.run()
        received = self.receive_file()
        print(f"  the server has {len(encrypted)} bytes of noise in {plan.part_count} part")
        assert received == content, "the file is another one"

    def receive_file(self) -> bytes:
        """Ben loads the file, and decrypts it with the key in the message."""
        change = self.ben.file
        assert change and change.message and change.server_file
        media, server_file = change.message.media, change.server_file
        assert media and media.file_key and media.file_iv
        key = FileKey(media.file_key, media.file_iv)
        with key.decrypt(media.file_size, server_file.size, server_file.key_fingerprint) as cipher:
            plain = cipher.update(self.courier.download(server_file))
            cipher.finish()
        self.ben.tell(f"has decrypted {media.attributes[0].text}: {len(plain)} bytes")
        return plain

    def expire(self) -> None:
        """A timed text goes by itself on both sides, and no packet speaks of it."""
        self.ann.handle(Event(EventKind.TIMER_REQUESTED, CHAT, seconds=2))
        self.courier.run()
        random_id = self.say(self.ann, "The key lies under the mat.")
        self.ben.handle(Event(EventKind.MESSAGES_DISPLAYED, CHAT, random_ids=(random_id,)))
        self.ben.handle(Event(EventKind.HISTORY_READ, CHAT, max_date=self.chance.date()))
        self.courier.run()
        count = self.courier.count
        self.chance.sleep(2)
        print("  … two seconds later")
        for device in (self.ann, self.ben):
            # A real host sleeps until the deadline that the engine names.
            assert device.engine.next_deadline is not None
            device.handle(events.clock())
        assert self.courier.count == count
        self.ann.handle(Event(EventKind.TIMER_REQUESTED, CHAT, seconds=0))
        self.courier.run()

    def delete(self) -> None:
        """What one side deletes goes on both."""
        random_id = self.say(self.ann, "Forget what I said.")
        self.ann.handle(Event(EventKind.DELETE_REQUESTED, CHAT, random_ids=(random_id,)))
        self.courier.run()
        assert self.ann.history() == self.ben.history()

    def replace_key(self) -> None:
        """A new key: whoever steals a device later cannot read what was said under the old one."""
        self.ann.handle(Event(EventKind.NEW_KEY_REQUESTED, CHAT))
        self.courier.run()
        self.say(self.ben, "A new key, the same picture.")

    def end(self) -> None:
        """One side closes the chat, and both say why it is over."""
        self.ben.handle(events.close(CHAT))
        self.courier.run()
        for device in (self.ann, self.ben):
            assert device.engine.chat_ids() == []
            device.close()

    def say(self, device: Device, text: str, bold: str = "") -> int:
        """A text, and all that comes of it."""
        random_id = device.say(CHAT, text, bold)
        self.courier.run()
        return random_id


def _picture(device: Device) -> list[str]:
    rows = secretchat.visual_cells(device.visual)
    return ["".join(2 * " ░▒█"[cell] for cell in row) for row in rows]


def main() -> None:
    """Plays the story."""
    parser = argparse.ArgumentParser(description="The whole life of a secret chat.")
    parser.add_argument("--seed", help="fixed randomness and clocks, for the same story each time")
    secretchat.self_test()
    story = Story(Chance(parser.parse_args().seed))
    for title, step in {
        "Ann asks Ben for a chat, and Ben accepts": story.open,
        "They compare the picture of the key": story.compare,
        "They talk": story.talk,
        "A packet is lost, and comes all the same": story.lose,
        "A crash": story.crash,
        "A file": story.send_file,
        "A text that goes by itself": story.expire,
        "A deletion": story.delete,
        "A new key": story.replace_key,
        "The end": story.end,
    }.items():
        print(f"\n{title}")
        step()


if __name__ == "__main__":
    main()
