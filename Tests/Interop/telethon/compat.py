"""telethon-secret-chat 0.2.4, with as much changed as it takes to hold a conversation that others understand.

What is not mentioned here is the library's own code. Each change names the defect that it works around.
"""
from telethon_secret_chat import SecretChatManager
from telethon_secret_chat.secret_chat_manager import patch_tlobjects
from telethon_secret_chat.secret_methods import DEFAULT_LAYER, SecretChat
from telethon_secret_chat.storage.memory import SecretMemorySession


class CappedChat(SecretChat):
    """The library's record of a chat; `Session` turns each of them into this."""

    # Defect: the library puts the layer of the last message that it received, or that NotifyLayer named, on its own
    # messages, although it knows no layer above 101. Whoever believes that answers in a layer which it cannot read.
    @property
    def layer(self):
        return self.__dict__["layer"]

    @layer.setter
    def layer(self, layer):
        self.__dict__["layer"] = min(layer, DEFAULT_LAYER)


class Session(SecretMemorySession):
    """The library's session in memory."""

    def save_chat(self, chat, temp=False):
        chat.__class__ = CappedChat
        # Defect: a chat begins with MTProto 1.0, although its messages carry layer 101. From layer 73 on nobody else
        # reads that, this engine included.
        chat.mtproto = 2
        super().save_chat(chat, temp)


class Manager(SecretChatManager):
    """The library's manager, which makes, reads and sends everything."""

    def __init__(self, host, **options):
        # The library adds its constructors to those of Telethon with the first update only.
        patch_tlobjects()
        super().__init__(host, session=Session(), **options)
        # Defect: a session has this table and a manager has not, but managers look for it in themselves. Without it
        # every exchange of keys ends in AttributeError.
        self._temp_rekeyed_secret_chats = {}
        self._announced = set()

    async def notify_layer(self, chat):
        # Defect: 15 s after the library was imported, it answers every message with NotifyLayer, and NotifyLayer with
        # two of them. Here the layer is announced once, when the chat is made.
        if chat.id not in self._announced:
            self._announced.add(chat.id)
            await super().notify_layer(chat)

    async def commit_rekey(self, peer, action):
        # Defect: after a change of keys the library sets the self-destruct timer to 100 where it means the count of
        # messages until the next change.
        chat = self.get_secret_chat(peer)
        ttl = chat.ttl
        await super().commit_rekey(peer, action)
        chat.ttl, chat.ttr = ttl, 100
