"""What engines get wrong about timers and clocks."""

from . import defect

defect(
    "photo-displayed", "TTL-3", "lifetime",
    "the life of a photo begins when it is displayed",
    ("timelines", 'OPENED = {"photo", ', "OPENED = {"))

defect(
    "media-displayed", "TTL-3", "timeline",
    "media that has to be opened begins to live when it is displayed",
    ("timelines",
     '            if message and not message.own and message.trigger == "displayed":',
     "            if message and not message.own:"))

defect(
    "durations-ignored", "TTL-4", "lifetime",
    "the duration of the media does not matter",
    ("timelines", "max([ttl, *(duration + 1 for duration in durations)])", "ttl"))

defect(
    "endless-life", "TTL-4", "lifetime",
    "a life may last longer than a year",
    ("timelines",
     "    return min(max([ttl, *(duration + 1 for duration in durations)]), LONGEST), trigger",
     "    return max([ttl, *(duration + 1 for duration in durations)]), trigger"))

defect(
    "date-itself-unread", "TTL-5", "timeline",
    "historyRead up to the date of a message does not read it",
    ("timelines",
     'message.trigger == "displayed"\n'
     "                       and message.date <= max_date)",
     'message.trigger == "displayed"\n'
     "                       and message.date < max_date)"))

defect(
    "own-displayed", "TTL-5", "timeline",
    "an own message begins to live when it is displayed here",
    ("timelines", "if message and not message.own and message.trigger", "if message and message.trigger"))

defect(
    "silent-restart", "TTL-7 DEL-3", "timeline",
    "nothing is named in the turn of a restart",
    ("timelines",
     "if message.end is not None and message.end <= self.clock.lived]",
     'if message.end is not None and message.end <= self.clock.lived and event != "restart"]'))

defect(
    "unread-at-end", "TTL-8", "timeline",
    "own messages go on to wait when the chat ends",
    ("timelines", "        self.begin_all(lambda message: message.own)\n", "        pass\n"))

defect(
    "counts-from-now", "TTL-10", "timeline",
    "a life counts from the moment at which the read is told",
    ("timelines", "message.milliseconds - max(0, before)", "message.milliseconds"))

defect(
    "wall-alone", "TIM-3", "life-clock",
    "lives are counted by the clock on the wall alone",
    ("timelines", "        return self.boot - earlier.boot\n", "        return None\n"))

defect(
    "off-is-nothing", "TIM-4", "life-clock",
    "the time in which the machine is off is not counted",
    ("timelines", "            self.lived += max(0, max(self.latest, now.wall) - start)\n", ""))

defect(
    "standing-clock", "TIM-5", "life-clock",
    "a clock of the machine that stands is believed",
    ("timelines", "self.lived += machine if machine > 0 else max(0, ahead)", "self.lived += machine"))

defect(
    "every-step-suspect", "TIM-7", "life-clock timeline",
    "every step back of the clock on the wall is suspect",
    ("timelines", "TOLERANCE = 120_000", "TOLERANCE = 0"))

defect(
    "never-suspect", "TIM-7", "life-clock timeline",
    "a clock that was set back is never suspect",
    ("timelines", "TOLERANCE = 120_000", "TOLERANCE = 10**15"))
