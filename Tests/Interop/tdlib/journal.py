"""What happened, in order, for those who wait for it."""
import threading
import time

PATIENCE = 20               # seconds until what has to come is missing


class Journal:
    """Entries that one thread adds while others wait for them."""

    def __init__(self, owner):
        self.owner, self.entries, self.changed = owner, [], threading.Condition()

    def add(self, entry, note=None):
        """`note` may keep a summary of the entries; it runs before anybody sees this one."""
        with self.changed:
            if note:
                note(entry)
            self.entries.append(entry)
            self.changed.notify_all()

    def mark(self):
        """A place to wait from: only what comes later counts."""
        with self.changed:
            return len(self.entries)

    def since(self, mark=0):
        with self.changed:
            return self.entries[mark:]

    def wait(self, what, fits, since=0, patience=PATIENCE):
        """The first entry that fits."""
        found = []

        def look():
            for place in range(look.place, len(self.entries)):
                look.place = place + 1
                if fits(self.entries[place]):
                    found.append(self.entries[place])
                    return True
            return False

        look.place = since
        self.until(what, look, patience)
        return found[0]

    def until(self, what, holds, patience=PATIENCE):
        """Waits until something holds; it is looked at after each entry."""
        end = time.monotonic() + patience
        with self.changed:
            while not holds():
                left = end - time.monotonic()
                if left <= 0:
                    raise TimeoutError("%s: %s" % (self.owner, what))
                self.changed.wait(left)
