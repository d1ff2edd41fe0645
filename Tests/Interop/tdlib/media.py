"""Media of every kind, in both directions; files are compared byte for byte."""
import base64
import struct

from client import local_file, text_content
from samples import JPEG, noise
from stage import PHOTO, Chat, photo_content

CAPTION = "a caption \U0001F4CE"
WAVE = bytes(range(40))
LATITUDE, LONGITUDE = 12.5, -7.25
CONTACT = {"phone_number": "15550001", "first_name": "Ada", "last_name": "Byron"}
VENUE = {"title": "Café", "address": "Main Street 1", "provider": "foursquare", "venue_id": "4b"}
SIZES = (1, 15, 16, 17, 65_536, 200_001)
SELF_DESTRUCTION = 20       # seconds; long enough that nothing disappears here


def attribute(name, **fields):
    return {"_": "documentAttribute" + name, **fields}


def file_name(name):
    return attribute("Filename", file_name=name)


URL = "https://example.org/page"
BIG = 10 * 1024 * 1024 + 777
DOCUMENT = {"_": "decryptedMessageMediaDocument", "thumb": b"", "thumb_w": 0, "thumb_h": 0, "caption": ""}
STICKER = [attribute("Sticker", alt="\U0001F600", stickerset={"_": "inputStickerSetEmpty"}),
           attribute("ImageSize", w=512, h=512)]
FRAME = {"duration": 3, "w": 320, "h": 200}
# What the engine sends as a document: its name here, its MIME type, its attributes, TDLib's content and the file in it.
DOCUMENTS = (
    ("document", "application/pdf", [file_name("paper.pdf")], ("document", "document")),
    ("video", "video/mp4", [attribute("Video", **FRAME), file_name("film.mp4")], ("video", "video")),
    ("round video", "video/mp4", [attribute("Video", duration=3, w=240, h=240, round_message=True)],
     ("video_note", "video")),
    ("voice note", "audio/ogg", [attribute("Audio", voice=True, duration=3, waveform=WAVE)], ("voice_note", "voice")),
    ("audio", "audio/mpeg", [attribute("Audio", duration=3, title="Song", performer="Band"), file_name("song.mp3")],
     ("audio", "audio")),
    ("animation", "video/mp4", [attribute("Animated"), attribute("Video", duration=3, w=100, h=80), file_name("a.mp4")],
     ("animation", "animation")),
    ("sticker", "image/webp", STICKER, ("sticker", "sticker")),
)
WITHOUT_CAPTION = ("round video", "sticker")


def double(number):
    """The endpoint writes the bits of a double, so that none is lost."""
    return {"_double": struct.pack(">d", number).hex()}


class Scenario(Chat):
    STEPS = ("engine-sends", "tdlib-sends", "content")

    def play(self):
        self.play_files_of_tdlib()
        self.play_files_of_engine()
        self.play_sizes()
        if self.role == "acceptor":
            self.play_big()             # once is enough: the endpoint takes its time
        self.play_thumbnails()
        self.play_places_and_people()
        self.play_pages_and_foreign_stickers()
        self.play_albums()
        self.play_again()
        self.play_self_destruction()
        self.wire.judge()

    # ---- what TDLib sends
    def inputs(self):
        """What TDLib is asked to send: kind for the endpoint, content, file, attributes."""
        def file(name, size=70_003):
            content = noise(size)
            return content, local_file(self.stage.new_file(name, content))

        for kind, name, fields, media in (
                ("file", "notes.txt", {}, ("Document", "document")),
                ("video", "film.mp4", {"duration": 3, "width": 320, "height": 200}, ("Video", "video")),
                ("round_video", "round.mp4", {"duration": 3, "length": 240}, ("VideoNote", "video_note")),
                ("voice_note", "voice.ogg", {"duration": 3, "waveform": base64.b64encode(WAVE).decode()},
                 ("VoiceNote", "voice_note")),
                ("music", "song.mp3", {"duration": 3, "title": "Song", "performer": "Band"}, ("Audio", "audio")),
                ("animation", "loop.mp4", {"duration": 3, "width": 100, "height": 80}, ("Animation", "animation")),
                ("sticker", "sticker.webp", {"width": 512, "height": 512}, ("Sticker", "sticker"))):
            content, local = file(name)
            message = {"@type": "inputMessage" + media[0], media[1]: {
                "@type": "input" + media[0], media[1]: local, **fields}}
            if kind not in ("round_video", "sticker"):
                message["caption"] = {"@type": "formattedText", "text": CAPTION}
            yield kind, name, message, content

    def play_files_of_tdlib(self):
        wanted_attributes = {
            "video": [{"type": "video", "duration": 3, "width": 320, "height": 200, "round": False}],
            "round_video": [{"type": "video", "duration": 3, "width": 240, "height": 240, "round": True}],
            "voice_note": [{"type": "audio", "duration": 3, "voice": True, "waveform": WAVE.hex()}],
            "music": [{"type": "audio", "duration": 3, "voice": False, "title": "Song", "performer": "Band"}],
            "animation": [{"type": "animated"}, {"type": "image_size", "width": 100, "height": 80}],
            "sticker": [{"type": "image_size", "width": 512, "height": 512}],
            "file": [{"type": "file_name", "name": "notes.txt"}]}
        for kind, name, message, content in self.inputs():
            since = self.engine.mark()
            self.score.step("tdlib-sends", lambda: self.half.send(message))
            got = self.next_at_engine("TDLib's " + kind, since)
            media = got["message"]["media"]
            self.score.equal((got["media"], media["kind"]), (DOCUMENT["_"], kind), "the kind of medium")
            self.score.equal(got["text"], message.get("caption", {}).get("text", ""), "the caption of TDLib's " + kind)
            for each in wanted_attributes[kind]:
                self.score.expect(each in media["attributes"], "%s is in %s" % (each, media["attributes"]))
            self.score.expect(self.open_media(got) == (content if self.score.left_out != "content" else content[1:]),
                              "the content of TDLib's %s" % kind)
            fetched = self.score.comes("the file", lambda: self.engine.wait_told(
                "inbound_file", since, random_id=got["random_id"]))
            self.score.expect(bytes.fromhex(fetched["data"]) == content, "the endpoint opens TDLib's %s, too" % kind)
        since = self.engine.mark()
        self.half.send(photo_content(self.stage.new_file("plain.jpg", JPEG), CAPTION))
        got = self.next_at_engine("TDLib's photo", since)
        self.score.equal((got["media"], got["text"], got["ttl"]), (PHOTO["_"], CAPTION, 0), "TDLib's photo")
        self.score.expect(self.open_media(got) == JPEG, "the content of TDLib's photo")

    # ---- what the engine sends
    def fetched(self, message, *path):
        value = message["content"]
        for key in path:
            value = value[key]
        return self.client.fetch(value)

    def play_files_of_engine(self):
        for name, mime, attributes, path in DOCUMENTS:
            content, caption = noise(70_003), "" if name in WITHOUT_CAPTION else CAPTION
            media = {**DOCUMENT, "mime_type": mime, "attributes": attributes, "caption": caption}
            shown = self.sent_by_engine(name, media, content)
            kind = "".join(part.title() for part in path[0].split("_"))
            self.score.equal(shown["content"]["@type"], "message" + kind, "what TDLib takes the %s for" % name)
            self.score.expect(self.fetched(shown, *path) == content, "the content of the engine's %s" % name)
            if caption:
                self.score.equal(shown["content"]["caption"]["text"], caption, "the caption of the engine's " + name)
            self.check_attributes(name, shown["content"][path[0]])
        shown = self.sent_by_engine("photo", {**PHOTO, "caption": CAPTION}, JPEG)
        self.score.equal((shown["content"]["@type"], shown["content"]["is_secret"]), ("messagePhoto", False), "a photo")
        self.score.expect(self.fetched(shown, "photo", "sizes", -1, "photo") == JPEG, "its content")
        self.score.equal(shown["content"]["caption"]["text"], CAPTION, "the caption of the engine's photo")
        self.play_document_of_endpoint()

    def play_document_of_endpoint(self):
        """The endpoint's own command encrypts with the engine's code, and not with ours."""
        content, since = noise(140_001), self.half.mark()
        self.engine.do("send_document", random_id=self.new_name(), name="own.bin", data=content.hex(), caption=CAPTION)
        shown = self.score.comes("own.bin at TDLib", lambda: self.half.wait_message(
            "a document", lambda m: m["content"]["@type"] == "messageDocument", since))
        self.score.equal(shown["content"]["document"]["file_name"], "own.bin", "the name of the document")
        self.score.expect(self.fetched(shown, "document", "document") == content, "the content of the document")

    def sent_by_engine(self, name, media, content=None):
        since = self.half.mark()
        self.score.step("engine-sends", lambda: self.send_media(media, content))
        return self.next_at_tdlib("the engine's " + name, since)

    def check_attributes(self, name, shown):
        wanted = {
            "document": {"file_name": "paper.pdf", "mime_type": "application/pdf"},
            "video": {"duration": 3, "width": 320, "height": 200, "file_name": "film.mp4"},
            "round video": {"duration": 3, "length": 240},
            "voice note": {"duration": 3, "waveform": base64.b64encode(WAVE).decode()},
            "audio": {"duration": 3, "title": "Song", "performer": "Band"},
            "animation": {"duration": 3, "width": 100, "height": 80},
            "sticker": {"width": 512, "height": 512, "emoji": "\U0001F600"}}[name]
        self.score.equal({key: shown.get(key) for key in wanted}, wanted, "what TDLib knows of the " + name)

    # ---- sizes, places, people
    def play_sizes(self):
        """Files that fill their last block, and files that do not."""
        for size in SIZES:
            content = noise(size)
            since = self.engine.mark()
            self.half.send({"@type": "inputMessageDocument", "document": {
                "@type": "inputDocument", "document": local_file(self.stage.new_file("s%d.bin" % size, content))}})
            got = self.score.comes("a file of %d bytes" % size, lambda: self.engine.wait_told("inbound_file", since))
            self.score.expect(bytes.fromhex(got["data"]) == content, "%d bytes from TDLib" % size)
            since = self.half.mark()
            self.engine.do("send_document", random_id=self.new_name(), name="s.bin", data=content.hex())
            shown = self.next_at_tdlib("a file of %d bytes" % size, since)
            self.score.expect(self.fetched(shown, "document", "document") == content, "%d bytes from the engine" % size)

    def play_big(self):
        """More than ten megabytes: the parts are uploaded by another method, and the file has another reference."""
        content, since = noise(BIG), self.engine.mark()
        path = self.stage.new_file("big.bin", content)
        self.half.send({"@type": "inputMessageDocument", "document": {
            "@type": "inputDocument", "document": local_file(path)}})
        got = self.score.comes("a big file", lambda: self.engine.wait_told("inbound_file", since, patience=60))
        self.score.expect(bytes.fromhex(got["data"]) == content, "the content of the big file of TDLib")
        self.score.expect(self.server.called("upload.saveBigFilePart"), "TDLib takes it for a big one")
        shown = self.sent_by_engine("big file", {**DOCUMENT, "mime_type": "video/mp4", "attributes": []}, content)
        self.score.expect(self.fetched(shown, "document", "document") == content, "the content of the engine's")

    def play_thumbnails(self):
        picture, since = {"width": 16, "height": 16}, self.engine.mark()
        thumbnail = local_file(self.stage.new_file("thumb.jpg", JPEG))
        self.half.send({"@type": "inputMessageDocument", "document": {
            "@type": "inputDocument", "document": local_file(self.stage.new_file("d.pdf", b"123")),
            "thumbnail": {"@type": "inputThumbnail", "thumbnail": thumbnail, **picture}}})
        got = self.next_at_engine("a thumbnail of TDLib", since)
        found = got["message"]["media"].get("thumb")
        self.score.equal(found, {"bytes": JPEG.hex(), **picture}, "the thumbnail of TDLib")
        shown = self.sent_by_engine("thumbnail", {**DOCUMENT, "mime_type": "application/pdf", "attributes": [],
                                                  "thumb": JPEG, "thumb_w": 16, "thumb_h": 16}, b"123")
        thumbnail = shown["content"]["document"]["thumbnail"]
        self.score.equal({key: thumbnail[key] for key in picture}, picture, "the engine's thumbnail")
        # It came within the message, and TDLib writes it into a file when it likes.
        self.score.until("the content of the engine's thumbnail", lambda: self.client.kept(thumbnail["file"]) == JPEG)

    def play_pages_and_foreign_stickers(self):
        """What names something that lies elsewhere."""
        for is_disabled, media in ((False, {"type": "web_page", "url": URL}), (True, None)):
            since = self.engine.mark()
            self.half.send({**text_content("see " + URL), "link_preview_options": {
                "@type": "linkPreviewOptions", "is_disabled": is_disabled}})
            got = self.next_at_engine("a link of TDLib", since)
            self.score.equal(got["message"].get("media"), media, "the page that TDLib's text names")
        since = self.half.mark()
        self.send_media({"_": "decryptedMessageMediaWebPage", "url": URL}, text="see " + URL)
        shown = self.score.comes("a link of the engine", lambda: self.half.wait_text("see " + URL, since))
        self.score.equal(shown["content"]["link_preview_options"]["url"], URL, "the page that the engine's text names")
        shown = self.sent_by_engine("foreign sticker", {
            "_": "decryptedMessageMediaExternalDocument", "id": 77, "access_hash": 78, "date": 1, "size": 1234,
            "mime_type": "image/webp", "thumb": {"_": "photoSizeEmpty", "type": "s"}, "dc_id": 1,
            "attributes": STICKER})
        self.score.equal(shown["content"]["@type"], "messageSticker", "what TDLib takes a foreign sticker for")
        self.score.equal(shown["content"]["sticker"]["sticker"]["size"], 1234, "its size")

    def play_places_and_people(self):
        place = {"@type": "location", "latitude": LATITUDE, "longitude": LONGITUDE}
        venue = {key.removeprefix("venue_"): value for key, value in VENUE.items()}
        for content, wanted in (
                ({"@type": "inputMessageLocation", "location": place},
                 {"type": "location", "latitude": double(LATITUDE), "longitude": double(LONGITUDE)}),
                ({"@type": "inputMessageVenue", "venue": {"@type": "venue", "location": place, "type": "", **venue}},
                 {"type": "venue", "latitude": double(LATITUDE), "longitude": double(LONGITUDE), **VENUE}),
                ({"@type": "inputMessageContact", "contact": {"@type": "contact", **CONTACT}},
                 {"type": "contact", "user_id": "0", **CONTACT})):
            since = self.engine.mark()
            self.half.send(content)
            got = self.next_at_engine("TDLib's " + wanted["type"], since)
            self.score.equal(got["message"]["media"], wanted, "TDLib's " + wanted["type"])
        point = {"lat": LATITUDE, "long": LONGITUDE}
        shown = self.sent_by_engine("location", {"_": "decryptedMessageMediaGeoPoint", **point})["content"]["location"]
        self.score.equal((shown["latitude"], shown["longitude"]), (LATITUDE, LONGITUDE), "the engine's location")
        shown = self.sent_by_engine("venue", {"_": "decryptedMessageMediaVenue", **point, **VENUE})["content"]["venue"]
        self.score.equal({key: shown[key] for key in venue}, venue, "the engine's venue")
        shown = self.sent_by_engine("contact", {"_": "decryptedMessageMediaContact", **CONTACT, "user_id": 0})
        self.score.equal({key: shown["content"]["contact"][key] for key in CONTACT}, CONTACT, "the engine's contact")

    def play_albums(self):
        photo, since = photo_content(self.stage.new_file("album.jpg", JPEG)), self.engine.mark()
        self.half.call("sendMessageAlbum", input_message_contents=[photo, photo])
        self.score.until("an album of TDLib", lambda: len(self.engine.told("inbound_message", since)) == 2)
        groups = {e["grouped_id"] for e in self.engine.told("inbound_message", since)}
        self.score.expect(len(groups) == 1 and "0" not in groups, "both photos of TDLib are in one album: %s" % groups)
        since = self.half.mark()
        for _ in range(2):
            self.send_media(PHOTO, JPEG, grouped_id=77)
        self.score.until("an album of the engine", lambda: len(self.half.arrivals(since)) == 2)
        albums = {m["media_album_id"] for m in self.half.arrivals(since)}
        self.score.expect(len(albums) == 1 and "0" not in albums, "so are both photos of the engine: %s" % albums)

    def play_again(self):
        """TDLib sends a file again without uploading it: the message names the file that the server has."""
        path = self.stage.new_file("again.bin", content := noise(5000))
        message = {"@type": "inputMessageDocument", "document": {
            "@type": "inputDocument", "document": local_file(path)}}
        names = []
        for _ in range(2):
            since = self.engine.mark()
            self.half.send(message)
            got = self.next_at_engine("again.bin", since)
            self.score.expect(self.open_media(got) == content, "the content of again.bin")
            names.append(got["file"]["id"])
        self.score.equal(names[0], names[1], "the file on the server")

    def play_self_destruction(self):
        self.half.call("openChat")
        before = self.engine.mark()
        self.half.call("setChatMessageAutoDeleteTime", message_auto_delete_time=SELF_DESTRUCTION)
        self.score.comes("the timer", lambda: self.engine.wait_told("set_ttl", before, ttl=SELF_DESTRUCTION))
        photo = self.photo_of_tdlib(SELF_DESTRUCTION), self.photo_of_engine(SELF_DESTRUCTION)
        since, content = self.engine.mark(), noise(4000)
        self.half.send({"@type": "inputMessageVideo", "video": {
            "@type": "inputVideo", "video": local_file(self.stage.new_file("secret.mp4", content)), **{
                "duration": 3, "width": 320, "height": 200}}})
        got = self.next_at_engine("TDLib's secret video", since)
        self.score.equal((got["ttl"], got["message"]["media"]["kind"]), (SELF_DESTRUCTION, "video"), "a secret video")
        self.score.expect(self.open_media(got) == content, "the content of TDLib's secret video")
        since = self.half.mark()
        self.send_media({**DOCUMENT, "mime_type": "video/mp4", "attributes": [attribute("Video", **FRAME)]}, content,
                        SELF_DESTRUCTION)
        shown = self.next_at_tdlib("the engine's secret video", since)
        self.score.equal((shown["content"]["@type"], shown["content"]["is_secret"]), ("messageVideo", True), "another")
        self.score.expect(self.fetched(shown, "video", "video") == content, "the content of the engine's secret video")
        self.stay("unopened", *photo)
