"""What was checked, and what was left out on purpose."""


class Failed(Exception):
    """An expectation was not met; the scenario ends here."""


class Score:
    """Counts the checks of one scenario."""

    def __init__(self, left_out=None):
        self.left_out, self.checks = left_out, 0

    def expect(self, holds, what):
        """`what` says what should be."""
        if not holds:
            raise Failed("this does not hold: " + what)
        self.checks += 1

    def equal(self, found, wanted, what):
        if found != wanted:
            raise Failed("%s should be %s and is %s" % (what, _short(wanted), _short(found)))
        self.checks += 1

    def only(self, found, what):
        """The single thing that there should be."""
        if len(found) != 1:
            raise Failed("%s should come once and came %d times" % (what, len(found)))
        self.checks += 1
        return found[0]


def _short(value):
    text = repr(value)
    return text if len(text) <= 200 else text[:200] + "…"
