"""The fake server: who is there, what was called, which updates are on their way. The methods are in other files."""
import time
import traceback

import accounts
import chats
from schema import Malformed
from transport import UPDATE, Gateway, Refusal

METHODS = {**accounts.METHODS, **chats.METHODS}
WITHOUT_ACCOUNT = ("help.", "auth.")


class Account:
    def __init__(self, user_id, phone, name):
        self.user_id, self.phone, self.name = user_id, phone, name
        self.access_hash = chats.secret_number()
        self.devices = []


class Device:
    """A client of an account: one of TDLib, known by its key, or the endpoint, whose updates go to a function."""

    def __init__(self, key=None, account=None, deliver=None):
        self.key, self.account, self.deliver = key, account, deliver
        self.session = None
        self.qts, self.queue = 1, []        # messages with their numbers, until they are acknowledged
        self.sent, self.waiting = {}, []    # other updates: by id of the message that holds them, and those not sent


class Server:
    def __init__(self):
        self.gateway = Gateway(self._answer)
        self.codec, self.lock, self.faults = self.gateway.codec, self.gateway.lock, self.gateway.faults
        self.accounts, self.chats, self.files = {}, {}, chats.Files()
        self.devices = {}
        self.calls = []                     # (user id, method): everything that was called
        self.gate = None                    # what takes each message of a chat and says what arrives instead
        self.before_call = None             # sees each call; may change it, answer it, or raise Refusal
        self.layers = set()

    def start(self):
        self.gateway.start()

    def break_links(self):
        self.gateway.break_links()

    def add_account(self, name):
        with self.lock:
            order = len(self.accounts) + 1
            account = Account(5_000_000_000 + order, "99966%06d" % order, name)
            self.accounts[account.user_id] = account
            return account

    def add_device(self, account, deliver):
        with self.lock:
            device = Device(account=account, deliver=deliver)
            account.devices.append(device)
            return device

    def sessions(self, account):
        """Where the clients of an account want their updates."""
        with self.lock:
            return {device.session for device in account.devices if device.session}

    # ---- calls
    def _answer(self, session, content):
        try:
            request = self.codec.decode(content)
        except Malformed as reason:         # most of the API is not in the table; TDLib bears that
            raise Refusal(400, "METHOD_UNKNOWN") from reason
        while "query" in request:
            if request["_"] == "invokeWithLayer":
                self.layers.add(request["layer"])
            request = request["query"]
        device = self.devices.setdefault(session.key.name, Device(session.key))
        if request["_"].startswith("updates.get"):
            self._move_updates(device, session)
        return self.codec.encode(self.call(device, request))

    def call(self, device, request):
        """One call by a device; a client's or the endpoint's."""
        name = request["_"]
        with self.lock:
            user = device.account.user_id if device.account else 0
            self.calls.append((user, name))
            answer = self.before_call(device, request) if self.before_call else None
            if answer is not None:
                return answer
            if name not in METHODS:
                raise Refusal(400, "METHOD_UNKNOWN")
            if not user and not name.startswith(WITHOUT_ACCOUNT):
                raise Refusal(401, "AUTH_KEY_UNREGISTERED")
            try:
                return METHODS[name](self, device, request)
            except Refusal:
                raise
            except Exception as fault:      # otherwise TDLib would ask for ever
                self.faults.append(traceback.format_exc())
                raise Refusal(500, "FAULT") from fault

    def called(self, name, by=None):
        with self.lock:
            return sum(1 for user, method in self.calls if method == name and by in (None, user))

    # ---- updates
    def _move_updates(self, device, session):
        """Updates go to the session that asked for them last; what the one before did not acknowledge waits."""
        if device.session is session:
            return
        if device.session:
            device.waiting += [u for name, u in device.sent.items() if name in device.session.open]
            device.session.open.clear()
        device.session, device.sent = session, {}

    def push(self, device, update):
        """An update without a number."""
        with self.lock:
            if device.deliver:
                device.deliver(update)
            elif device.session:
                device.sent[self._send(device, update)] = update
            else:
                device.waiting.append(update)

    def push_message(self, device, message):
        """A message of a chat, which keeps its number until it is acknowledged."""
        with self.lock:
            device.qts += 1
            update = {"_": "updateNewEncryptedMessage", "message": message, "qts": device.qts}
            if device.deliver:
                device.deliver(update)
                return
            device.queue.append((device.qts, message))
            if device.session:
                self._send(device, update)

    def _send(self, device, update):
        return device.session.send(self.codec.encode({
            "_": "updates", "updates": [update], "users": accounts.everybody(self, device), "chats": [],
            "date": int(time.time()), "seq": 0}), UPDATE)
