"""Typical defects of engines, each a small change of the good testee or of the reference behind it."""

from collections import namedtuple

# `wrong` says in a sentence what is wrong. `clauses` are those on which it must be caught. `kinds` are run: those
# that meet the defect, and those that show of another clause that it is kept. An edit is a module, the text that
# is there, and the text that takes its place.
Defect = namedtuple("Defect", "clauses kinds wrong edits")

DEFECTS = {}


def defect(name, clauses, kinds, wrong, *edits):
    DEFECTS[name] = Defect(clauses.split(), kinds.split(), wrong, edits)


from . import keys, packets, messages, lives, exchanges
