"""The server's half of MTProto: obfuscated TCP, the creation of keys, sessions.

The methods of the API are none of its business: `Gateway` hands each call to a function and sends back what that
returns. One lock guards everything, for each connection has a thread of its own.
"""
import os
import socket
import threading
import time
import traceback

import cipher
import isolation
from schema import Input, Malformed, Raw, client_to_server, number, unpacked

PORTS = (80, 443, 5222)     # those of the data centres that TDLib knows
INTERMEDIATE, PADDED_INTERMEDIATE = b"\xee" * 4, b"\xdd" * 4
CONTAINER, GZIP = 0x73F1F8DC, 0x3072CFA1
ANSWER, UPDATE = 1, 3       # the last two bits of the server's message ids
ANSWERS_KEPT = 200
LARGEST_FRAME = 1 << 24


class Refusal(Exception):
    """The server answers a call with an error."""

    def __init__(self, code, text):
        super().__init__("%d %s" % (code, text))
        self.code, self.text = code, text


class Key:
    """An authorization key: a device, as far as MTProto knows."""

    def __init__(self, secret, salt, data_centre):
        self.secret, self.salt, self.data_centre = secret, salt, data_centre
        self.name, self.sessions = cipher.fingerprint(secret), {}


class Session:
    """Messages to a client; what it does not acknowledge goes again over its next connection."""

    def __init__(self, gateway, key, identifier):
        self.gateway, self.key, self.identifier = gateway, key, identifier
        self.link, self.count = None, 0
        self.open = {}          # id of a message that is not acknowledged: its sequence number and its content
        self.answers = {}       # id of a call: its answer

    def send(self, content, kind=ANSWER, counts=True):
        """`counts` is false for what needs no acknowledgement. Returns the message's id."""
        identifier = self.gateway.next_id(kind)
        sequence = 2 * self.count + counts
        self.count += counts
        if counts:
            self.open[identifier] = (sequence, content)
        self._transmit(identifier, sequence, content)
        return identifier

    def _transmit(self, identifier, sequence, content):
        if self.link:
            plain = (number(self.key.salt, 8) + number(self.identifier, 8) + number(identifier, 8) + number(sequence)
                     + number(len(content)) + content)
            self.link.write(self.key.name + cipher.seal(self.key.secret, 8, plain))

    def repeat(self, identifiers):
        for identifier in identifiers:
            if identifier in self.open:
                self._transmit(identifier, *self.open[identifier])

    # ---- what a client sends
    def take(self, identifier, content):
        source = Input(content)
        constructor = source.number()
        if constructor == CONTAINER:
            for _ in range(source.number()):
                inner, _ = source.number(8, True), source.number()
                self.take(inner, source.take(source.number()))
        elif constructor == GZIP:
            self.take(identifier, unpacked(source.string()))
        elif not self._serve(identifier, content):
            self._call(identifier, content)

    def _serve(self, identifier, content):
        """Handles a service message; tells whether it was one."""
        codec, answer, counts = self.gateway.codec, None, False
        try:
            value = codec.decode(content)
        except Malformed:
            return False
        name = value["_"]
        if name == "msgs_ack":
            for each in value["msg_ids"]:
                self.open.pop(each, None)
        elif name.startswith("ping"):
            answer = {"_": "pong", "msg_id": identifier, "ping_id": value["ping_id"]}
        elif name == "get_future_salts":
            now = int(time.time())
            answer = {"_": "future_salts", "req_msg_id": identifier, "now": now, "count": 1, "valid_since": now - 60,
                      "valid_until": now + 86400, "salt": self.key.salt}
        elif name == "msgs_state_req":      # 4: received, 1: never heard of
            states = bytes(4 if each in self.answers else 1 for each in value["msg_ids"])
            answer = {"_": "msgs_state_info", "req_msg_id": identifier, "info": states}
        elif name == "msg_resend_req":
            self.repeat(value["msg_ids"])
        elif name == "rpc_drop_answer":
            answer, counts = {"_": "rpc_result", "req_msg_id": identifier, "result": {"_": "rpc_answer_unknown"}}, True
        elif name == "destroy_session":
            known = self.key.sessions.pop(value["session_id"], None)
            answer = {"_": "destroy_session_ok" if known else "destroy_session_none", "session_id": value["session_id"]}
        elif name != "http_wait":
            return False
        if answer:
            self.send(codec.encode(answer), counts=counts)
        return True

    def _call(self, identifier, content):
        """A call of the API. One that comes again gets the same answer again."""
        if identifier not in self.answers:
            try:
                result = Raw(self.gateway.answer(self, content))
            except Refusal as refusal:
                result = {"_": "rpc_error", "error_code": refusal.code, "error_message": refusal.text}
            self.answers[identifier] = self.gateway.codec.encode(
                {"_": "rpc_result", "req_msg_id": identifier, "result": result})
            while len(self.answers) > ANSWERS_KEPT:
                self.answers.pop(next(iter(self.answers)))
        self.send(self.answers[identifier])


class Link:
    """One connection of a client."""

    def __init__(self, gateway, stream):
        self.gateway, self.stream = gateway, stream
        self.negotiations = {}              # nonce: the creation of a key that is under way

    def run(self):
        try:
            self._greet()
            while True:
                size = Input(self._read(4)).number() & 0x7FFFFFFF
                if size > LARGEST_FRAME:
                    raise ValueError("a frame of %d bytes" % size)
                frame = self._read(size)
                with self.gateway.lock:
                    self._take(frame)
        except (EOFError, OSError):
            pass                            # connections come and go
        except Exception:
            self.gateway.faults.append(traceback.format_exc())
        finally:
            self.close()

    def close(self):
        """The client notices, and so does the thread that reads."""
        with self.gateway.lock:
            self.gateway.links.discard(self)
        for end in (lambda: self.stream.shutdown(socket.SHUT_RDWR), self.stream.close):
            try:
                end()
            except OSError:
                pass

    def write(self, packet):
        try:
            self.stream.sendall(self._hide(number(len(packet)) + packet))
        except OSError:
            pass                            # what was not acknowledged goes again

    def _read_raw(self, size):
        content = b""
        while len(content) < size:
            piece = self.stream.recv(size - len(content))
            if not piece:
                raise EOFError
            content += piece
        return content

    def _read(self, size):
        return self._show(self._read_raw(size))

    def _greet(self):
        """64 bytes hold the keys for both directions, and say in their encrypted end how frames are made."""
        hello = self._read_raw(64)
        turned = hello[::-1]
        self._show, self._hide = (cipher.key_stream(each[8:40], each[40:56]) for each in (hello, turned))
        tag = self._show(hello)[56:60]
        if tag not in (INTERMEDIATE, PADDED_INTERMEDIATE):
            raise ValueError("the transport %s is not served" % tag.hex())

    # ---- frames
    def _take(self, frame):
        name = frame[:8]
        if name == bytes(8):
            self._negotiate(frame)
        elif name in self.gateway.keys:
            self._take_encrypted(self.gateway.keys[name], frame[8:])
        else:
            self.write(number(-404))        # no such key

    def _take_encrypted(self, key, sealed):
        source = Input(cipher.unseal(key.secret, 0, sealed))
        source.take(8)                      # the salt, of which there is only one
        name, identifier, _ = source.number(8, True), source.number(8, True), source.number()
        content = source.take(source.number())
        session = key.sessions.get(name)
        if session is None:
            session = key.sessions[name] = Session(self.gateway, key, name)
            session.link = self
            session.send(self.gateway.codec.encode({
                "_": "new_session_created", "first_msg_id": identifier, "unique_id": name, "server_salt": key.salt}),
                UPDATE)
        overdue = list(session.open) if session.link is not self else []
        session.link = self
        session.take(identifier, content)
        session.repeat(overdue)

    # ---- creation of a key
    def _negotiate(self, frame):
        source = Input(frame)
        source.take(16)                     # no key, and the message's id
        request = self.gateway.codec.read(Input(source.take(source.number())))      # padding follows
        nonce = request["nonce"]
        if request["_"] == "req_pq_multi":
            self.negotiations[nonce] = self._creation(nonce)
            answer = next(self.negotiations[nonce])
        else:
            answer = self.negotiations[nonce].send(request)
        content = self.gateway.codec.encode(answer)
        self.write(bytes(8) + number(self.gateway.next_id(ANSWER), 8) + number(len(content)) + content)

    def _creation(self, nonce):
        """The whole dialogue, from the riddle to the new key: yields answers, and is sent the client's requests."""
        codec, rsa, own_nonce = self.gateway.codec, self.gateway.rsa, os.urandom(16)
        names = {"nonce": nonce, "server_nonce": own_nonce}
        p, q = (n.to_bytes(4, "big") for n in cipher.product_of_primes())
        riddle = (int.from_bytes(p, "big") * int.from_bytes(q, "big")).to_bytes(8, "big").lstrip(b"\0")
        request = yield {"_": "resPQ", **names, "pq": riddle, "server_public_key_fingerprints": [rsa.fingerprint]}

        inner = codec.read(Input(rsa.open(request["encrypted_data"])))
        _require(inner["_"] == "p_q_inner_data_dc" and inner["pq"] == riddle and inner["nonce"] == nonce
                 and [v.lstrip(b"\0") for v in (inner["p"], inner["q"])] == [v.lstrip(b"\0") for v in (p, q)])
        new_nonce = inner["new_nonce"]
        mixed = cipher.sha1(own_nonce, new_nonce)
        key = cipher.sha1(new_nonce, own_nonce) + mixed[:12]
        iv = mixed[12:] + cipher.sha1(new_nonce, new_nonce) + new_nonce[:4]
        exponent, value = cipher.half_key()
        proposal = codec.encode({
            "_": "server_DH_inner_data", **names, "g": cipher.GENERATOR, "dh_prime": cipher.PRIME.to_bytes(256, "big"),
            "g_a": value, "server_time": int(time.time())})
        plain = cipher.sha1(proposal) + proposal
        request = yield {"_": "server_DH_params_ok", **names, "encrypted_answer": cipher.ige_encrypt(
            key, iv, plain + os.urandom(-len(plain) % 16))}

        plain = cipher.ige_decrypt(key, iv, request["encrypted_data"])
        source = Input(plain[20:])
        reply = codec.read(source)
        _require(cipher.sha1(plain[20:20 + source.place]) == plain[:20] and reply["server_nonce"] == own_nonce)
        secret = cipher.whole_key(reply["g_b"], exponent)
        salt = int.from_bytes(cipher.xor(new_nonce[:8], own_nonce[:8]), "little")
        created = Key(secret, salt, inner["dc"])
        self.gateway.keys[created.name] = created
        proof = cipher.sha1(new_nonce, b"\x01", cipher.sha1(secret)[:8])[4:]
        yield {"_": "dh_gen_ok", **names, "new_nonce_hash1": proof}


def _require(holds):
    if not holds:
        raise ValueError("the client broke the rules of the creation of keys")


class Gateway:
    """Listens for clients. `answer(session, call)` gives the encoded result of a call, or raises `Refusal`."""

    def __init__(self, answer):
        self.answer, self.codec, self.rsa = answer, client_to_server(), cipher.ServerKey()
        self.lock = threading.RLock()
        self.keys, self.links, self.faults = {}, set(), []
        self._last_id = 0

    def next_id(self, kind):
        """Ids grow, follow the clock, and say in their last two bits what they are for."""
        self._last_id = max(self._last_id + 4, int(time.time() * (1 << 32)) >> 2 << 2)
        return self._last_id | kind

    def start(self):
        isolation.guard()
        for port in PORTS:
            listener = socket.create_server(("0.0.0.0", port), reuse_port=False)
            threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def _accept(self, listener):
        while True:
            stream, _ = listener.accept()
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            link = Link(self, stream)
            with self.lock:
                self.links.add(link)
            threading.Thread(target=link.run, daemon=True).start()

    def break_links(self):
        with self.lock:
            links = list(self.links)
        for link in links:
            link.close()
