"""Messages with something in them: texts, entities, media, documents; and many of them."""
import os

from telethon_secret_chat import secretTL

from courier import ENGINE, PEER

# Lengths around the bounds of both forms of a string, and what is hard about other alphabets.
TEXTS = ("x", "Grüße aus Wien, ça va ?", "世界 и мир", "שלום, mixed directions", "e\u0301 and \u00e9",
         "👩\u200d👩\u200d👧 🏳\ufe0f\u200d🌈", "two\nlines\tand a tab", "a" * 253, "b" * 254, "ü" * 2000)
DOCUMENTS_OF_ENGINE = (1, 15, 16, 17, 1000, 65536)      # the peer fetches pieces of 64 KiB
DOCUMENTS_OF_PEER = (1, 15, 16, 17, 70000, 131072)      # and uploads parts of 128 KiB


async def text_of_engine(chat, text, ttl=0, expected_ttl=None, reply_to=None):
    """A text of the engine, as the peer's user sees it; its name."""
    name, mark = chat.new_name(), chat.mark()
    fields = {"reply_to_random_id": reply_to} if reply_to else {}
    await chat.step("engine-text", lambda: chat.wish("send_text", random_id=name, text=text, ttl=ttl, **fields))
    got = chat.score.only(mark.received(), "%.20r of the engine at the peer" % text)
    chat.score.equal((got.message, got.ttl, str(got.random_id), got.reply_to_random_id),
                     (text, ttl if expected_ttl is None else expected_ttl, name, reply_to and int(reply_to)),
                     "text, timer, name and reply at the peer")
    return name


async def text_of_peer(chat, text, ttl=0, reply_to=None):
    """A text of the peer, as the engine's user sees it; its name."""
    mark = chat.mark()
    name = await chat.step("peer-text", lambda: chat.peer.text(text, ttl, reply_to))
    got = chat.score.only(mark.told("inbound_message"), "%.20r of the peer at the engine" % text)
    chat.score.equal((got["text"], got["ttl"], got["random_id"], got["reply_to_random_id"]),
                     (text, ttl, name, reply_to or "0"), "text, timer, name and reply at the engine")
    return name


async def texts(chat):
    names = []
    for text in TEXTS:
        names.append((await text_of_engine(chat, text), await text_of_peer(chat, text)))
    for of_engine, of_peer in names[:2]:
        await text_of_engine(chat, "an answer to the peer", reply_to=of_peer)
        await text_of_engine(chat, "an answer to itself", reply_to=of_engine)
        await text_of_peer(chat, "an answer to the engine", reply_to=of_engine)
        await text_of_peer(chat, "an answer to itself", reply_to=of_peer)
    await text_of_engine(chat, "with a timer", ttl=7)
    await text_of_peer(chat, "with a timer", ttl=9)


async def styles(chat):
    """Entities count in units of UTF-16. Telethon makes the peer's from markdown."""
    mark = chat.mark()
    await chat.step("peer-styles", lambda: chat.peer.text(
        "🌍 **bold** __italic__ `code` [link](https://example.org/)"))
    got = chat.score.only(mark.told("inbound_message"), "the peer's text with entities")
    chat.score.equal(got["text"], "🌍 bold italic code link", "the text without its markdown")
    chat.score.equal(got["message"]["entities"], [
        {"type": "bold", "offset": 3, "length": 4}, {"type": "italic", "offset": 8, "length": 6},
        {"type": "code", "offset": 15, "length": 4},
        {"type": "text_url", "offset": 20, "length": 4, "url": "https://example.org/"}], "entities at the engine")

    entities = [secretTL.MessageEntityBold(0, 4), secretTL.MessageEntityUnderline(5, 2),
                secretTL.MessageEntityTextUrl(8, 5, "https://example.org/"), secretTL.MessageEntityPre(14, 3, "swift")]
    message = secretTL.DecryptedMessage(0, "bold 🌍 links let", int(chat.new_name()), entities=entities)
    mark = chat.mark()
    await chat.step("engine-styles", lambda: chat.wish("send_raw", tl=bytes(message).hex()))
    got = chat.score.only(mark.received(), "the engine's text with entities")
    chat.score.equal(got.message, message.message, "the text at the peer")
    chat.score.equal([e.to_dict() for e in got.entities], [e.to_dict() for e in entities], "entities at the peer")


async def media(chat):
    """Media without a file, in both directions."""
    bits = {1.5: "3ff8000000000000", -2.25: "c002000000000000"}
    place = {"latitude": {"_double": bits[1.5]}, "longitude": {"_double": bits[-2.25]}}
    for sent, wanted in (
            (secretTL.DecryptedMessageMediaGeoPoint(1.5, -2.25), {"type": "location", **place}),
            (secretTL.DecryptedMessageMediaVenue(1.5, -2.25, "Prater", "Wien", "foursquare", "17"),
             {"type": "venue", "title": "Prater", "address": "Wien", "provider": "foursquare", "venue_id": "17",
              **place}),
            (secretTL.DecryptedMessageMediaContact("+431", "Ada", "Ö", 77),
             {"type": "contact", "phone_number": "+431", "first_name": "Ada", "last_name": "Ö", "user_id": "77"}),
            (secretTL.DecryptedMessageMediaWebPage("https://example.org/"),
             {"type": "web_page", "url": "https://example.org/"})):
        mark, kind = chat.mark(), wanted["type"]
        name = await chat.step("peer-media", lambda: chat.peer.media(kind, sent))
        got = chat.score.only(mark.told("inbound_message"), "the peer's %s" % kind)
        chat.score.equal((got["random_id"], got["text"]), (name, kind), "name and text of the peer's %s" % kind)
        chat.score.equal(got["message"]["media"], wanted, "the peer's %s" % kind)

        message = secretTL.DecryptedMessage(0, kind, int(chat.new_name()), media=sent)
        mark = chat.mark()
        await chat.step("engine-media", lambda: chat.wish("send_raw", tl=bytes(message).hex()))
        got = chat.score.only(mark.received(), "the engine's %s" % kind)
        chat.score.equal(got.to_dict(), {**message.to_dict(), "entities": []}, "the engine's %s" % kind)


async def documents(chat):
    """Files in one part. What comes is compared byte by byte; the server must not see it.

    The peer begins: if it had promised a layer that it does not read, it could not read the engine's documents.
    """
    for size in DOCUMENTS_OF_PEER:
        data, mark = os.urandom(size), chat.mark()
        name = await chat.step("peer-document", lambda: chat.peer.document(data, "Äther.bin", "of %d" % size))
        message = chat.score.only(mark.told("inbound_message"), "the peer's document of %d bytes" % size)
        chat.score.equal(message["media"], "decryptedMessageMediaDocument", "its kind")
        chat.score.equal(message["message"]["media"]["file"]["size"], str(size), "its size in the message")
        got = chat.score.only(mark.told("inbound_file"), "the peer's file of %d bytes" % size)
        # The library writes a caption both as the text and as the caption; the engine joins them.
        chat.score.equal((got["random_id"], got["name"], got["caption"]),
                         (name, "Äther.bin", "of %d\n\nof %d" % (size, size)), "the peer's document")
        chat.score.expect(bytes.fromhex(got["data"]) == data, "the engine decrypts what the peer sent")
        chat.score.only(mark.calls(PEER, "SaveFilePart"), "the peer's part")

    for size in DOCUMENTS_OF_ENGINE:
        data, name, mark = os.urandom(size), chat.new_name(), chat.mark()
        await chat.step("engine-document", lambda: chat.wish(
            "send_document", random_id=name, name="Übersicht.bin", data=data.hex(), caption="of %d" % size))
        got = chat.score.only(mark.received(), "the engine's document of %d bytes" % size)
        chat.score.equal((str(got.random_id), got.media.caption, got.media.size, got.media.mime_type),
                         (name, "of %d" % size, size, "application/octet-stream"), "the engine's document")
        chat.score.equal([a.to_dict() for a in got.media.attributes],
                         [secretTL.DocumentAttributeFilename("Übersicht.bin").to_dict()], "its name")
        chat.score.equal(got.file.size, size + -size % 16, "its size at the server")
        chat.score.equal(await chat.peer.download(got), data, "what the peer decrypts of %d bytes" % size)
        part = chat.score.only(mark.calls(ENGINE, "upload.saveFilePart"), "the engine's part")["bytes"]
        chat.score.expect(size < 16 or data[:16].hex() not in part, "the server sees nothing of %d bytes" % size)


async def counting(chat):
    """As many messages as the peer bears, in turns of different lengths."""
    sent = 0
    for turn, length in enumerate((1, 2, 3, 5, 8, 13, 8, 5, 3, 2, 1, 3, 5, 8, 13, 15)):
        for _ in range(length):
            sent += 1
            await (text_of_peer if turn % 2 else text_of_engine)(chat, "number %d" % sent)
