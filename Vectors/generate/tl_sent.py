"""Reference of the chapter TL of SPEC.md: the payload of a content (TL-21 to TL-28).

A content is what `received` gives, with three more types of entities, and with {"_bytes": hex} in
place of a string that is not UTF-8.
"""

from reference import Refused
from tl import encode, make
from tl_received import ENTITIES, TYPING, fits, limited

NEW_SINCE = {
    "underline": 101,
    "strike": 101,
    "blockquote": 101,
    "spoiler": 144,
    "custom_emoji": 144,
}
NEVER_SENT = {"unknown", "mention_name", "phone", "cashtag", "bank_card", "bot_command"}

FILE_LIMIT = 2000 << 20
INT_LIMIT = (1 << 31) - 1

NAMES = {meaning: name for name, meaning in (ENTITIES | TYPING).items()}


def layer_for(peer_layer):
    """TL-21."""
    return max(layer for layer in (73, 101, 144) if layer <= max(peer_layer, 73))


def check_texts(value):
    """TL-28, for every string of the content."""
    if isinstance(value, str) and "\0" in value:
        raise Refused("text")
    if isinstance(value, dict):
        if "_bytes" in value:
            raise Refused("text")
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            check_texts(inner)


def check_file(media, layer):
    """TL-23."""
    file = media["file"]
    if len(file["key"]) != 64 or len(file["iv"]) != 64:
        raise Refused("fileKey")
    size = int(file["size"])
    if layer < 144 and size > FILE_LIMIT or media["type"] == "photo" and size > INT_LIMIT:
        raise Refused("fileTooLarge")


# Entities


def entities(content, layer):
    """TL-25, and TL-28 for the entities."""
    units = content["text"].encode("utf-16-be")
    known = [
        entity
        for entity in content["entities"]
        if entity["type"] not in NEVER_SENT
        and NEW_SINCE.get(entity["type"], 0) <= layer
        and fits(entity, units)
    ]
    ordered = sorted(known, key=lambda entity: (entity["offset"], -entity["length"]))
    if layer < 101:
        ordered = apart(ordered)
    return [entity_tree(entity) for entity in limited(ordered)]


def apart(ordered):
    """Those that begin where the last kept one has ended."""
    kept, end = [], 0
    for entity in ordered:
        if entity["offset"] >= end:
            kept.append(entity)
            end = entity["offset"] + entity["length"]
    return kept


def entity_tree(entity):
    fields = {name: value for name, value in entity.items() if name != "type"}
    return make(NAMES[entity["type"]], **fields)


# Media


def thumb(media):
    small = media.get("thumb", {"bytes": "", "width": 0, "height": 0})
    sizes = {"thumb_w": small["width"], "thumb_h": small["height"]}
    return {"thumb": bytes.fromhex(small["bytes"])} | sizes


def file(media):
    key, iv = bytes.fromhex(media["file"]["key"]), bytes.fromhex(media["file"]["iv"])
    return {"size": int(media["file"]["size"]), "key": key, "iv": iv}


def attribute(one):
    kind = one["type"]
    if kind == "image_size":
        return make("documentAttributeImageSize", w=one["width"], h=one["height"])
    if kind == "animated":
        return make("documentAttributeAnimated")
    if kind == "sticker":
        stickers = make("inputStickerSetEmpty")
        if "set" in one:
            stickers = make("inputStickerSetShortName", short_name=one["set"])
        return make("documentAttributeSticker#3a556302", alt=one["alt"], stickerset=stickers)
    if kind == "video":
        flags = {"round_message": True} if one["round"] else {}
        size = {"w": one["width"], "h": one["height"]}
        return make("documentAttributeVideo#0ef02ce6", duration=one["duration"], **size, **flags)
    if kind == "audio":
        optional = {name: one[name] for name in ("title", "performer") if name in one}
        if "waveform" in one:
            optional["waveform"] = bytes.fromhex(one["waveform"])
        if one["voice"]:
            optional["voice"] = True
        return make("documentAttributeAudio#9852f9c6", duration=one["duration"], **optional)
    return make("documentAttributeFilename", file_name=one["name"])


def media_tree(media, layer, caption):
    """TL-22, TL-24, TL-26 and TL-27."""
    kind = media["type"]
    if kind == "photo":
        size = {"w": media["width"], "h": media["height"]}
        fields = thumb(media) | size | file(media) | {"caption": caption}
        return make("decryptedMessageMediaPhoto#f1fa8d78", **fields)
    attributes = [attribute(one) for one in media.get("attributes", [])]
    if kind == "document":
        number = "6abd9782" if layer >= 144 else "7afe8ae2"
        fields = thumb(media) | {"mime_type": media["mime_type"]} | file(media)
        fields |= {"attributes": attributes, "caption": caption}
        return make("decryptedMessageMediaDocument#" + number, **fields)
    if kind == "external_document":
        names = ("id", "access_hash", "mime_type", "size", "dc_id")
        fields = {name: media[name] for name in names} | {"date": 0, "attributes": attributes}
        fields["thumb"] = make("photoSizeEmpty", type="t")
        return make("decryptedMessageMediaExternalDocument", **fields)
    fields = {name: value for name, value in media.items() if name != "type"}
    if kind in ("location", "venue"):
        fields |= {"lat": fields.pop("latitude"), "long": fields.pop("longitude")}
    if kind == "location":
        return make("decryptedMessageMediaGeoPoint", **fields)
    if kind == "venue":
        return make("decryptedMessageMediaVenue", **fields)
    if kind == "contact":
        user_id = int(media["user_id"])
        fields["user_id"] = user_id if -INT_LIMIT - 1 <= user_id <= INT_LIMIT else 0
        return make("decryptedMessageMediaContact", **fields)
    return make("decryptedMessageMediaWebPage", **fields)


# Messages


def message_tree(content, layer):
    check_texts(content)
    media = content.get("media")
    has_file = media is not None and media["type"] in ("photo", "document")
    if has_file:
        check_file(media, layer)
    optional = {}
    if media is not None:
        optional["media"] = media_tree(media, layer, content["text"] if has_file else "")
    kept = entities(content, layer)
    if kept:
        optional["entities"] = kept
    if content["via_bot_name"]:
        optional["via_bot_name"] = content["via_bot_name"]
    for name, field in (("reply_to", "reply_to_random_id"), ("grouped_id", "grouped_id")):
        if name in content:
            optional[field] = content[name]
    for name, field in (("silent", "silent"), ("no_preview", "no_webpage")):
        if content[name]:
            optional[field] = True
    fields = {"random_id": content["random_id"], "ttl": content["ttl"]}
    fields["message"] = "" if has_file else content["text"]
    return make("decryptedMessage#91cc4674", **fields, **optional)


def action_tree(action):
    kind = action["type"]
    fields = {name: value for name, value in action.items() if name != "type"}
    if kind == "set_ttl":
        return make("decryptedMessageActionSetMessageTTL", ttl_seconds=action["seconds"])
    if "ids" in fields:
        fields = {"random_ids": fields["ids"]}
    if kind == "resend":
        fields = {"start_seq_no": action["start"], "end_seq_no": action["end"]}
    if kind == "typing":
        fields = {"action": make(NAMES[action["action"]])}
    for name in ("g_a", "g_b"):
        if name in fields:
            fields[name] = bytes.fromhex(fields[name])
    name = "".join(word.capitalize() for word in kind.split("_"))
    return make("decryptedMessageAction" + name, **fields)


def sent(content, peer_layer, random_bytes, in_seq_no, out_seq_no):
    """The payload, or Refused."""
    assert len(random_bytes) == 31  # TL-11
    layer = layer_for(peer_layer)
    if content["type"] == "message":
        inner = message_tree(content, layer)
    else:
        action = action_tree(content["action"])
        fields = {"random_id": content["random_id"], "action": action}
        inner = make("decryptedMessageService#73164160", **fields)
    numbers = {"layer": layer, "in_seq_no": in_seq_no, "out_seq_no": out_seq_no}
    return encode(
        make("decryptedMessageLayer", random_bytes=random_bytes, **numbers, message=inner)
    )
