"""The engine's endpoint: a subprocess that takes commands and tells events, one JSON object per line."""
import json
import subprocess
import tempfile

from keys import fingerprint, fingerprint_of
from score import Failed


class Endpoint:
    """Commands are worked off one by one, so nothing here waits for anything but the answer to the last one."""

    def __init__(self, argv):
        self._errors = tempfile.TemporaryFile()
        self._process = subprocess.Popen([*argv, "--reveal-keys"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         stderr=self._errors)
        self.events = []
        self.state = {}
        hello = self._read()
        if "files" not in hello.get("features", ()):
            raise Failed("the endpoint cannot send files: %s" % hello)

    def _read(self):
        line = self._process.stdout.readline()
        if not line:
            raise Failed("the endpoint has ended")
        return json.loads(line)

    def command(self, cmd, **fields):
        """Carries a command out; returns the events that belong to it."""
        self._process.stdin.write(json.dumps({"cmd": cmd, **fields}).encode() + b"\n")
        self._process.stdin.flush()
        events = []
        while True:
            event = self._read()
            if event["ev"] == "done":
                break
            events.append(event)
            if event["ev"] == "state":
                self.state = event
        self.events += events
        if "error" in event:
            raise Failed("the endpoint refuses %s: %s" % (cmd, event["error"]))
        return events

    def told(self, ev, since=0):
        """The events of one name since a place in the list of all."""
        return [e for e in self.events[since:] if e["ev"] == ev]

    def keys(self):
        """Every key of the chat, in the order in which they were made."""
        return [bytes.fromhex(e["auth_key"]) for e in self.told("new_key")]

    def open(self, packet, keys):
        """What is in a packet that was made under one of the keys, whoever made it."""
        for key in keys:
            if fingerprint(key) == fingerprint_of(packet):
                return self.command("decrypt", key=key.hex(), data=packet.hex())[0]
        raise Failed("a packet was made under a key that the engine does not know")

    def end(self):
        """Ends it in good order; what it printed on standard error."""
        try:
            self._process.stdin.write(b'{"cmd":"quit"}\n')
            self._process.stdin.close()
            code = self._process.wait(10)
        finally:
            self.kill()
        self._errors.seek(0)
        text = self._errors.read().decode(errors="replace").strip()
        return text if code == 0 else "%s (exit code %s)" % (text, code)

    def kill(self):
        """Does not leave a process behind, whatever went wrong."""
        self._process.kill()
        self._process.wait()
