"""Conversations with an endpoint, chapter by chapter."""

import conversations_actions
import conversations_closing
import conversations_creation
import conversations_deletion
import conversations_gaps
import conversations_hostile
import conversations_layers
import conversations_rekeying
import conversations_sequence
import conversations_timers

CHAPTERS = [
    conversations_sequence,
    conversations_gaps,
    conversations_layers,
    conversations_actions,
    conversations_creation,
    conversations_closing,
    conversations_rekeying,
    conversations_timers,
    conversations_deletion,
    conversations_hostile,
]


def kinds():
    return [kind for chapter in CHAPTERS for kind in chapter.kinds()]
