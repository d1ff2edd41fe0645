"""The other side of the chat: what a user of telethon-secret-chat would do."""
import compat
from telethon.tl.functions import messages
from telethon_secret_chat import SECRET_TYPES, secretTL


class Peer:
    """One manager with one chat."""

    def __init__(self, host):
        self.host, self.chat_id = host, None
        self.manager = compat.Manager(host, auto_accept=True)
        self.received = []
        # Without a handler the library does not even open what comes.
        self.manager.add_secret_event_handler(SECRET_TYPES.decrypt, self._note)

    async def _note(self, event):
        self.received.append(event.decrypted_event)

    @property
    def chat(self):
        """The library's own record of the chat."""
        return self.manager.get_secret_chat(self.chat_id)

    def has_chat(self):
        return self.manager.session.get_secret_chat_by_id(self.chat_id) is not None

    async def create(self, user_id):
        self.chat_id = await self.manager.start_secret_chat(user_id)

    def _last_name(self):
        """The library gives messages their random_id and does not return it, but keeps what it has sent."""
        chat = self.chat
        return str(chat.outgoing[chat.out_seq_no].message.random_id)

    async def text(self, text, ttl=0, reply_to=None):
        await self.manager.send_secret_message(self.chat_id, text, ttl, reply_to and int(reply_to))
        return self._last_name()

    async def document(self, data, name, caption, mime_type="application/octet-stream"):
        await self.manager.send_secret_document(self.chat_id, data, b"", 0, 0, name, mime_type, len(data),
                                                attributes=[secretTL.DocumentAttributeFilename(name)], caption=caption)
        return self._last_name()

    async def media(self, text, media):
        """Media without a file. The library has constructors for them, and no call."""
        data = await self.manager.encrypt_secret_message(self.chat, secretTL.DecryptedMessage(0, text, media=media))
        await self.host(messages.SendEncryptedRequest(self.chat.input_chat, data))
        return self._last_name()

    async def act(self, action):
        """An action. The library has constructors for them, and no call."""
        data = await self.manager.encrypt_secret_message(self.chat, secretTL.DecryptedMessageService(action))
        await self.host(messages.SendEncryptedServiceRequest(self.chat.input_chat, data))

    async def set_timer(self, seconds):
        await self.act(secretTL.DecryptedMessageActionSetMessageTTL(seconds))
        self.chat.ttl = seconds     # the library notes what it hears and not what it says

    async def download(self, message):
        """What the library fetches and decrypts, without the padding, which it leaves to its user."""
        return (await self.manager.download_secret_media(message))[:message.media.size]

    # ---- what does not concern the manager: calls of the client
    async def say_read(self, max_date):
        await self.host(messages.ReadEncryptedHistoryRequest(self.chat.input_chat, max_date))

    async def say_typing(self, is_typing):
        await self.host(messages.SetEncryptedTypingRequest(self.chat.input_chat, is_typing))

    # ---- the end
    async def close(self):
        await self.manager.close_secret_chat(self.chat)
