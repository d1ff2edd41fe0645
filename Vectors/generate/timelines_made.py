"""Timelines from numbers that look like chance and are the same at every run."""

from hashlib import sha256

from timelines_story import Story

COUNT = 16
MEDIA = ["none", "none", "photo", "video", "voice_note", "file", "location"]
TIMERS = [0, 1, 2, 5, 10, 30, 60, 61, 90]


class Chance:
    """Numbers from SHA-256 of a text."""

    def __init__(self, text):
        self.text, self.count = text, 0

    def below(self, bound):
        self.count += 1
        digest = sha256(f"{self.text}/{self.count}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % bound

    def one_of(self, things):
        return things[self.below(len(things))]


def made():
    """The first ones that no choice decides and that destroy something."""
    stories, number = [], 0
    while len(stories) < COUNT:
        name = f"made-{number}"
        story = make(name)
        number += 1
        if story.steps and sum(len(over) for _, over in story.steps) >= 3:
            stories.append(story)
    return stories


def make(name):
    chance = Chance(f"timeline/{name}")
    spec = ["TTL-3", "TTL-4", "TTL-5", "TTL-6", "TTL-7", "TTL-8", "TTL-10", "TIM-3", "TIM-4"]
    story = Story(name, "many events", spec, ["Made"])
    author = Author(story, chance)
    for _ in range(20 + chance.below(20)):
        author.write()
    if author.is_timed and not author.is_over and chance.below(2):
        author.end()
    for seconds in (1, 9, 50, 40):
        story.deadline(seconds)
    return story


class Author:
    """Writes events of a chat that make sense."""

    def __init__(self, story, chance):
        self.story, self.chance = story, chance
        self.own, self.others, self.unanswered = [], [], []
        self.next, self.is_over = 1, False
        # A chat that is over is kept for its timed messages only.
        self.is_timed = False

    def write(self):
        self.let_time_pass()
        steps = [self.see, self.see, self.resume, self.tick]
        if not self.is_over:
            steps += [self.receive, self.receive, self.send, self.send, self.answer, self.answer,
                      self.hear, self.hear, self.read]
            if self.is_timed and self.chance.below(30) == 0:
                steps = [self.end]
        self.chance.one_of(steps)()

    def let_time_pass(self):
        self.story.wait_milliseconds(
            self.chance.one_of([0, 1, 500, 999, 1000, 1001, 2000, 5000, 9999, 10_000]))
        if self.chance.below(8) == 0:
            self.story.set_wall(self.chance.one_of([-86_400, -30, -2, 2, 30, 86_400]))

    def name(self):
        self.next += 1
        return self.next - 1

    def date(self):
        """Of a server whose clock is right when nobody sets ours."""
        return self.story.date() - self.chance.below(4)

    def ttl(self):
        ttl = self.chance.one_of(TIMERS)
        self.is_timed |= ttl > 0
        return ttl

    def receive(self):
        self.others.append(self.name())
        self.story.receive(self.others[-1], self.ttl(), self.chance.one_of(MEDIA), self.date())

    def send(self):
        self.own.append(self.name())
        self.unanswered.append(self.own[-1])
        self.story.send(self.own[-1], self.ttl(), self.chance.one_of(MEDIA))

    def answer(self):
        if self.unanswered:
            name = self.unanswered.pop(0)
            if self.chance.below(6):
                self.story.sent(name, self.date())
            else:
                self.story.sent_without_date(name)

    def some(self, names):
        return [name for name in names if self.chance.below(3) == 0]

    def see(self):
        if names := self.some(self.others):
            if self.chance.below(2):
                self.story.displayed(*names)
            else:
                self.story.opened(names[-1])

    def read(self):
        self.story.history_read(self.date())

    def hear(self):
        if self.chance.below(2):
            self.story.peer_read(self.date(), self.date())
        elif names := self.some(self.own):
            self.story.peer_opened(*names)

    def resume(self):
        if self.chance.below(2):
            self.story.reboot(self.chance.one_of([0, 3, 40]))
        self.story.restart().clock()

    def tick(self):
        self.story.clock()

    def end(self):
        self.is_over = True
        self.story.discarded()
