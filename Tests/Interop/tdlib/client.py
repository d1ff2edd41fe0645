"""The real TDLib, through its JSON interface.

The library of the package `tdjson` stays as it is. A copy is loaded in which the public keys of Telegram's servers are
replaced by the one of our server; nothing else differs.
"""
import ctypes
import importlib.metadata
import json
import os
import queue
import re
import threading

import isolation
from accounts import CODE
from journal import PATIENCE, Journal

EMBEDDED_KEY = re.compile(rb"-----BEGIN RSA PUBLIC KEY-----[A-Za-z0-9+/=\n]+-----END RSA PUBLIC KEY-----")
CALL_PATIENCE = 30
READY, CLOSED = "authorizationStateReady", "authorizationStateClosed"


class Refused(Exception):
    """TDLib answers a call with an error."""

    def __init__(self, error):
        super().__init__("%s %s" % (error["code"], error["message"]))
        self.code = error["code"]


def _library():
    for file in importlib.metadata.files("tdjson") or ():
        if file.name.startswith("libtdjson") and ".so" in file.name:
            return str(file.locate())
    raise RuntimeError("the package tdjson has no library for this machine")


def _copy_with_key(pem, folder):
    """The path of a copy that trusts `pem`, which has to be as long as the keys that it replaces."""
    with open(_library(), "rb") as original:
        content = original.read()
    places = [found.start() for found in EMBEDDED_KEY.finditer(content) if len(found[0]) == len(pem)]
    if not places:
        raise RuntimeError("the library holds no key of %d bytes" % len(pem))
    content = bytearray(content)
    for place in places:
        content[place:place + len(pem)] = pem
    path = os.path.join(folder, "libtdjson.so")
    with open(path, "wb") as copy:
        copy.write(content)
    return path


class Library:
    """The loaded copy. One thread receives for all clients."""

    def __init__(self, pem, folder, verbosity=1):
        isolation.guard()
        self.folder, self._clients = folder, {}
        self._functions = functions = ctypes.CDLL(_copy_with_key(pem, folder))
        functions.td_send.argtypes = ctypes.c_int, ctypes.c_char_p
        functions.td_receive.argtypes, functions.td_receive.restype = (ctypes.c_double,), ctypes.c_char_p
        functions.td_execute.argtypes, functions.td_execute.restype = (ctypes.c_char_p,), ctypes.c_char_p
        self.execute("setLogStream", log_stream={"@type": "logStreamFile", "path": os.path.join(folder, "tdlib.log"),
                                                 "max_file_size": 1 << 30})
        self.execute("setLogVerbosityLevel", new_verbosity_level=verbosity)
        threading.Thread(target=self._receive, daemon=True).start()

    def execute(self, kind, **fields):
        """A call that needs no client."""
        answer = self._functions.td_execute(json.dumps({"@type": kind, **fields}).encode())
        return json.loads(answer) if answer else None

    def join(self, client):
        number = self._functions.td_create_client_id()
        self._clients[number] = client
        return number

    def leave(self, number):
        self._clients.pop(number, None)

    def send(self, number, request):
        self._functions.td_send(number, json.dumps(request).encode())

    def _receive(self):
        while True:
            content = self._functions.td_receive(2.0)
            if content:
                value = json.loads(content)
                client = self._clients.get(value.pop("@client_id", None))
                if client:
                    client.take(value)


class Client(Journal):
    """An instance of TDLib; its updates are the entries of the journal."""

    def __init__(self, library, account, name):
        super().__init__("TDLib of " + account.name)
        self.library, self.account = library, account
        self.chats, self.secret_chats, self.authorization = {}, {}, None
        self._answers, self._count = {}, 0
        self._folder = os.path.join(library.folder, "%s-%s" % (account.phone, name))
        self._number = library.join(self)

    def take(self, value):
        """A value from TDLib; in the library's thread."""
        name = value.pop("@extra", None)
        if name is None:
            self.add(value, self._remember)
        elif name in self._answers:
            self._answers.pop(name).put(value)

    def _remember(self, update):
        kind = update["@type"]
        if kind == "updateAuthorizationState":
            self.authorization = update["authorization_state"]["@type"]
        elif kind == "updateNewChat":
            self.chats[update["chat"]["id"]] = update["chat"]
        elif kind == "updateSecretChat":
            self.secret_chats[update["secret_chat"]["id"]] = update["secret_chat"]

    def ask(self, method, **fields):
        """Begins a call; the answer comes into the returned queue."""
        self._count += 1
        answer = self._answers[self._count] = queue.SimpleQueue()
        self.library.send(self._number, {"@type": method, "@extra": self._count, **fields})
        return answer

    def call(self, method, **fields):
        try:
            answer = self.ask(method, **fields).get(timeout=CALL_PATIENCE)
        except queue.Empty:
            raise TimeoutError("%s: no answer to %s" % (self.owner, method)) from None
        if answer["@type"] == "error":
            raise Refused(answer)
        return answer

    def _wait_authorization(self, *states):
        self.until(" or ".join(states), lambda: self.authorization in states, CALL_PATIENCE)

    def log_in(self):
        """Begins with an empty database, or goes on with the one that an earlier client of the account left."""
        self.ask("getOption", name="version")       # wakes the instance
        self._wait_authorization("authorizationStateWaitTdlibParameters")
        self.call("setTdlibParameters", database_directory=self._folder, files_directory=self._folder + "/files",
                  use_file_database=True, use_chat_info_database=True, use_message_database=True, use_secret_chats=True,
                  api_id=1, api_hash="0" * 32, system_language_code="en", device_model="loopback",
                  application_version="1")
        self._wait_authorization("authorizationStateWaitPhoneNumber", READY)
        if self.authorization != READY:
            self.call("setAuthenticationPhoneNumber", phone_number="+" + self.account.phone)
            self._wait_authorization("authorizationStateWaitCode")
            self.call("checkAuthenticationCode", code=CODE)
            self._wait_authorization(READY)
        return self

    def close(self):
        if self.authorization != CLOSED:
            self.ask("close")
            self._wait_authorization(CLOSED)
            self.library.leave(self._number)

    # ---- users, chats and files
    def invite(self, account):
        """Begins a secret chat; returns its id."""
        user = self.call("searchUserByPhoneNumber", phone_number="+" + account.phone)
        return self.call("createNewSecretChat", user_id=user["id"])["type"]["secret_chat_id"]

    def fetch(self, file):
        """The content of a file of a message."""
        self.call("downloadFile", file_id=file["id"], priority=1, synchronous=True)
        return self.kept(file)

    def kept(self, file):
        """The content of a file that TDLib has; None as long as it has not."""
        local = self.call("getFile", file_id=file["id"])["local"]
        if not local["is_downloading_completed"]:
            return None
        with open(local["path"], "rb") as content:
            return content.read()


class Half:
    """TDLib's half of a secret chat."""

    def __init__(self, client, secret_id):
        self.client, self.secret_id = client, secret_id
        client.until("the chat %d" % secret_id, lambda: self._chat() is not None)
        self.id = self._chat()["id"]

    def _chat(self):
        return next((c for c in self.client.chats.values() if c["type"].get("secret_chat_id") == self.secret_id), None)

    @property
    def secret(self):
        return self.client.secret_chats.get(self.secret_id, {})

    @property
    def state(self):
        return self.secret.get("state", {}).get("@type", "").removeprefix("secretChatState")

    @property
    def picture(self):
        """What people compare, in base64."""
        return self.secret["key_hash"]

    def call(self, method, **fields):
        return self.client.call(method, chat_id=self.id, **fields)

    def mark(self):
        return self.client.mark()

    def becomes(self, state, patience=PATIENCE):
        self.client.until("the chat is " + state, lambda: self.state == state, patience)

    def wait(self, kind, fits=lambda update: True, since=0, patience=PATIENCE):
        """An update about this chat."""
        return self.client.wait(kind, lambda u: u["@type"] == kind and u.get("chat_id", self.id) == self.id and fits(u),
                                since, patience)

    # ---- messages
    def post(self, content, **options):
        """Sends; returns the message as it is at first, with a passing id."""
        return self.call("sendMessage", input_message_content=content, **options)

    def send(self, content, **options):
        """Sends, and waits until the server has it."""
        since = self.mark()
        passing = self.post(content, **options)["id"]
        update = self.client.wait("the result of sending", lambda u: u.get("old_message_id") == passing, since)
        if update["@type"] != "updateMessageSendSucceeded":
            raise Refused(update["error"])
        return update["message"]

    def text(self, text, entities=(), **options):
        return self.send(text_content(text, entities), **options)

    def arrivals(self, since=0):
        """Messages of the other side, in the order in which they were shown."""
        return [u["message"] for u in self.client.since(since) if u["@type"] == "updateNewMessage"
                and u["message"]["chat_id"] == self.id and not u["message"]["is_outgoing"]]

    def wait_message(self, what, fits, since=0, patience=PATIENCE):
        return self.client.wait(what, lambda u: u["@type"] == "updateNewMessage" and u["message"]["chat_id"] == self.id
                                and not u["message"]["is_outgoing"] and fits(u["message"]), since, patience)["message"]

    def wait_text(self, text, since=0, patience=PATIENCE):
        return self.wait_message("the text %r" % text[:40], lambda m: text_of(m) == text, since, patience)

    def history(self):
        """All messages that are shown now, the newest first. TDLib gives as many at a time as it likes."""
        found, piece = [], self.call("getChatHistory", from_message_id=0, offset=0, limit=100)["messages"]
        while piece:
            found += piece
            piece = self.call("getChatHistory", from_message_id=found[-1]["id"], offset=0, limit=100)["messages"]
        return found

    def texts(self):
        """All texts that are shown now, the oldest first."""
        return [text_of(m) for m in reversed(self.history()) if text_of(m) is not None]


def text_content(text, entities=()):
    return {"@type": "inputMessageText", "text": {"@type": "formattedText", "text": text, "entities": list(entities)}}


def text_of(message):
    """The text of a message; None if it is none."""
    content = message["content"]
    return content["text"]["text"] if content["@type"] == "messageText" else None


def local_file(path):
    return {"@type": "inputFileLocal", "path": path}
