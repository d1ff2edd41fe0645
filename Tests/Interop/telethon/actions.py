"""What one side does about the messages of both: timers, reading, deletions, screenshots, typing."""
from telethon.tl import types
from telethon_secret_chat import secretTL

from contents import text_of_engine, text_of_peer
from courier import CHAT, ENGINE


async def timer(chat):
    """The timer of the chat, set by either side; it goes with the engine's texts from then on."""
    for round_, (of_engine, of_peer) in enumerate(((5, 60), (86400, 0))):
        mark = chat.mark()
        await chat.step("engine-timer", lambda: chat.wish("set_ttl", ttl=of_engine, random_id=chat.new_name()))
        action = chat.score.only(mark.actions(secretTL.DecryptedMessageActionSetMessageTTL), "the engine's timer")
        chat.score.equal((action.ttl_seconds, chat.peer.chat.ttl), (of_engine, of_engine), "the timer at the peer")
        chat.score.equal(chat.engine.state["ttl"], of_engine, "the engine's own timer")
        chat.score.equal(mark.told("set_ttl"), [], "what the engine tells of its own timer")
        await text_of_engine(chat, "timed %d" % round_, expected_ttl=of_engine)
        await text_of_peer(chat, "timed %d" % round_, ttl=of_engine)

        mark = chat.mark()
        await chat.step("peer-timer", lambda: chat.peer.set_timer(of_peer))
        told = chat.score.only(mark.told("set_ttl"), "the peer's timer")
        chat.score.equal((told["ttl"], chat.engine.state["ttl"]), (of_peer, of_peer), "the timer at the engine")
        await text_of_engine(chat, "timed by the peer %d" % round_, expected_ttl=of_peer)
        await text_of_peer(chat, "timed by the peer %d" % round_, ttl=of_peer)


async def reading(chat):
    """Timed messages begin to live when they are seen. The peer leaves the rest to its user; the engine does not."""
    name, mark = await text_of_engine(chat, "seen by the peer", ttl=5), chat.mark()
    await jump(chat, 6)
    chat.score.equal(mark.told("delete_messages"), [], "what disappears before it was seen")
    await chat.step("peer-reads", lambda: chat.peer.act(secretTL.DecryptedMessageActionReadMessages([int(name)])))
    chat.score.equal(chat.score.only(mark.told("read_message"), "ReadMessages of the peer")["random_id"], name,
                     "what the peer has read")
    await life_ends(chat, name, chat.courier.date, 5)

    name, mark = await text_of_peer(chat, "seen by the engine", ttl=5), chat.mark()
    await jump(chat, 6)
    chat.score.equal(mark.told("delete_messages"), [], "what disappears before it was seen")
    seen_at = chat.courier.date
    await chat.step("engine-reads", lambda: chat.wish("read_message", random_id=name))
    action = chat.score.only(mark.actions(secretTL.DecryptedMessageActionReadMessages), "ReadMessages of the engine")
    chat.score.equal(action.random_ids, [int(name)], "what the engine has read")
    await life_ends(chat, name, seen_at, 5)

    # What the server tells of reading goes from client to client, past the library.
    mark, date = chat.mark(), chat.courier.date
    await chat.step("engine-history", lambda: chat.wish("read_history", date=date))
    update = chat.score.only(mark.updates(types.UpdateEncryptedMessagesRead), "the engine's reading")
    chat.score.equal((update.chat_id, update.max_date), (CHAT, date), "up to where the engine has read")
    date = chat.courier.date
    await chat.step("peer-history", lambda: chat.peer.say_read(date))
    chat.score.equal(chat.score.only(mark.told("peer_read"), "the peer's reading")["max_date"], date,
                     "up to where the peer has read")


async def jump(chat, seconds):
    """Time goes by, for the server as well: the engine's clock follows its dates."""
    chat.courier.date += seconds
    await chat.wish("jump_time", seconds=seconds)


async def life_ends(chat, name, seen_at, seconds):
    """The engine's copy goes at the end of its life, and not a second earlier."""
    mark = chat.mark()
    await jump(chat, seen_at + seconds - 1 - chat.courier.date)
    chat.score.equal(mark.told("delete_messages"), [], "what disappears a second early")
    await jump(chat, 1)
    gone = chat.score.only(mark.told("delete_messages"), "the end of a life")
    chat.score.equal(gone["random_ids"], [name], "what disappears")
    chat.score.equal(mark.told("net_query"), [], "what the engine says about the end of a life")


async def deletion(chat):
    of_engine = [await text_of_engine(chat, "text %d" % n) for n in range(3)]
    of_peer = [await text_of_peer(chat, "text %d" % n) for n in range(3)]
    deleted = []
    for named in ([of_engine[0]], [of_peer[0]]):
        mark = chat.mark()
        await chat.step("engine-deletes", lambda: chat.wish("delete_messages", random_ids=named))
        action = chat.score.only(mark.actions(secretTL.DecryptedMessageActionDeleteMessages), "the engine's deletion")
        chat.score.equal(action.random_ids, [int(n) for n in named], "what the engine deletes")
        deleted += named
    for named in ([of_engine[1]], [of_peer[1]]):
        mark = chat.mark()
        await chat.step("peer-deletes", lambda: chat.peer.act(
            secretTL.DecryptedMessageActionDeleteMessages([int(n) for n in named])))
        chat.score.equal([n for e in mark.told("delete_messages") for n in e["random_ids"]], named,
                         "what disappears at the engine")
        chat.score.equal(mark.packets(ENGINE), [], "what the engine sends about the peer's deletion")
        deleted += named
    chat.score.equal([n for e in chat.engine.told("delete_messages") for n in e["random_ids"]], deleted,
                     "everything that was deleted")


async def flushing(chat):
    for text in ("one", "two"):
        await text_of_engine(chat, text)
        await text_of_peer(chat, text)
    mark = chat.mark()
    await chat.step("peer-flushes", lambda: chat.peer.act(secretTL.DecryptedMessageActionFlushHistory()))
    told = chat.score.only(mark.told("flush_history"), "the peer's flush at the engine")
    chat.score.equal((told["own_count"], told["peer_count"]), (3, 3), "what was flushed, the layers included")
    await text_of_engine(chat, "three")
    await text_of_peer(chat, "three")
    mark = chat.mark()
    await chat.step("engine-flushes", lambda: chat.wish("flush_history"))
    chat.score.only(mark.actions(secretTL.DecryptedMessageActionFlushHistory), "the engine's flush at the peer")
    chat.score.only(mark.told("flush_history"), "the engine's own flush")


async def screenshots(chat):
    name, mark = await text_of_engine(chat, "to be taken"), chat.mark()
    await chat.step("peer-screenshot", lambda: chat.peer.act(
        secretTL.DecryptedMessageActionScreenshotMessages([int(name)])))
    told = chat.score.only(mark.told("screenshot_taken"), "the peer's screenshot")
    chat.score.equal(told["random_ids"], [name], "what the peer has taken")
    name = await text_of_peer(chat, "to be taken")
    taken = secretTL.DecryptedMessageService(secretTL.DecryptedMessageActionScreenshotMessages([int(name)]))
    await chat.step("engine-screenshot", lambda: chat.wish("send_raw", tl=bytes(taken).hex()))
    action = chat.score.only(mark.actions(type(taken.action)), "the engine's screenshot")
    chat.score.equal(action.random_ids, [int(name)], "what the engine has taken")
    chat.score.equal(chat.engine.told("delete_messages"), [], "what disappears with a screenshot")


async def typing(chat):
    """The server tells of it, past the library; the action of the same name says nothing, but has its number."""
    mark = chat.mark()
    await chat.step("engine-types", lambda: chat.wish("typing"))
    chat.score.equal(chat.score.only(mark.updates(types.UpdateEncryptedChatTyping), "the engine's typing").chat_id,
                     CHAT, "where the engine types")
    await chat.step("engine-stops", lambda: chat.wish("typing", cancel=True))
    said = [c["typing"] for c in mark.calls(ENGINE, "messages.setEncryptedTyping")]
    chat.score.equal(said, [True, False], "what the engine says about its typing")
    await chat.step("peer-types", lambda: chat.peer.say_typing(True))
    chat.score.only(mark.told("peer_typing"), "the peer's typing")
    before = chat.engine.state["seq"]["my_in"]
    await chat.step("peer-action", lambda: chat.peer.act(
        secretTL.DecryptedMessageActionTyping(secretTL.SendMessageTypingAction())))
    chat.score.equal(chat.engine.state["seq"]["my_in"], before + 1, "what the engine has counted after Typing")
    chat.score.only(mark.told("peer_typing"), "the peer's typing after the action")
    await text_of_peer(chat, "typed")
