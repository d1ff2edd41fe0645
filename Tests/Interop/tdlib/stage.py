"""What scenarios play on: the server, TDLib, the engine, and one chat between the two in either role of the engine."""
import base64
import dataclasses
import os
import shutil
import tempfile
import threading
import time

from cipher import FileSecret
from client import Client, Half, Library, Refused, local_file
from endpoint import Endpoint
from journal import PATIENCE
from samples import JPEG
from schema import end_to_end
from server import Server
from wire import Wire

ROLES = ("acceptor", "creator")     # of the engine
OWN_LAYER = 144


class Failed(Exception):
    """An expectation was not met; the role ends here."""


class Score:
    """Counts what was checked."""

    def __init__(self, left_out=None):
        self.left_out, self.checks = left_out, 0

    def expect(self, holds, what):
        """`what` says what should be."""
        if not holds:
            raise Failed("this does not hold: " + what)
        self.checks += 1

    def equal(self, found, wanted, what):
        if isinstance(found, list) and isinstance(wanted, list):
            same = min(len(found), len(wanted))
            same = next((i for i in range(same) if found[i] != wanted[i]), same)
            what = what if found == wanted else "%s, from place %d on" % (what, same)
            found, wanted = found[same:], wanted[same:]
        self.expect(found == wanted, "%s: %.300r, and not %.300r" % (what, wanted, found))

    def comes(self, what, wait):
        """What `wait` returns; it has to raise TimeoutError when it gives up."""
        try:
            result = wait()
        except TimeoutError as reason:
            raise Failed("%s: it did not come (%s)" % (what, reason)) from None
        self.checks += 1
        return result

    def until(self, what, holds, act=lambda: time.sleep(0.02), patience=PATIENCE):
        """Repeats `act` until something holds."""
        self.comes(what, lambda: wait_until(what, holds, act, patience))

    def step(self, name, action):
        """Carries an action out, unless it is left out to see that somebody misses it."""
        return None if name == self.left_out else action()


def wait_until(what, holds, act=lambda: time.sleep(0.02), patience=PATIENCE):
    end = time.monotonic() + patience
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(what)
        act()


class Stage:
    """The server and the library; one for a process, for the library can be loaded only once."""

    def __init__(self, command, seed):
        self.command, self.seed = command, seed
        self.folder = tempfile.mkdtemp(prefix="interop-")
        self.server = Server()
        self.server.start()
        self.library = Library(self.server.gateway.rsa.pem, self.folder)
        self.codec = end_to_end()
        self.clients, self.endpoints, self.chat_count = [], [], 0

    def client(self, account=None, name="first"):
        """TDLib in a new account, or in an old one, with the database that a client of this name has left."""
        account = account or self.server.add_account("alice")
        known = self.server.sessions(account)
        client = Client(self.library, account, name)
        self.clients.append(client)
        client.log_in()
        # Only then does it hear of what happens.
        wait_until("%s asks for updates" % client.owner, lambda: self.server.sessions(account) - known)
        return client

    def endpoint(self):
        """The engine in an account of its own: an endpoint has one chat."""
        self.endpoints.append(Endpoint(self.server, self.server.add_account("engine"), self.command))
        return self.endpoints[-1]

    def new_file(self, name, content):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(content)
        return path

    def clear(self):
        """After a role: everybody leaves."""
        self.server.gate = self.server.before_call = None
        for client in self.clients:
            client.close()
        for endpoint in self.endpoints:
            endpoint.quit()
        self.clients, self.endpoints = [], []

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)


@dataclasses.dataclass
class Sent:
    """A message as both sides know it."""
    id: int             # TDLib's
    name: str           # its random_id
    ttl: int
    what: str
    date: int = 0       # the server's, if the engine received it


class Chat:
    """A scenario in one role. `half` is TDLib's half of the chat, `engine` the other one, `wire` what lies between.

    A scenario derives a class and plays its parts in `play`. What of it can be left out is in `STEPS`.
    """
    STEPS = ()
    LIMIT = 200         # seconds for both roles, should something hang without a timeout

    def __init__(self, stage, score, role):
        self.stage, self.score, self.role, self.server = stage, score, role, stage.server
        self.client = stage.client()
        self.engine = self.half = self.wire = None
        self._last_name, self.expected_deletions = 7000, []
        self.warnings = []      # those that the engine may and has to print

    def run(self):
        self.prepare()
        self.open()
        self.play()
        self.finish()

    def play(self):
        raise NotImplementedError

    # ---- beginning and end
    def prepare(self):
        """A new endpoint, and somebody who listens."""
        self.engine = self.stage.endpoint()
        self.wire = Wire(self)

    def begin(self):
        """One side asks the other for a chat; returns the chat's id."""
        if self.role == "acceptor":
            return self.client.invite(self.engine.account)
        self.stage.chat_count += 1
        identifier = 4000 + self.stage.chat_count
        self.engine.do("create_chat", user_id=self.client.account.user_id, chat_id=identifier)
        return identifier

    def open(self):
        expect = self.score.expect
        self.half = Half(self.client, self.begin())
        self.score.comes("the chat at TDLib", lambda: self.half.becomes("Ready"))
        active = self.engine_says("active")
        expect(len(active["key_hash"]) == 72, "the picture is made of 36 bytes")
        self.score.equal(active["key_hash"], self.tdlib_picture(), "the engine's picture")
        expect(active["is_outbound"] == (self.role == "creator"), "the engine is the " + self.role)
        expect(self.half.secret["is_outbound"] == (self.role == "acceptor"), "TDLib has the other role")
        self.wire.begin(self.half.secret_id)

    def tdlib_picture(self):
        return _hex(self.half.picture)

    def finish(self, closes=True):
        """The engine closes the chat; then everything that was to be seen at the end."""
        if closes:
            self.engine.wish("close", delete_history=False)
            self.score.comes("the end of the chat at TDLib", lambda: self.half.becomes("Closed"))
        self.score.equal([e["text"] for e in self.engine.told("log")], self.warnings, "the engine's warnings")
        self.score.equal(self.engine.errors, [], "errors of the endpoint")
        self.score.equal(self.server.faults, [], "faults of the server")

    def resume(self):
        """A new TDLib over the database of the one that has ended; it knows the chat, but shows it only when asked."""
        self.client = self.stage.client(self.client.account)
        self.client.call("createSecretChat", secret_chat_id=self.half.secret_id)
        self.half = Half(self.client, self.half.secret_id)

    # ---- what comes
    def engine_says(self, state, since=0):
        """The engine's news that the chat waits, is active or is closed."""
        return self.score.comes("the chat is %s at the engine" % state, lambda: self.engine.wait_told(
            "update_secret_chat", since, state=state))

    def never_active(self, engine=None):
        told = (engine or self.engine).told("update_secret_chat", state="active")
        self.score.equal(told, [], "how often the engine had the chat")

    def next_at_engine(self, what, since):
        """The first message that the engine shows from a place in its journal on."""
        return self.score.comes("%s at the engine" % what, lambda: self.engine.wait_told("inbound_message", since))

    def next_at_tdlib(self, what, since):
        return self.score.comes("%s at TDLib" % what, lambda: self.half.wait_message(what, lambda m: True, since))

    # ---- sending
    def new_name(self):
        self._last_name += 1
        return str(self._last_name)

    def say(self, by, text, waits=True):
        """A text of one side; returns its id (TDLib) or its name (the engine)."""
        since = self.mark(by)
        if by == "engine":
            result = self.new_name()
            self.engine.wish("send_text", random_id=result, text=text)
        else:
            result = self.half.text(text)["id"]
        if waits:
            self.arrives(by, text, since)
        return result

    def mark(self, by):
        """A place in the journal of the other side."""
        return self.half.mark() if by == "engine" else self.engine.mark()

    def arrives(self, by, text, since=0):
        """What the other side got."""
        what = "%r of %s at the other side" % (text[:40], by)
        if by == "engine":
            return self.score.comes(what, lambda: self.half.wait_text(text, since))
        return self.score.comes(what, lambda: self.engine.wait_told("inbound_message", since, text=text))

    def text_of_tdlib(self, text, ttl=0):
        since = self.engine.mark()
        sent = self.half.text(text)
        got = self.arrives("tdlib", text, since)
        self.score.equal(got["ttl"], ttl, "the timer of %r" % text)
        return Sent(sent["id"], got["random_id"], ttl, "the text %r" % text, got["date"])

    def text_of_engine(self, text, ttl=0):
        since = self.half.mark()
        name = self.say("engine", text, waits=False)
        got = self.arrives("engine", text, since)
        self.score.equal(got.get("self_destruct_type", {}).get("self_destruct_time", 0), ttl, "the timer of %r" % text)
        return Sent(got["id"], name, ttl, "the text %r" % text)

    def send_media(self, media, content=None, ttl=0, text="", **fields):
        """A message of the engine with media and, unless it has none, an encrypted file; returns its name."""
        name, more = self.new_name(), {}
        if content is not None:
            secret = FileSecret()
            media = {**media, "size": len(content), "key": secret.key, "iv": secret.iv}
            more["file"] = self.engine.upload(secret.seal(content), secret.fingerprint)
        message = {"_": "decryptedMessage", "random_id": int(name), "ttl": ttl, "message": text, "media": media,
                   **fields}
        self.engine.wish("send_raw", tl=self.stage.codec.encode(message).hex(), **more)
        return name

    def open_media(self, event):
        """The content of a file that the engine was sent, from what it tells of it."""
        media = event["message"]["media"]["file"]
        secret = FileSecret(bytes.fromhex(media["key"]), bytes.fromhex(media["iv"]))
        self.score.equal(int(event["file"]["key_fingerprint"]), secret.fingerprint, "the fingerprint of the file's key")
        return secret.open(self.engine.download(event["file"]), int(media["size"]))

    def photo_of_tdlib(self, ttl):
        since = self.engine.mark()
        sent = self.half.send(photo_content(self.stage.new_file("photo.jpg", JPEG)))
        self.score.expect(sent["content"]["is_secret"], "TDLib hides its own photo")
        got = self.score.comes("TDLib's photo at the engine", lambda: self.engine.wait_told(
            "inbound_message", since, media="decryptedMessageMediaPhoto"))
        self.score.equal(got["ttl"], ttl, "the timer of TDLib's photo")
        self.score.expect(self.open_media(got) == JPEG, "what the engine tells of TDLib's photo opens it")
        return Sent(sent["id"], got["random_id"], ttl, "TDLib's photo", got["date"])

    def photo_of_engine(self, ttl):
        since = self.half.mark()
        name = self.send_media(PHOTO, JPEG, ttl)
        got = self.score.comes("the engine's photo at TDLib", lambda: self.half.wait_message(
            "a photo", lambda m: m["content"]["@type"] == "messagePhoto", since))
        self.score.expect(got["content"]["is_secret"], "TDLib hides the engine's photo")
        self.score.equal(got["self_destruct_type"]["self_destruct_time"], ttl, "the timer of the engine's photo")
        photo = got["content"]["photo"]["sizes"][-1]["photo"]
        self.score.expect(self.client.fetch(photo) == JPEG, "TDLib opens the engine's photo")
        return Sent(got["id"], name, ttl, "the engine's photo")

    # ---- what is there and what is not
    def is_at_tdlib(self, message):
        try:
            self.half.call("getMessage", message_id=message.id)
            return True
        except Refused as refusal:
            if refusal.code != 404:
                raise
            return False

    def goes_at_tdlib(self, message, since):
        self.score.comes("%s disappears at TDLib" % message.what, lambda: self.half.wait(
            "updateDeleteMessages", lambda u: message.id in u["message_ids"] and u["is_permanent"], since))
        self.score.expect(not self.is_at_tdlib(message), "TDLib does not find %s any more" % message.what)

    def goes_at_engine(self, message):
        self.score.comes("%s disappears at the engine" % message.what, lambda: self.engine.wait(
            "a deletion", lambda e: e["ev"] == "delete_messages" and message.name in e["random_ids"]))
        self.expected_deletions.append(message.name)

    def stay(self, when, *messages):
        for message in messages:
            self.score.expect(self.is_at_tdlib(message), "%s, %s is still at TDLib" % (when, message.what))
            self.score.expect(message.name not in self.engine.deleted(),
                              "%s, %s is still at the engine" % (when, message.what))

    def shown_at_engine(self):
        return [e["text"] for e in self.engine.told("inbound_message")]

    def shown_at_tdlib(self):
        """Every text of the engine that TDLib has ever announced, in order."""
        return [m["content"]["text"]["text"] for m in self.half.arrivals() if m["content"]["@type"] == "messageText"]


PHOTO = {"_": "decryptedMessageMediaPhoto", "thumb": b"", "thumb_w": 0, "thumb_h": 0, "w": 16, "h": 16, "caption": ""}


def photo_content(path, caption=""):
    return {"@type": "inputMessagePhoto", "photo": {"@type": "inputPhoto", "photo": local_file(path), "width": 16,
                                                    "height": 16},
            "caption": {"@type": "formattedText", "text": caption}}


def _hex(base64_text):
    return base64.b64decode(base64_text).hex()


def in_background(action):
    """Runs something that waits, in a thread; returns a function that joins it."""
    thread = threading.Thread(target=action, daemon=True)
    thread.start()
    return thread.join
