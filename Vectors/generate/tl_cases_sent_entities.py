"""Cases of the entities that are sent."""

from tl_contents import PHOTO, add_sent, group, message
from vectorfile import flag

ENTITY_NOTES = {
    "NewerEntity": flag(
        "MISSING_STEP",
        "An entity that the peer's layer does not know.",
        "A client of that layer closes the chat.",
    ),
    "NeverSent": flag(
        "FUNCTIONALITY",
        "An entity that receivers find by themselves.",
        "A client that does not know it closes the chat.",
    ),
    "Overlap": flag(
        "FUNCTIONALITY",
        "Entities that overlap.",
        "Clients of the older layers show the text in pieces.",
    ),
    "Order": flag(
        "EDGE_CASE",
        "Entities that do not stand in the order of their offsets.",
        "Equal contents make different payloads.",
    ),
    "Bounds": flag(
        "MISSING_STEP",
        "An entity that does not fit the text.",
        "The peer reads beyond the text, or shows no entity at all.",
    ),
}

OLD = "mention hashtag url email bold italic code pre text_url".split()
NEW = {"underline": 101, "strike": 101, "blockquote": 101, "spoiler": 144, "custom_emoji": 144}
NEVER = "unknown mention_name phone cashtag bank_card bot_command".split()

MORE = {
    "pre": {"language": "swift"},
    "text_url": {"url": "https://e.org/"},
    "custom_emoji": {"document_id": "5368324170671202286"},
    "mention_name": {"user_id": 4711},
}

TEXT = "0123456789"


def entity(kind, offset=0, length=2):
    return {"type": kind, "offset": offset, "length": length} | MORE.get(kind, {})


def add_entities(cases):
    add_kinds(cases)
    add_order(cases)
    add_overlaps(cases)
    add_bounds(cases)


def case(cases, first_id, comment, spec, peers, given, kept, flags=(), text=TEXT, media=None):
    group(cases, first_id, message(text, media, given))
    for peer in peers:
        meaning = message(text, media, kept)
        add_sent(cases, f"{comment}, to a peer of layer {peer}", spec, peer, flags, meaning)


def add_kinds(cases):
    first, spec = 3000, ["TL-25"]
    for kind in OLD:
        case(cases, first, f"A {kind}", spec, [73, 144], [entity(kind)], [entity(kind)])
        first += 10
    for kind, layer in NEW.items():
        group(cases, first, message(TEXT, None, [entity("bold", 0, 1), entity(kind, 2)]))
        for peer in (0, 73, 100, 101, 143, 144, 200):
            known = peer >= layer
            kept = [entity("bold", 0, 1)] + [entity(kind, 2)] * known
            comment = f"A {kind} behind a bold text, to a peer of layer {peer}"
            flags = [] if known else ["NewerEntity"]
            add_sent(cases, comment, spec, peer, flags, message(TEXT, None, kept))
        first += 10
    for kind in NEVER:
        given, kept = [entity(kind, 0), entity("bold", 2)], [entity("bold", 2)]
        case(cases, first, f"A {kind}", spec, [73, 144], given, kept, ["NeverSent"])
        first += 10
    nothing = [entity("spoiler"), entity("phone")]
    flags = ["NewerEntity", "NeverSent"]
    case(cases, first, "No entity that is left", spec, [73, 143], nothing, [], flags)
    given = [entity("bold", 1), entity("code", 4)]
    for label, media in (("a photo", PHOTO), ("a web page", {"type": "web_page", "url": "u"})):
        first += 10
        comment = f"Entities in the text of {label}"
        case(cases, first, comment, ["TL-24", "TL-25"], [73, 144], given, given, (), TEXT, media)


def add_order(cases):
    spec, flags = ["TL-25"], ["Order"]
    bold, code, italic = entity("bold", 0, 2), entity("code", 3, 2), entity("italic", 6, 2)
    ordered = [bold, code, italic]
    case(cases, 3300, "Entities in order", spec, [73, 144], ordered, ordered)
    case(cases, 3310, "Entities in reverse order", spec, [73, 144], ordered[::-1], ordered, flags)
    case(
        cases,
        3320,
        "Entities in another order",
        spec,
        [73, 144],
        [code, italic, bold],
        ordered,
        flags,
    )
    inner, outer = entity("bold", 1, 2), entity("italic", 1, 5)
    case(
        cases,
        3330,
        "The longer of two comes first",
        spec,
        [101, 144],
        [inner, outer],
        [outer, inner],
        flags,
    )
    same = [entity("italic", 1, 2), entity("bold", 1, 2), entity("code", 1, 2)]
    comment = "Of equal places the order is kept"
    case(cases, 3340, comment, spec, [101, 144], same, same)
    case(cases, 3350, comment + ", the other way round", spec, [101, 144], same[::-1], same[::-1])
    mixed = [inner, entity("url", 0, 9), entity("code", 1, 2), outer]
    found = [entity("url", 0, 9), outer, inner, entity("code", 1, 2)]
    case(cases, 3360, "Nested entities", spec, [101, 144], mixed, found, flags)


def add_overlaps(cases):
    def both(first_id, comment, given, below, above):
        flags = ["Overlap"] if below != above else []
        flags += ["Order"] if given != above else []
        case(cases, first_id, comment, ["TL-25"], [0, 73, 100], given, below, flags)
        case(cases, first_id + 10, comment, ["TL-25"], [101, 144], given, above, flags)

    a, b, c = entity("bold", 0, 4), entity("italic", 2, 4), entity("code", 4, 4)
    both(3400, "Two that overlap", [a, b], [a], [a, b])
    both(3420, "Two that touch", [a, c], [a, c], [a, c])
    both(3440, "Three, of which the second overlaps both", [a, b, c], [a, c], [a, b, c])
    both(3460, "Three, given in reverse order", [c, b, a], [a, c], [a, b, c])
    inner = entity("italic", 1, 2)
    both(3480, "One within another", [a, inner], [a], [a, inner])
    both(3500, "Two at the same place", [a, entity("code", 0, 4)], [a], [a, entity("code", 0, 4)])
    longer = entity("code", 0, 6)
    both(3520, "The longer of two at the same offset stays", [a, longer], [longer], [longer, a])
    never = [entity("phone", 0, 8), c]
    case(
        cases,
        3540,
        "One that is never sent covers nothing",
        ["TL-25"],
        [73],
        never,
        [c],
        ["NeverSent"],
    )
    newer = [entity("spoiler", 0, 8), c]
    case(
        cases,
        3550,
        "One that the layer does not know covers nothing",
        ["TL-25"],
        [73],
        newer,
        [c],
        ["NewerEntity"],
    )
    beyond = [entity("bold", 0, 11), c]
    spec = ["TL-25", "TL-28"]
    case(cases, 3560, "One that does not fit covers nothing", spec, [73], beyond, [c], ["Bounds"])


def add_bounds(cases):
    """The text has 4 units, and the second and the third are a pair."""
    first, most = 3600, (1 << 31) - 1
    for offset, length, fits in (
        (0, 4, True),
        (1, 2, True),
        (3, 1, True),
        (0, 2, False),
        (2, 1, False),
        (0, 5, False),
        (4, 1, False),
        (0, 0, False),
        (1, -1, False),
        (-1, 2, False),
        (1, most, False),
        (most, most, False),
        (-most - 1, 1, False),
    ):
        given = [entity("bold", offset, length)]
        comment = f"Offset {offset}, length {length} in a text of 4 units"
        flags = [] if fits else ["Bounds"]
        kept = given if fits else []
        case(cases, first, comment, ["TL-28"], [73, 144], given, kept, flags, "a\U0001f642b")
        first += 10
    emoji = entity("custom_emoji", 0, 1)
    given = [emoji] * 101 + [entity("bold", 1, 1)]
    kept = [emoji] * 100 + [entity("bold", 1, 1)]
    case(
        cases, first, "101 custom emoji and a bold text", ["TL-28"], [144], given, kept, ["Bounds"]
    )
