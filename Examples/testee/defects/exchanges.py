"""What engines get wrong about the replacement of keys."""

from . import defect

defect(
    "wall-for-age", "TIM-1 TIM-2", "rekeying",
    "the age of a key is counted by the clock on the wall alone",
    ("rekeying",
     "return now.wall - earlier.wall if machine is None else machine",
     "return now.wall - earlier.wall"))

defect(
    "set-back-waits", "TIM-2", "rekeying",
    "a clock that was set back puts off what is due",
    ("rekeying", "return not 0 <= elapsed(now, since) < time", "return elapsed(now, since) >= time"))

defect(
    "equal-limits", "RKY-1", "rekeying",
    "both sides ask after 100 messages",
    ("rekeying", '"acceptor": 120', '"acceptor": 100'))

defect(
    "anything-is-use", "RKY-1 RKY-3", "rekeying",
    "whatever the peer sends is a use that a week counts for",
    ("rekeying", "|= message.says == TEXT", "|= True"))

defect(
    "requests-too-soon", "RKY-2", "rekeying",
    "a new key is asked for while an old one is held",
    ("rekeying",
     "elif not exchange and not self.old and self.is_quiet() and",
     "elif not exchange and self.is_quiet() and"))

defect(
    "requests-with-holes", "RKY-2", "rekeying",
    "a new key is asked for while something of the peer is missing",
    ("rekeying",
     "elif not exchange and not self.old and self.is_quiet() and",
     "elif not exchange and not self.old and"))

defect(
    "age-from-change", "RKY-3", "rekeying",
    "the age of a new key counts from the change",
    ("rekeying", "self.key_since = self.exchange.since", "self.key_since = self.now"))

defect(
    "rewritten-under-new", "RKY-5", "rekeying",
    "a rewrite is made with the present key",
    ("rekeying", "rewrite under {self.made[place][1]}", "rewrite under {self.epoch}"))

defect(
    "peer-wins", "RKY-6", "rekeying",
    "of two requests that cross the one of the peer wins",
    ("rekeying",
     "            if exchange.id > number:\n"
     "                return\n",
     ""))

defect(
    "unsigned-ids", "RKY-6", "rekeying",
    "exchange ids are compared as unsigned numbers",
    ("rekeying", "if exchange.id > number:", "if exchange.id % 2**64 > number % 2**64:"))

defect(
    "kept-needs-room", "RKY-7 LIM-1", "rekeying",
    "a request that comes while there is no room is forgotten",
    ("rekeying",
     "        self.kept = (number, self.now)\n",
     "        if self.has_room:\n"
     "            self.kept = (number, self.now)\n"))

defect(
    "wrong-key-taken", "RKY-9 RKY-14", "rekeying",
    "the fingerprint of a new key is not compared",
    ("rekeying", "not is_right", "False"))

defect(
    "any-abort", "RKY-10", "rekeying",
    "AbortKey ends whatever exchange is open",
    ("rekeying",
     'exchange.phase in ("requested", "accepted") and exchange.id == number:',
     'exchange.phase in ("requested", "accepted"):'))

defect(
    "asks-again", "RKY-12", "rekeying",
    "whoever was refused a new key asks again at once",
    ("rekeying",
     '            if exchange.phase == "requested":\n'
     "                self.count_anew(int(self.choices.end_counts))\n",
     ""))

defect(
    "silent-exchange", "RKY-13", "rekeying",
    "nobody is told of an exchange that takes long",
    ("rekeying", "if not exchange or exchange.told:", "if True:"))

defect(
    "accepts-again", "RKY-14", "rekeying",
    "a request that was accepted and comes again is accepted again",
    ("rekeying",
     '        if exchange and exchange.phase == "accepted" and exchange.id == number:\n'
     "            return\n"
     "        assert",
     "        assert"))

defect(
    "repeat-proves", "RKY-15", "rekeying",
    "a repeat that was asked for proves that the peer has the new key",
    ("rekeying", "        if self.old and not is_asked:\n", "        if self.old:\n"))

defect(
    "refused-is-over", "RKY-19", "rekeying",
    "an exchange ends when the server refuses its message",
    ("rekeying",
     "            self.rewrite(place)\n",
     "            self.rewrite(place)\n"
     "            self.exchange = None\n"))

defect(
    "room-ignored", "LIM-1", "rekeying",
    "messages about the key are made where there is no room",
    ("rekeying", "(self.has_room and self.message())", "self.message()"))

defect(
    "exchange-forgotten", "REC-5", "rekeying",
    "an exchange is forgotten with a restart",
    ("rekeying", '        """All of it is in the records. (RKY-3)"""\n', "        self.exchange = None\n"))

defect(
    "kept-forgotten", "REC-5", "rekeying",
    "a request that waits is forgotten with a restart",
    ("rekeying", '        """All of it is in the records. (RKY-3)"""\n', "        self.kept = None\n"))
