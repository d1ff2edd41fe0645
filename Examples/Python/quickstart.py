"""Two engines and a courier between them: from `import` to a delivered, decrypted message."""
import secrets
from secretchat import Engine, RequestKind, Result, ResultKind, events
from secretchat.testing import PRIME

ann, ben = Engine(secrets.token_bytes(32)), Engine(secrets.token_bytes(32))
requests = []


def handle(engine, event):
    with engine.turn(event) as turn:  # a real host stores turn.records and turn.changes here
        for message in (change.message for change in turn.changes if change.message):
            print("Ann's screen:" if engine is ann else "Ben's screen:", message.text)
    requests.extend((engine, request) for request in turn.requests)


# The server: it answers the one who asks, and tells the other.
def carry(engine, request):
    chat, data, fingerprint = request.id.chat_id, request.bytes, request.key_fingerprint
    result, news = Result(ResultKind.SENT, date=1), events.received(chat, data, date=1)
    if request.kind == RequestKind.GET_GROUP_PARAMETERS:
        random, news = secrets.token_bytes(request.random_size), None
        result = Result(ResultKind.GROUP_PARAMETERS, 3, 3, PRIME, random)
    elif request.kind == RequestKind.ENCRYPTION:
        result = Result(ResultKind.CHAT_WAITING, access_hash=1)
        news = events.requested(chat, access_hash=2, user_id=1, date=1, g_a=data)
    elif request.kind == RequestKind.ACCEPT:
        result = Result(ResultKind.CHAT_ACCEPTED, key_fingerprint=fingerprint)
        news = events.accepted(chat, access_hash=1, key_fingerprint=fingerprint, g_b=data)
    handle(engine, events.succeeded(request, result))
    if news:
        handle(ben if engine is ann else ann, news)


for user, wish in (ann, events.start(2, 7)), (ben, events.accept(7)), (ann, events.send(7, "Hi!")):
    handle(user, wish)
    while requests:
        carry(*requests.pop(0))
