"""What engines get wrong about the replacement of keys."""

from . import defect

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
    "kept-needs-room", "RKY-7", "rekeying",
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
    "no-noop", "RKY-14", "rekeying",
    "no Noop is sent after a change of the key by a message under the new one",
    ("rekeying",
     "            self.change(peer_end=known)\n"
     "            self.owes_noop = True\n",
     "            self.change(peer_end=known)\n"))

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
