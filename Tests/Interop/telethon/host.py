"""The client that telethon-secret-chat believes to run in: Telethon without a connection."""
import collections
import logging

from telethon.client.downloads import DownloadMethods
from telethon.client.messageparse import MessageParseMethods
from telethon.client.uploads import UploadMethods
from telethon.extensions import markdown
from telethon.tl import types


class Session:
    """All files are in the data centre that the client is connected to."""
    dc_id = 2


class Host(UploadMethods, DownloadMethods, MessageParseMethods):
    """Uploads, downloads and the markdown are Telethon's own; requests go to a courier instead of a server."""

    def __init__(self, loop):
        self.loop = loop
        self.session = Session()
        self.courier = None                                     # set by the courier itself
        self.updates = []                                       # everything that the server has told this client
        self._log = collections.defaultdict(lambda: logging.getLogger("peer"))
        self._parse_mode = markdown                             # as in a new client of Telethon
        self._sender = None                                     # the connection, which downloads name
        self._handlers = []

    # ---- what the manager of secret chats needs
    def add_event_handler(self, callback, event=None):
        self._handlers.append(callback)

    async def __call__(self, request):
        return await self.courier.serve(request)

    async def get_input_entity(self, user_id):
        return types.InputUser(user_id=user_id, access_hash=0)

    # ---- what downloads need
    async def _call(self, sender, request):
        return await self.courier.serve(request)

    # ---- what the courier needs
    async def deliver(self, update):
        """Unlike a real client this one does not hide the errors of a handler: they end the scenario."""
        self.updates.append(update)
        for handler in self._handlers:
            await handler(update)
