"""The methods of secret chats and their files. The server relays packets and opens none."""
import hashlib
import os
import secrets
import time

import accounts
import cipher
from transport import Refusal

GROUP_VERSION = 3


def secret_number():
    return secrets.randbits(62) + 1


class SecretChat:
    def __init__(self, identifier, creator_device, participant, value):
        self.id, self.date, self.state = identifier, int(time.time()), "requested"
        self.creator, self.participant = creator_device.account, participant
        self.creator_device, self.participant_device = creator_device, None
        self.value = value                  # the creator's public value
        self.hashes = {self.creator.user_id: secret_number(), participant.user_id: secret_number()}

    def seen_by(self, account, constructor, **fields):
        return {"_": constructor, "id": self.id, "access_hash": self.hashes[account.user_id], "date": self.date,
                "admin_id": self.creator.user_id, "participant_id": self.participant.user_id, **fields}

    def other(self, device):
        return self.participant_device if device is self.creator_device else self.creator_device

    def discarded(self, history_deleted=False):
        return {"_": "updateEncryption", "date": int(time.time()), "chat": {
            "_": "encryptedChatDiscarded", "id": self.id, "history_deleted": history_deleted}}


def _chat(server, device, reference):
    chat = server.chats.get(reference["chat_id"])
    if chat is None or chat.hashes.get(device.account.user_id) != reference["access_hash"]:
        raise Refusal(400, "CHAT_ID_INVALID")
    return chat


def _live_chat(server, device, reference):
    chat = _chat(server, device, reference)
    if chat.state == "discarded":
        raise Refusal(400, "ENCRYPTION_DECLINED")
    if chat.state != "live" or device not in (chat.creator_device, chat.participant_device):
        raise Refusal(400, "ENCRYPTION_ID_INVALID")
    return chat


# ---- beginning and end
def get_group(server, device, request):
    noise = os.urandom(request["random_length"])
    if request["version"] == GROUP_VERSION:
        return {"_": "messages.dhConfigNotModified", "random": noise}
    return {"_": "messages.dhConfig", "g": cipher.GENERATOR, "p": cipher.PRIME.to_bytes(256, "big"),
            "version": GROUP_VERSION, "random": noise}


def request_chat(server, device, request):
    invited, identifier = accounts.find(server, device, request["user_id"]), request["random_id"]
    if invited is device.account:
        raise Refusal(400, "USER_ID_INVALID")
    if identifier in server.chats:
        raise Refusal(500, "RANDOM_ID_DUPLICATE")
    chat = server.chats[identifier] = SecretChat(identifier, device, invited, request["g_a"])
    for each in invited.devices:
        server.push(each, {"_": "updateEncryption", "date": chat.date,
                           "chat": chat.seen_by(invited, "encryptedChatRequested", g_a=chat.value)})
    return chat.seen_by(device.account, "encryptedChatWaiting")


def accept_chat(server, device, request):
    chat = _chat(server, device, request["peer"])
    if chat.state == "discarded":
        raise Refusal(400, "ENCRYPTION_ALREADY_DECLINED")
    if chat.state != "requested" or device.account is not chat.participant:
        raise Refusal(400, "ENCRYPTION_ALREADY_ACCEPTED")
    chat.state, chat.participant_device, chat.date = "live", device, int(time.time())
    for each in chat.participant.devices:
        if each is not device:
            server.push(each, chat.discarded())
    fingerprint = request["key_fingerprint"]
    server.push(chat.creator_device, {"_": "updateEncryption", "date": chat.date, "chat": chat.seen_by(
        chat.creator, "encryptedChat", g_a_or_b=request["g_b"], key_fingerprint=fingerprint)})
    return chat.seen_by(device.account, "encryptedChat", g_a_or_b=chat.value, key_fingerprint=fingerprint)


def discard_chat(server, device, request):
    chat = server.chats.get(request["chat_id"])
    if chat is None or device.account not in (chat.creator, chat.participant):
        raise Refusal(400, "CHAT_ID_INVALID")
    if chat.state == "discarded":
        raise Refusal(400, "ENCRYPTION_ALREADY_DECLINED")
    if chat.state == "live" and device not in (chat.creator_device, chat.participant_device):
        raise Refusal(400, "ENCRYPTION_ID_INVALID")     # it has lost the chat to another device
    invited = [chat.participant_device] if chat.state == "live" else chat.participant.devices
    chat.state = "discarded"
    for each in [chat.creator_device, *invited]:
        if each is not device:
            server.push(each, chat.discarded(bool(request.get("delete_history"))))
    return True


# ---- messages
def _relay(server, device, request, service=False, file=None):
    chat, date = _live_chat(server, device, request["peer"]), int(time.time())
    message = {"_": "encryptedMessageService" if service else "encryptedMessage", "random_id": request["random_id"],
               "chat_id": chat.id, "date": date, "bytes": request["data"]}
    if not service:
        message["file"] = file or {"_": "encryptedFileEmpty"}
    for each in server.gate(chat, device, message) if server.gate else [message]:
        server.push_message(chat.other(device), each)
    return date


def send(server, device, request):
    return {"_": "messages.sentEncryptedMessage", "date": _relay(server, device, request)}


def send_service(server, device, request):
    return {"_": "messages.sentEncryptedMessage", "date": _relay(server, device, request, service=True)}


def send_file(server, device, request):
    _live_chat(server, device, request["peer"])
    file = server.files.named(device, request["file"])
    return {"_": "messages.sentEncryptedFile", "date": _relay(server, device, request, file=file), "file": file}


def read_history(server, device, request):
    chat = _live_chat(server, device, request["peer"])
    server.push(chat.other(device), {"_": "updateEncryptedMessagesRead", "chat_id": chat.id,
                                     "max_date": request["max_date"], "date": int(time.time())})
    return True


def set_typing(server, device, request):
    chat = _live_chat(server, device, request["peer"])
    if request["typing"]:
        server.push(chat.other(device), {"_": "updateEncryptedChatTyping", "chat_id": chat.id})
    return True


def acknowledge(server, device, request):
    device.queue = [(qts, message) for qts, message in device.queue if qts > request["max_qts"]]
    return []


# ---- files
class Files:
    """Encrypted files: uploaded in parts, named by messages, fetched in pieces."""

    def __init__(self):
        self._parts, self._files = {}, {}

    def add_part(self, device, file_id, place, content):
        self._parts.setdefault((device, file_id), {})[place] = content

    def named(self, device, reference):
        """The file that an InputEncryptedFile means, in the form for the receiver."""
        if reference["_"] == "inputEncryptedFile":
            return self._find(reference)[0]
        parts = self._parts.get((device, reference["id"]), {})
        if sorted(parts) != list(range(reference["parts"])):
            raise Refusal(400, "FILE_PARTS_INVALID")
        content = b"".join(parts[place] for place in range(reference["parts"]))
        digest = reference.get("md5_checksum")
        if digest and hashlib.md5(content).hexdigest() != digest:
            raise Refusal(400, "MD5_CHECKSUM_INVALID")
        file = {"_": "encryptedFile", "id": secret_number(), "access_hash": secret_number(), "size": len(content),
                "dc_id": accounts.DATA_CENTRE, "key_fingerprint": reference["key_fingerprint"]}
        self._files[file["id"]] = (file, content)
        return file

    def piece(self, location, offset, limit):
        return self._find(location)[1][offset:offset + limit]

    def _find(self, reference):
        file, content = self._files.get(reference["id"], (None, None))
        if file is None or file["access_hash"] != reference["access_hash"]:
            raise Refusal(400, "FILE_ID_INVALID")
        return file, content


def save_part(server, device, request):
    server.files.add_part(device, request["file_id"], request["file_part"], request["bytes"])
    return True


def get_file(server, device, request):
    return {"_": "upload.file", "type": {"_": "storage.filePartial"}, "mtime": int(time.time()),
            "bytes": server.files.piece(request["location"], request["offset"], request["limit"])}


METHODS = {
    "messages.getDhConfig": get_group,
    "messages.requestEncryption": request_chat,
    "messages.acceptEncryption": accept_chat,
    "messages.discardEncryption": discard_chat,
    "messages.sendEncrypted": send,
    "messages.sendEncryptedService": send_service,
    "messages.sendEncryptedFile": send_file,
    "messages.readEncryptedHistory": read_history,
    "messages.setEncryptedTyping": set_typing,
    "messages.receivedQueue": acknowledge,
    "upload.saveFilePart": save_part,
    "upload.saveBigFilePart": save_part,
    "upload.getFile": get_file,
}
