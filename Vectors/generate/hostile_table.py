"""Vectors/HOSTILE.md: which known attack is shown where."""

HEAD = """# Known attacks

Attacks on Telegram's encryption, on its secret chats and on the clients, from papers, advisories, bug reports and the reading of
sources, each with an id that does not change. A conversation names the attacks that it plays in `ars`; this page lists them, and says
where an attack is shown that cannot be seen from outside. `Vectors/generate/generate.py` writes it.

*Conversations* are ids without `conversation/` in front; a name with `…` stands for all that begin so.

| id | attack | conversations | where else, or why not |
|---|---|---|---|
"""

# The id, what the attack is, and what shows it besides conversations.
ATTACKS = [
    ("ARS-01", "Blocks are added to the padding, inserted or removed (Jakobsen and Orlandi, 2015)", "functions/packet.json"),
    ("ARS-02", "The last block is replaced, blocks are swapped, bits are flipped (the same)", "functions/packet.json"),
    ("ARS-03", "1 to 15 bytes behind the last block are dropped unseen by the reference client", "functions/packet.json"),
    ("ARS-04", "The length is looked at before msg_key (Albrecht, Mareková, Paterson, Stepanovs, 2022)",
     "`make constant-time`, for the time that it takes; functions/packet.json"),
    ("ARS-05", "A repeat is encrypted anew, and tells that two packets are equal (the same)", "`make simulate`"),
    ("ARS-06", "Messages are reordered (the same; CVE-2021-36769)", "`make simulate`"),
    ("ARS-07", "What is proven is a slightly different protocol (the same)", "nothing to play: SECURITY.md claims no proof"),
    ("ARS-08", "Falling back to MTProto 1.0", "functions/packet.json; `make lint` finds it in a library"),
    ("ARS-09", "Plaintext is handed out before it is authenticated", "functions/packet.json; there is no interface that does it"),
    ("ARS-10", "Files are not authenticated", "functions/file.json; the type of the result says it (FIL-7)"),
    ("ARS-11", "Lengths tell about contents", "functions/padding.json"),
    ("ARS-20", "A nonce of the server is mixed into the key (2013)", "functions/key-agreement.json"),
    ("ARS-21", "The server's randomness takes the place of one's own", "functions/exponent.json"),
    ("ARS-22", "Keys from a weak generator (2014)", "functions/generator.json; the libraries draw no randomness (KEY-12)"),
    ("ARS-23", "Weak groups and public values, in all four places", "functions/group.json, functions/public-value.json"),
    ("ARS-24", "Keys with leading zeros", "functions/key-agreement.json"),
    ("ARS-25", "A picture of 128 bits can be found by 2^64 steps (Rad and Rizzo, 2015)", "functions/key-visual.json"),
    ("ARS-26", "A fingerprint of 64 bits is taken for the key", "functions/rekeying.json"),
    ("ARS-27", "Values are handed on between chats, and two people share a key without knowing (Miculan and Vitacolonna, 2021)",
     "that the value of one chat comes in another one needs two chats: `make test`"),
    ("ARS-28", "Packets of two chats with one key are mixed (the same)", "functions/packet.json"),
    ("ARS-29", "The server sees a hash of the key, so that it is not like randomness to it",
     "nothing to play: the key goes into the functions of KEY and PKT and nothing else"),
    ("ARS-30", "Nobody compares the pictures", "nothing to play: SECURITY.md; that a chat was compared is never set by itself (`make test`)"),
    ("ARS-31", "Attacks on the transport between client and server", "the server is hostile in every conversation, and in `make simulate`"),
    ("ARS-32", "Two exchanges of keys cross", "functions/rekeying.json, `make model`, `make simulate`"),
    ("ARS-33", "A restart makes a key young", "functions/rekeying.json"),
    ("ARS-34", "Powers whose time tells about the exponent", "`make lint` asks for the right function of libcrypto (KEX-3)"),
    ("ARS-35", "The exchange of keys of a call", "calls are not part of the project, but for functions/call-emoji.json"),
    ("ARS-36", "The chain of keys of a group call", "calls are not part of the project"),
    ("ARS-40", "Replay and reflection", "`make simulate`"),
    ("ARS-41", "People switch the checks of numbers off, because chats get stuck", "there is no such switch; GAP-5 keeps chats going"),
    ("ARS-42", "The server keeps messages back", "a tail that is kept back for ever cannot be noticed"),
    ("ARS-43", "The peer acknowledges the future", "`make test`, by the table of SEQ-7"),
    ("ARS-44", "One packet that cannot be opened ends the chat", "`make fuzz TARGET=engine-events`"),
    ("ARS-45", "Repeats without end", "`make test`"),
    ("ARS-46", "Holes without end", "`make test`, by the table of GAP-2"),
    ("ARS-47", "Too few random bytes", "functions/tl-received.json"),
    ("ARS-48", "What was deleted stays", "`make canaries`"),
    ("ARS-49", "What was deleted stays in the file of a database", "the database is the host's: SECURITY.md"),
    ("ARS-50", "Keys and texts stay in memory", "`make test` and `make canaries` search the memory of a process"),
    ("ARS-51", "Texts stand in logs", "the libraries write no logs"),
    ("ARS-52", "The server claims what destroys messages", "`obeysHistoryDeletion` decides whether it is believed (`make test`)"),
    ("ARS-53", "A message that was deleted is repeated", "`make canaries`, `make simulate`"),
    ("ARS-54", "Links are fetched for a preview (CVE-2018-20436)", "that no other query leaves is judged in each step of every conversation"),
    ("ARS-55", "Parsers of media are attacked through a chat", "the libraries parse no media; `make fuzz TARGET=tl-decode`"),
    ("ARS-56", "Constructors and layers that are not known end the chat", "functions/tl.json, functions/tl-received.json"),
    ("ARS-57", "Old state is put back (Paterson, Scarlata, Truong, 2023)", "`make test` (REC-4); an endpoint has no command for it"),
    ("ARS-58", "Addresses in calls, sessions that are ended", "not about secret chats"),
]

# Names that stand for all that begin so.
FAMILIES = ("creation/group-", "creation/value-", "hostile/request-key-", "hostile/accept-key-")


def shown(ids):
    """The ids, families once."""
    names = []
    for name in ids:
        family = next((family for family in FAMILIES if name.startswith(family)), None)
        name = f"`{family}…`" if family else f"`{name}`"
        if name not in names:
            names.append(name)
    return ", ".join(names)


def text(kinds):
    """The page, from the conversations as they are."""
    found = {identity: [] for identity, _, _ in ATTACKS}
    for kind in kinds:
        for test in kind.tests():
            for identity in test.get("ars", []):
                found[identity].append(test["id"].removeprefix("conversation/"))
    rows = (f"| {i} | {attack} | {shown(found[i])} | {elsewhere} |\n" for i, attack, elsewhere in ATTACKS)
    return HEAD + "".join(rows)
