"""Timelines that were thought of, one for each thing that can go wrong."""

from timelines_story import DATE, Story


def stories():
    return [*peer(), *own(), *pairs(), *answers(), *dates(), *clocks(), *restarts(),
            *strict(), *ends()]


def peer():
    """Messages of the peer: what begins their lives here."""
    displays = ["TTL-3", "TTL-5", "TTL-6"]
    for ttl in (1, 10, 60, 61, 86_400):
        yield (Story(f"displayed-{ttl}", f"a text of {ttl} s", displays, ["Deadline", "Trigger"])
               .receive(1, ttl).wait(100).clock().displayed(1).deadline(ttl))
    yield (Story("not-displayed", "nobody looks for a year", displays, ["Trigger"])
           .receive(1).wait(31_536_000).clock().displayed(1).deadline(10))
    yield (Story("opened-photo", "a photo that is displayed and later opened", displays,
                 ["Deadline", "Trigger"])
           .receive(1, 10, "photo").displayed(1).history_read(DATE).wait(60).clock()
           .opened(1).deadline(10))
    yield (Story("opened-60", "60 s: a video waits until it is opened", displays,
                 ["Deadline", "Trigger"])
           .receive(1, 60, "video").displayed(1).wait(60).clock().opened(1).deadline(60))
    yield (Story("displayed-61-video", "61 s: a video does not wait until it is opened", displays,
                 ["Deadline", "Trigger"])
           .receive(1, 61, "video").displayed(1).deadline(61))
    for media in ("round_video", "voice_note", "music", "animation"):
        yield (Story(f"opened-{media.replace('_', '-')}", "displayed does not count", displays,
                     ["Trigger"])
               .receive(1, 10, media).displayed(1).wait(20).clock().opened(1).deadline(10))
    for media in ("sticker", "file", "location"):
        yield (Story(f"displayed-{media}", "not one of the media that are opened", displays,
                     ["Trigger"])
               .receive(1, 10, media).displayed(1).deadline(10))
    yield (Story("opened-text", "what is opened was displayed", displays, ["Trigger"])
           .receive(1).opened(1).deadline(10))
    yield (Story("again", "displayed again, opened, and read", ["TTL-5"], ["First", "Deadline"])
           .receive(1).displayed(1).wait(3).displayed(1).wait(3).opened(1).wait(3)
           .history_read(DATE).deadline(1))
    yield (Story("opened-again", "a photo is opened again at its last moment", ["TTL-5"], ["First"])
           .receive(1, 10, "photo").opened(1).wait(9.999).opened(1).wait(0.001).clock())
    yield (Story("history-read", "read up to a date", ["TTL-5"], ["Trigger", "Deadline"])
           .receive(1, date=DATE - 1).receive(2, date=DATE).receive(3, date=DATE + 1)
           .receive(4, 10, "photo", DATE - 1).history_read(DATE).deadline(10)
           .history_read(DATE + 1).deadline(10))
    yield (Story("history-read-before", "read up to the second before", ["TTL-5"], ["Trigger"])
           .receive(1, date=DATE).history_read(DATE - 1).wait(20).clock().history_read(DATE)
           .deadline(10))
    yield (Story("many", "each life is its own", ["TTL-5", "TTL-6"], ["Deadline"])
           .receive(1, 30).receive(2, 10).receive(3, 20).receive(4, 10).displayed(1, 2, 3)
           .wait(5).displayed(4).deadline(5).deadline(5).deadline(5).deadline(10))
    yield (Story("late", "the device slept, and all is over at once", ["TTL-6"], ["Deadline"])
           .receive(1, 30).receive(2, 10).receive(3, 20).receive(4, 3600).displayed(1, 2, 3, 4)
           .wait(600).receive(5).wait(3000).clock())
    yield (Story("not-timed", "no timer, no end", ["TTL-4"], ["Trigger"])
           .receive(1, 0).receive(2, 0, "photo").receive(3, 10).displayed(1, 3).opened(2)
           .deadline(10).wait(31_536_000).clock())
    yield (Story("deleted-before", "deleted in the middle of its life", ["TTL-6"], ["Deadline"])
           .receive(1).receive(2).displayed(1, 2).wait(5).delete(1).deadline(5))
    yield (Story("own-is-not-displayed", "to look at an own message begins nothing", ["TTL-5"],
                 ["Trigger"])
           .send(1).sent(1).send(2, 10, "photo").sent(2).displayed(1, 2).opened(1).opened(2)
           .history_read(DATE + 9).wait(60).clock())


def own():
    """Own messages: what tells that the peer has seen them."""
    yield (Story("peer-read", "the peer reads a text", ["TTL-5"], ["Trigger", "Deadline"])
           .send(1).sent(1).wait(100).clock().peer_read(DATE, DATE + 100).deadline(10))
    yield (Story("peer-read-before", "the peer has read up to the second before", ["TTL-5"],
                 ["Trigger"])
           .send(1).sent(1).wait(5).peer_read(DATE - 1).wait(60).clock().peer_read(DATE)
           .deadline(10))
    yield (Story("peer-read-photo", "a photo is not seen when it is read", ["TTL-3", "TTL-5"],
                 ["Trigger", "Deadline"])
           .send(1, 10, "photo").sent(1).peer_read(DATE + 9).wait(60).clock().peer_opened(1)
           .deadline(10))
    yield (Story("peer-read-61", "a video of 61 s is seen when it is read", ["TTL-3", "TTL-5"],
                 ["Trigger", "Deadline"])
           .send(1, 61, "video").sent(1).peer_read(DATE).deadline(61))
    yield (Story("peer-opened-text", "what is opened was displayed", ["TTL-5"], ["Trigger"])
           .send(1).sent(1).peer_opened(1).deadline(10))
    yield (Story("peer-again", "the peer reads and opens again", ["TTL-5"], ["First", "Deadline"])
           .send(1).sent(1).peer_read(DATE).wait(4).peer_read(DATE + 4).wait(4).peer_opened(1)
           .deadline(2))
    yield (Story("peer-opened-own", "the peer cannot open its own message", ["TTL-5"], ["Trigger"])
           .receive(1).receive(2, 10, "photo").peer_opened(1, 2).peer_read(DATE + 9).wait(60)
           .clock())
    yield (Story("both-sides", "a message of each side, read by each side", ["TTL-5"],
                 ["Trigger", "Deadline"])
           .send(1).sent(1).receive(2).displayed(2).wait(5).peer_read(DATE + 5).deadline(5)
           .deadline(5))


def pairs():
    """Both devices of one chat: the same messages, the same seconds."""
    spec, flags = ["TTL-3", "TTL-5", "TTL-10"], ["Trigger", "Deadline"]
    yield (Story("pair-receiver", "a text is displayed, and later a photo opened", spec, flags)
           .wait(1).receive(1).receive(2, 10, "photo").wait(29).displayed(1, 2)
           .history_read(DATE + 1).wait(5).opened(2).deadline(5).deadline(5))
    yield (Story("pair-sender", "what the other device of pair-receiver sees of it", spec, flags)
           .send(1).send(2, 10, "photo").wait(1).sent(1).sent(2).wait(31)
           .peer_read(DATE + 1, DATE + 30).wait(5).peer_opened(2).deadline(3).deadline(7))


def answers():
    """The peer reads before the server has answered."""
    read = ["TTL-5"]
    yield (Story("read-then-earlier", "the answer has the date of the read", read, ["Answer"])
           .send(1).wait(2).peer_read(DATE + 1).sent(1, DATE + 1).deadline(9))
    yield (Story("read-then-later", "the answer has a later date than the read", read, ["Answer"])
           .send(1).wait(2).peer_read(DATE + 1).sent(1, DATE + 2).wait(60).clock()
           .peer_read(DATE + 2).deadline(10))
    yield (Story("read-then-no-date", "the answer has no date", read, ["Answer"])
           .send(1).wait(2).peer_read(DATE + 1).sent_without_date(1).deadline(10))
    yield (Story("no-date-then-read", "an answer without a date, and then the read", read,
                 ["Answer"])
           .send(1).wait(2).sent_without_date(1).wait(9).peer_read(DATE + 1).deadline(10))
    yield (Story("read-then-photo", "a photo is not seen when it is read", read, ["Answer"])
           .send(1, 10, "photo").wait(2).peer_read(DATE + 1).sent(1, DATE).wait(60).clock())
    yield (Story("opened-then-answer", "opened before the answer", read, ["Answer", "Deadline"])
           .send(1, 10, "photo").send(2).wait(2).peer_opened(1, 2).wait(5).sent(1).sent(2)
           .deadline(5))
    yield (Story("read-late-answer", "the life counts from the read, not from the answer",
                 ["TTL-5", "TTL-10"], ["Answer", "ServerDate"])
           .send(1).wait(2).peer_read(DATE + 1, DATE + 2).wait(6).sent(1, DATE).deadline(4))
    yield (Story("read-very-late-answer", "the answer comes when the life is over",
                 ["TTL-5", "TTL-10"], ["Answer", "ServerDate"])
           .send(1).wait(2).peer_read(DATE + 1, DATE + 2).wait(60).sent(1, DATE).wait(1).clock())
    yield (Story("read-restart-answer", "a restart between the read and the answer", read,
                 ["Answer", "Restart"])
           .send(1).wait(2).peer_read(DATE + 1).restart().sent(1, DATE).deadline(10))
    yield (Story("read-before-sending", "a read from before the sending is not about it", read,
                 ["Answer"])
           .send(1).sent(1).wait(5).peer_read(DATE + 5).send(2).sent(2, DATE + 6).deadline(10)
           .wait(60).clock())
    yield (Story("read-two", "two messages without an answer", read, ["Answer"])
           .send(1).wait(2).send(2).peer_read(DATE + 1).sent(1, DATE).sent(2, DATE + 2)
           .deadline(9).wait(60).clock().peer_read(DATE + 2).deadline(10))


def dates():
    """The date of the server that says when the peer has read."""
    counts = ["TTL-10", "TIM-7"]
    for seconds, name in ((1, "1"), (9, "9")):
        yield (Story(f"earlier-{name}", f"read {seconds} s ago", counts, ["ServerDate", "Deadline"])
               .send(1).sent(1).wait(50).peer_read(DATE, DATE + 50 - seconds)
               .deadline(10 - seconds))
    for seconds in (10, 11, 1_000_000):
        yield (Story(f"earlier-{seconds}", f"read {seconds} s ago: it is over", counts,
                     ["ServerDate"])
               .send(1).sent(1).wait(50).peer_read(DATE, DATE + 50 - seconds).wait(0.001).clock())
    yield (Story("earlier-fraction", "the date of the server has whole seconds", counts,
                 ["ServerDate", "Deadline"])
           .send(1).sent(1).wait(50.25).peer_read(DATE, DATE + 50).deadline(9.75))
    for seconds in (1, 3600):
        yield (Story(f"later-{seconds}", f"read in {seconds} s, says the server", counts,
                     ["ServerDate", "Deadline"])
               .send(1).sent(1).wait(50).peer_read(DATE, DATE + 50 + seconds).deadline(10))
    yield (Story("earlier-peer-opened", "ReadMessages has no date of the server", counts,
                 ["ServerDate", "Deadline"])
           .send(1, 10, "photo").sent(1).wait(50).peer_read(DATE, DATE).peer_opened(1).deadline(10))


def clocks():
    """Clocks that are set."""
    runs = ["TIM-3", "TTL-6"]
    yield (Story("wall-forward", "the wall is set forward by a year", runs,
                 ["ClockSet", "Deadline"])
           .receive(1).displayed(1).set_wall(31_536_000).clock().deadline(10))
    yield (Story("wall-back", "the wall is set back by a year", runs, ["ClockSet", "Deadline"])
           .receive(1).displayed(1).wait(5).set_wall(-31_536_000).clock().deadline(5))
    yield (Story("wall-back-often", "the wall is set back again and again", runs, ["ClockSet"])
           .receive(1, 3).displayed(1).wait(1).set_wall(-1).clock().wait(1).set_wall(-1).clock()
           .wait(0.999).set_wall(-1).clock().wait(0.001).clock())
    yield (Story("no-machine", "no clock of the machine", ["TIM-4", "TTL-6"], ["ClockSet",
                 "Deadline"], boot=False)
           .receive(1).displayed(1).deadline(10))
    yield (Story("no-machine-back", "no clock of the machine, and the wall is set back",
                 ["TIM-4", "TTL-6"], ["ClockSet", "Deadline"], boot=False)
           .receive(1).displayed(1).wait(5).clock().set_wall(-60).clock().deadline(5))
    yield (Story("no-machine-forward", "no clock of the machine, and the wall is set forward",
                 ["TIM-4", "TTL-6"], ["ClockSet"], boot=False)
           .receive(1).displayed(1).set_wall(9.999).clock().set_wall(0.001).clock())
    yield (Story("machine-goes", "the clock of the machine is no longer there",
                 ["TIM-4", "TTL-6"], ["ClockSet", "Deadline"])
           .receive(1).displayed(1).wait(5).clock().stop_machine_clock().deadline(5))
    standing = Story("machine-stands", "the clock of the machine stands", ["TIM-5", "TTL-6"],
                     ["ClockSet"])
    yield (standing.receive(1).displayed(1).set_wall(9.999).clock().set_wall(0.001).clock()
           .set_wall(0.001).clock())


def restarts():
    """Crashes, and machines that were started anew."""
    resumes = ["TTL-7"]
    yield (Story("resume", "a restart in the middle of a life", [*resumes, "TIM-3"],
                 ["Restart", "Deadline"])
           .receive(1).displayed(1).wait(5).restart().deadline(5))
    yield (Story("resume-at-end", "a restart at the end of a life", resumes, ["Restart"])
           .receive(1).displayed(1).wait(10).restart().clock().restart())
    yield (Story("resume-again", "two restarts, and nothing between them", [*resumes, "DEL-3"],
                 ["Restart"])
           .receive(1).receive(2, 20).displayed(1, 2).wait(12).restart().wait(1).restart()
           .wait(7).restart())
    yield (Story("resume-before-end", "a millisecond before the end of a life", resumes,
                 ["Restart"])
           .receive(1).displayed(1).wait(9.999).restart().wait(0.001).restart())
    yield (Story("resume-waiting", "what nobody saw is still there", resumes, ["Restart"])
           .receive(1).receive(2, 10, "photo").send(3).sent(3).wait(86_400).restart().clock()
           .displayed(1).opened(2).peer_read(DATE).deadline(10))
    yield (Story("reboot", "a new run of the machine in the middle of a life",
                 [*resumes, "TIM-4"], ["Restart", "Deadline"])
           .receive(1).displayed(1).wait(2).clock().reboot(3).restart().deadline(5))
    yield (Story("reboot-off", "the machine was off when the life ended", [*resumes, "TIM-4"],
                 ["Restart"])
           .receive(1, 60).receive(2, 7200).displayed(1, 2).wait(2).clock().reboot(3600).restart()
           .wait(1).clock().deadline(7200 - 3603))
    yield (Story("reboot-back", "the wall was set back while the machine was off",
                 [*resumes, "TIM-4", "TIM-7"], ["Restart", "Deadline"])
           .receive(1, 3600).displayed(1).wait(600).clock().reboot(-86_400).restart().clock()
           .deadline(3000))
    yield (Story("reboot-after-back", "set back before the restart: nothing is given back",
                 [*resumes, "TIM-4"], ["Restart", "ClockSet"])
           .receive(1, 3600).displayed(1).wait(600).clock().set_wall(-590).clock().reboot(5)
           .restart().clock().deadline(3000 - 590))
    yield (Story("reboot-after-forward", "set forward, back, and a restart",
                 [*resumes, "TIM-4"], ["Restart", "ClockSet"])
           .receive(1, 3600).displayed(1).set_wall(1800).wait(600).clock().set_wall(-1800)
           .wait(600).clock().reboot(0).restart().clock().deadline(3600 - 1200 - 1200))
    yield (Story("reboot-often", "each restart counts", [*resumes, "TIM-4"],
                 ["Restart", "Deadline"])
           .receive(1, 100).displayed(1).reboot(30).restart().clock().reboot(30).restart().clock()
           .reboot(30).restart().deadline(10))
    yield (Story("reboot-no-machine", "without a clock of the machine", [*resumes, "TIM-4"],
                 ["Restart", "Deadline"], boot=False)
           .receive(1, 100).displayed(1).wait(50).restart().clock().deadline(50))
    yield (Story("resume-wall-back", "the same run, and the wall was set back",
                 [*resumes, "TIM-3"], ["Restart", "ClockSet"])
           .receive(1, 100).displayed(1).wait(50).clock().set_wall(-86_400).wait(25).restart()
           .deadline(25))
    yield (Story("resume-own", "an own message that was read", resumes, ["Restart", "Deadline"])
           .send(1).sent(1).wait(5).peer_read(DATE).wait(5).restart().deadline(5))
    yield (Story("resume-deleted", "what is destroyed is told with each resume",
                 ["DEL-3", *resumes], ["Restart"])
           .receive(1).receive(2, 20).displayed(1, 2).wait(10).clock().restart().wait(10).restart()
           .clock().restart())
    yield (Story("resume-destroyed", "what the user deleted is told with each resume",
                 ["DEL-3", *resumes], ["Restart"])
           .receive(1).receive(2).send(3).sent(3).displayed(1).delete(1, 3).restart().delete(2)
           .restart().wait(10).restart())


def strict():
    """A host that trusts no clock that was set back."""
    ends_all, flags = ["TIM-7", "TTL-6"], ["Strict"]

    def story(name, comment, **clocks):
        return (Story(f"strict-{name}", comment, ends_all, flags, policy="strict", **clocks)
                .receive(1, 3600).receive(2, 3600).send(3, 3600).sent(3).displayed(1)
                .peer_opened(3).wait(300).clock())

    yield (story("reboot-back", "set back by more than two minutes while the machine was off")
           .reboot(-120.001).restart().clock().displayed(2).deadline(3600))
    yield (story("reboot-two-minutes", "set back by two minutes while the machine was off")
           .reboot(-120).restart().clock().displayed(2).deadline(3300).deadline(300))
    yield (story("machine", "set back while the machine runs")
           .set_wall(-86_400).clock().wait(5).restart().clock().deadline(3295))
    yield (story("reboot-forward", "set forward while the machine was off")
           .reboot(3000).restart().clock().deadline(300))
    yield (story("no-machine", "set back without a clock of the machine", boot=False)
           .set_wall(-86_400).clock().displayed(2).deadline(3600))
    yield (story("displayed-after", "what begins after it lives as long as it should")
           .reboot(-86_400).restart().displayed(2).wait(5).restart().deadline(3595))


def ends():
    """The chat ends first."""
    end = ["TTL-8", "DEL-7"]
    yield (Story("end-own", "own messages that wait", end, ["ChatEnd", "Deadline"])
           .send(1).sent(1).send(2, 30, "photo").sent(2).wait(5).discarded().deadline(10)
           .deadline(20))
    yield (Story("end-unanswered", "own messages without an answer", end, ["ChatEnd", "Deadline"])
           .send(1).send(2, 10, "photo").wait(5).discarded().deadline(10))
    yield (Story("end-own-living", "the end of the chat does not begin a life again",
                 [*end, "TTL-5"], ["ChatEnd", "First"])
           .send(1).sent(1).peer_read(DATE).wait(5).discarded().deadline(5))
    yield (Story("end-peer", "messages of the peer wait until they are displayed", end,
                 ["ChatEnd", "Deadline"])
           .receive(1).receive(2, 10, "photo").discarded().wait(86_400).clock().displayed(1, 2)
           .deadline(10).opened(2).deadline(10))
    yield (Story("end-peer-living", "the end of the chat does not stop a life", end,
                 ["ChatEnd", "Deadline"])
           .receive(1).displayed(1).wait(5).discarded().deadline(5))
    yield (Story("end-resume", "a restart after the end of the chat", [*end, "TTL-7"],
                 ["ChatEnd", "Restart"])
           .send(1).sent(1).receive(2).discarded().wait(5).restart().wait(5).restart()
           .wait(60).clock().displayed(2).deadline(10))
    yield (Story("end-closed", "closed here", end, ["ChatEnd", "Deadline"])
           .send(1).sent(1).receive(2).wait(5).close().deadline(10).displayed(2).deadline(10))
    yield (Story("end-deleted", "deleted after the end of the chat", end, ["ChatEnd"])
           .send(1).sent(1).receive(2).discarded().wait(5).delete(2).deadline(5))
