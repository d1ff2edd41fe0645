"""This engine, as the subprocess `secretchat peer`: commands go in and events come out as JSON lines.

The endpoint sits in an account of the server without a connection: a thread of its own takes the server's updates and
the script's commands, one at a time, and makes the calls that the engine asks for.
"""
import hashlib
import json
import queue
import subprocess
import threading
import traceback

from journal import PATIENCE, Journal
from transport import Refusal

COMMAND_PATIENCE = 60
BIG_FILE = 10 * 1024 * 1024
CHAT_KINDS = {"encryptedChatRequested": "requested", "encryptedChatWaiting": "waiting", "encryptedChat": "encrypted",
              "encryptedChatDiscarded": "discarded"}
# Numbers of 64 bits are strings in JSON.
LONGS = {"id", "access_hash", "key_fingerprint", "size", "file_id", "random_id", "user_id", "admin_id",
         "participant_id"}


def from_json(fields):
    """The fields of a query as those of a call."""
    def value(name, content):
        if isinstance(content, dict):
            return from_json(content)
        if name in ("g_a", "g_b", "data", "bytes"):
            return bytes.fromhex(content)
        return int(content) if name in LONGS else content
    return {name: value(name, content) for name, content in fields.items()}


def to_json(fields):
    """The fields of an object as those of a command."""
    return {name: content.hex() if isinstance(content, bytes) else str(content) if name in LONGS else content
            for name, content in fields.items() if name != "_"}


class Broken(Exception):
    """The endpoint does not do what every endpoint has to do."""


class Endpoint(Journal):
    """Its events are the entries of the journal."""

    def __init__(self, server, account, command):
        super().__init__("the engine")
        self.server, self.account = server, account
        self.clock, self._clock_from = 0, []    # only dates and jumps move its clock, so we can keep count of it
        self.delays = lambda query: False       # which queries stay on their way to the server
        self.crashes = False                    # it ends after each command and each request, and starts again
        self.crashed_at = []                    # where it stood then: (state of the exchange, keys that are held)
        self.ends, self.errors = 0, []
        self._queries, self._answers_lost = [], set()
        self._jobs = queue.SimpleQueue()
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        hello = json.loads(self._process.stdout.readline())
        if not {"peer_events", "files"} <= set(hello.get("features", ())):
            raise Broken("the endpoint lacks peer_events or files: %s" % hello)
        self.device = server.add_device(account, lambda update: self._jobs.put(lambda: self._take(update)))
        threading.Thread(target=self._work, daemon=True).start()

    def _work(self):
        while True:
            job = self._jobs.get()
            try:
                job()
            except Exception:
                self.errors.append(traceback.format_exc())

    def quit(self):
        self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()

    # ---- for scripts
    def do(self, cmd, **fields):
        """Carries a command out, with all calls that it leads to; returns its events."""
        result = queue.SimpleQueue()

        def job():
            try:
                events = self._obey({"cmd": cmd, **fields})
                self._make_calls()
                result.put(events)
            except Exception as error:
                result.put(error)
        self._jobs.put(job)
        outcome = result.get(timeout=COMMAND_PATIENCE)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def wish(self, cmd, **fields):
        """A command that the engine has to take as a wish of its user; returns its promise."""
        promise = self.ask(cmd, **fields)
        if not promise["ok"]:
            raise Broken("the engine refuses %s: %s" % (cmd, promise))
        return promise

    def ask(self, cmd, **fields):
        """The same for a wish that it may refuse."""
        return next(event for event in self.do(cmd, **fields) if event["ev"] == "promise")

    def told(self, ev, since=0, **fields):
        return [e for e in self.since(since) if e["ev"] == ev and fits(e, fields)]

    def wait_told(self, ev, since=0, patience=PATIENCE, **fields):
        return self.wait("%s %s" % (ev, fields or ""), lambda e: e["ev"] == ev and fits(e, fields), since, patience)

    def deleted(self):
        """The names of all messages that it told to be gone, in order."""
        return [name for e in self.told("delete_messages") for name in e["random_ids"]]

    def clock_at(self, event):
        """What its clock said when it told this."""
        place = next(i for i, e in enumerate(self.since()) if e is event)
        return [clock for first, clock in self._clock_from if first <= place][-1]

    def download(self, file):
        """An encrypted file, as the server has it."""
        content, size = b"", int(file["size"])
        while len(content) < size:
            content += self._call({"method": "upload.getFile", "id": file["id"], "access_hash": file["access_hash"],
                                   "offset": len(content), "limit": 1 << 17})["bytes"]
        return content

    def upload(self, content, fingerprint):
        """Uploads an encrypted file; returns the reference to it for `send_raw`."""
        name, is_big = abs(fingerprint) + len(content) + 1, len(content) > BIG_FILE
        pieces = [content[place:place + (1 << 17)] for place in range(0, len(content), 1 << 17)]
        for place, piece in enumerate(pieces):
            self.server.call(self.device, {"_": "upload.saveBigFilePart" if is_big else "upload.saveFilePart",
                                           "file_id": name, "file_part": place, "bytes": piece})
        reference = {"id": str(name), "parts": len(pieces), "key_fingerprint": fingerprint}
        if is_big:
            return {"_": "inputEncryptedFileBigUploaded", **reference}
        return {"_": "inputEncryptedFileUploaded", "md5_checksum": hashlib.md5(content).hexdigest(), **reference}

    # ---- how it stands
    @property
    def state(self):
        return next(e for e in reversed(self.since()) if e["ev"] == "state")

    @property
    def pfs(self):
        return next(e for e in reversed(self.since()) if e["ev"] == "state" and "pfs" in e)["pfs"]

    @property
    def key(self):
        return int(self.pfs["auth_key_id"])

    @property
    def other_key(self):
        """The old key, or the new one of an exchange that was accepted; 0 if there is neither."""
        return int(self.pfs["other_auth_key_id"])

    def is_settled(self):
        return self.pfs["state"] == "Empty" and self.other_key == 0

    def epochs(self):
        """The fingerprints of the keys, in the order in which they became the present one."""
        keys = (int(e.get("pfs", {}).get("auth_key_id", 0)) for e in self.told("state"))
        return list(dict.fromkeys(key for key in keys if key))

    def secrets(self):
        """The keys themselves, by fingerprint."""
        return {int(e["fingerprint"]): bytes.fromhex(e["auth_key"]) for e in self.told("new_key")}

    def pictures(self):
        return {e["key_hash"] for e in self.told("update_secret_chat", state="active")}

    # ---- in its thread: commands
    def _obey(self, command):
        if command["cmd"] == "restart":
            self._queries.clear()               # it has to ask again
            self.ends += 1
        jump = command["seconds"] if command["cmd"] == "jump_time" else 0
        self.clock = max(self.clock + jump, command.get("date", 0))
        self._clock_from.append((self.mark(), self.clock))
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        events = []
        while True:
            line = self._process.stdout.readline()
            if not line:
                raise Broken("the endpoint has ended with the status %s" % self._process.wait())
            event = json.loads(line)
            if event["ev"] == "done":
                break
            events.append(event)
            self.add(event)
        if event.get("error"):
            raise Broken("%s: %s" % (command["cmd"], event["error"]))
        self._enqueue(events)
        if self.crashes and command["cmd"] != "restart":
            self._crash()
        return events

    def _enqueue(self, events):
        """A query that repeats one which is still on its way takes its place."""
        replaces = None
        for event in events:
            if event["ev"] == "resend_query":
                replaces = event["of_qid"]
            elif event["ev"] == "net_query":
                places = [i for i, q in enumerate(self._queries) if q["qid"] == replaces]
                if places:
                    self._queries[places[0]] = event
                else:
                    self._queries.append(event)
                replaces = None

    def _crash(self):
        """Memory is gone, and so is what was not sent yet."""
        pfs = self.pfs
        self.crashed_at.append((pfs["state"], 2 if int(pfs["other_auth_key_id"]) else 1))
        self._obey({"cmd": "restart"})

    # ---- in its thread: calls
    def _make_calls(self):
        while self._queries and not self.delays(self._queries[0]):
            query = self._queries.pop(0)
            answer, data = self._answer(query), query.get("data")
            if self.crashes and data and data not in self._answers_lost:
                self._answers_lost.add(data)
                self._crash()                   # the server has it, and the engine does not know
            else:
                self._obey({"cmd": "net_result", "qid": query["qid"], **answer})

    def _call(self, query):
        """A call of the API from the flat fields of a query."""
        method, fields = query["method"], from_json(query)
        if method == "messages.requestEncryption":
            fields["user_id"] = {"_": "inputUser", "user_id": fields["user_id"], "access_hash": 0}
        elif method == "upload.getFile":
            fields["location"] = {"_": "inputEncryptedFileLocation", "id": fields["id"],
                                  "access_hash": fields["access_hash"]}
        elif "access_hash" in fields:
            fields["peer"] = {"_": "inputEncryptedChat", "chat_id": fields["chat_id"],
                              "access_hash": fields["access_hash"]}
        return self.server.call(self.device, {**fields, "_": method})

    def _answer(self, query):
        try:
            result = self._call(query)
        except Refusal as refusal:
            return {"kind": "error", "code": refusal.code, "message": refusal.text}
        if result is True:
            return {"kind": "bool"}
        name, fields = result["_"], to_json(result)
        if name in CHAT_KINDS:
            return {**fields, "kind": "chat", "chat": CHAT_KINDS[name]}
        if name == "messages.sentEncryptedFile":
            return {"kind": "sent_file", "date": result["date"], "file": to_json(result["file"])}
        kinds = {"messages.dhConfig": "dh_config", "messages.dhConfigNotModified": "dh_not_modified",
                 "messages.sentEncryptedMessage": "sent", "upload.file": "file"}
        return {**{k: v for k, v in fields.items() if k != "type"}, "kind": kinds[name]}

    # ---- in its thread: updates
    def _take(self, update):
        kind = update["_"]
        if kind == "updateEncryption":
            self._obey({"cmd": "update_chat", **to_json(update["chat"]), "kind": CHAT_KINDS[update["chat"]["_"]]})
        elif kind == "updateNewEncryptedMessage":
            message = update["message"]
            file = message.get("file", {"_": "encryptedFileEmpty"})
            command = {"cmd": "incoming", "bytes": message["bytes"].hex(), "date": message["date"]}
            if file["_"] == "encryptedFile":
                command["file"] = to_json(file)
            self._obey(command)
        elif kind == "updateEncryptedMessagesRead":
            self._obey({"cmd": "peer_read", "max_date": update["max_date"], "date": update["date"]})
        elif kind == "updateEncryptedChatTyping":
            self._obey({"cmd": "peer_typing"})
        self._make_calls()


def fits(event, fields):
    return all(event.get(name) == value for name, value in fields.items())
