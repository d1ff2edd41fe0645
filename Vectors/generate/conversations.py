"""Conversations with an endpoint, chapter by chapter."""

import conversations_gaps
import conversations_sequence

CHAPTERS = [
    conversations_sequence,
    conversations_gaps,
]


def kinds():
    return [kind for chapter in CHAPTERS for kind in chapter.kinds()]
