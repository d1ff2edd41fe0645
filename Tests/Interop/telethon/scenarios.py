"""What is played in both roles of the engine. Each scenario has a chat of its own."""
from telethon import errors
from telethon.tl import types
from telethon_secret_chat import secretTL

import actions
import contents
from chat import LAYER, LAYER_OF_PEER
from contents import text_of_engine, text_of_peer
from courier import BUILT_IN, ENGINE, PEER
from keys import fingerprint, fingerprint_of, picture


async def creation(chat):
    expect, equal = chat.score.expect, chat.score.equal
    key = chat.peer.chat.auth_key
    equal(chat.engine.keys(), [key], "the engine's key")
    equal(chat.engine.state["pfs"]["auth_key_id"], str(fingerprint(key)), "the fingerprint at the engine")
    active = chat.engine.told("update_secret_chat")[-1]
    equal(active["state"], "active", "the chat at the engine")
    equal(active["key_hash"], picture(key).hex(), "what the engine draws the picture from")
    equal((active["is_outbound"], active["user_id"]), (chat.is_creator, str(PEER)), "the engine's role and its peer")
    equal((chat.peer.chat.admin, chat.peer.chat.user_id), (not chat.is_creator, ENGINE), "the peer's role and its peer")
    equal(active["layer"], LAYER_OF_PEER, "the layer that the engine writes")
    equal(chat.engine.state["layer"]["my"], LAYER, "the layer that the engine knows")
    calls = {name.removeprefix("messages.").lower(): call for _, name, call in chat.courier.calls}
    request, accept = calls["requestencryption"], calls["acceptencryption"]
    g_a, g_b = (bytes.fromhex(request["g_a"]), accept.g_b) if chat.is_creator else (
        request.g_a, bytes.fromhex(accept["g_b"]))
    for value in (g_a, g_b):
        equal(len(value), 256, "the size of a public value")
        expect(1 << 1984 < int.from_bytes(value, "big") < BUILT_IN - (1 << 1984), "a public value is in range")
    named = accept.key_fingerprint if chat.is_creator else int(accept["key_fingerprint"])
    equal(named, fingerprint(key), "the fingerprint that the server was told")
    await text_of_engine(chat, "first of the engine")
    await text_of_peer(chat, "first of the peer")


async def restart(chat):
    """The endpoint forgets everything but its records, with packets of either side on their way."""
    await text_of_engine(chat, "before")
    await text_of_peer(chat, "before")
    for n in range(2):
        mark = chat.mark()
        name = await chat.peer.text("on its way %d" % n)
        await chat.wish("restart")
        got = chat.score.only(mark.told("inbound_message"), "what was on its way")
        chat.score.equal((got["random_id"], got["text"]), (name, "on its way %d" % n), "what was on its way")
        mark, name = chat.mark(), chat.new_name()
        asked = chat.courier.tell("send_text", random_id=name, text="lost %d" % n)
        chat.courier.lose_requests()
        await chat.wish("restart")
        got = chat.score.only(mark.received(), "what was lost with its request")
        chat.score.equal((str(got.random_id), got.message), (name, "lost %d" % n), "what was lost with its request")
        lost = chat.score.only([e["data"] for e in asked if e["ev"] == "net_query"], "the request that was lost")
        chat.score.equal(mark.packets(ENGINE)[-1].raw.hex(), lost, "what is sent again")
        await text_of_engine(chat, "after %d" % n)
        await text_of_peer(chat, "after %d" % n)


async def new_key(chat):
    """The peer asks for another key, twice. As the one who is asked it does not find its way to the new key."""
    first = picture(chat.peer.chat.auth_key).hex()
    await chat.step("peer-timer", lambda: chat.peer.set_timer(30))
    for n in (1, 2):
        old, mark = chat.peer.chat.auth_key, chat.mark()
        await chat.step("peer-asks", lambda: chat.peer.manager.rekey(chat.peer.chat))
        keys = chat.engine.keys()
        chat.score.equal(len(keys), n + 1, "the number of the engine's keys")
        chat.score.expect(keys[-1] == chat.peer.chat.auth_key != old, "both have the same new key")
        chat.score.equal(chat.engine.state["pfs"]["state"], "Empty", "the exchange at the engine")
        chat.score.equal(chat.engine.state["pfs"]["auth_key_id"], str(fingerprint(keys[-1])), "the key in use")
        sent = [(p.by, type(chat.wrapper(p).message.action), fingerprint_of(p.raw)) for p in
                mark.packets(PEER) + mark.packets(ENGINE)]
        chat.score.equal(sent, [(PEER, secretTL.DecryptedMessageActionRequestKey, fingerprint(old)),
                                (PEER, secretTL.DecryptedMessageActionCommitKey, fingerprint(old)),
                                (ENGINE, secretTL.DecryptedMessageActionAcceptKey, fingerprint(old)),
                                (ENGINE, secretTL.DecryptedMessageActionNoop, fingerprint(keys[-1]))],
                         "what either sent for the exchange, under which key")
        await text_of_engine(chat, "under key %d" % n, expected_ttl=30)
        await text_of_peer(chat, "under key %d" % n)
        chat.score.equal(chat.engine.state["pfs"]["other_auth_key_id"], "0", "the old key at the engine")
    chat.score.equal(chat.peer.chat.ttl, 30, "the timer at the peer")
    mark = chat.mark()
    await chat.step("peer-timer", lambda: chat.peer.set_timer(0))       # the engine tells how the chat stands
    shown = chat.score.only(mark.told("update_secret_chat"), "the chat after both exchanges")
    chat.score.equal(shown["key_hash"], first, "what the engine draws the picture from")


async def close_by_engine(chat):
    await text_of_peer(chat, "in time")
    mark = chat.mark()
    late = await chat.peer.text("too late")     # at the server when the engine closes
    await chat.step("engine-closes", lambda: chat.wish("close"))
    closed = chat.score.only(mark.told("update_secret_chat"), "the end at the engine")
    chat.score.equal((closed["state"], closed["reason"]), ("closed", "local"), "the end at the engine")
    chat.score.equal([e for e in mark.told("inbound_message") if e["random_id"] == late], [], "what came too late")
    chat.score.equal(chat.engine.state["auth_state"], "Closed", "the chat at the engine")
    update = chat.score.only(mark.updates(types.UpdateEncryption), "the end at the peer's client")
    chat.score.expect(isinstance(update.chat, types.EncryptedChatDiscarded), "the peer's client hears of the end")
    # The library takes no notice of it; but the server does not carry anything any more.
    try:
        await chat.peer.text("after the end")
    except errors.EncryptionDeclinedError:
        chat.score.expect(True, "the peer cannot send after the end")
    else:
        chat.score.expect(False, "the peer cannot send after the end")


async def close_by_peer(chat):
    await text_of_engine(chat, "in time")
    mark = chat.mark()
    await chat.step("peer-closes", lambda: chat.peer.close())
    closed = chat.score.only(mark.told("update_secret_chat"), "the end at the engine")
    chat.score.equal((closed["state"], closed["reason"]), ("closed", "peer"), "the end at the engine")
    chat.score.equal(chat.engine.state["auth_state"], "Closed", "the chat at the engine")
    chat.score.expect(not chat.peer.has_chat(), "the peer has no chat any more")
    chat.courier.tell("send_text", random_id=chat.new_name(), text="after the end")
    chat.score.equal([e["ok"] for e in mark.told("promise")], [False], "what the engine promises after the end")
    chat.score.equal(mark.calls(ENGINE, "messages.discardEncryption"), [], "what the engine answers to the end")


SCENARIOS = {"creation": creation, "texts": contents.texts, "styles": contents.styles, "media": contents.media,
             "documents": contents.documents, "counting": contents.counting, "timer": actions.timer,
             "reading": actions.reading, "deletion": actions.deletion, "flushing": actions.flushing,
             "screenshots": actions.screenshots, "typing": actions.typing, "restart": restart, "new-key": new_key,
             "close-by-engine": close_by_engine, "close-by-peer": close_by_peer}
# What the engine warns of, where it has to.
WARNINGS = {"close-by-engine": ["1 packets were rejected"]}
# What can be left out. Somebody must miss each of them.
STEPS = ("engine-text", "peer-text", "engine-styles", "peer-styles", "engine-media", "peer-media", "engine-timer",
         "peer-timer", "engine-reads", "peer-reads", "engine-history", "peer-history", "engine-deletes",
         "peer-deletes", "engine-flushes", "peer-flushes", "engine-screenshot", "peer-screenshot", "engine-types",
         "engine-stops", "peer-types", "peer-action", "engine-document", "peer-document", "peer-asks",
         "engine-closes", "peer-closes")
