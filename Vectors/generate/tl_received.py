"""Reference of the chapter TL of SPEC.md: what a payload that came means (TL-9 to TL-20)."""

from tl import decode

TYPING = {
    "sendMessageTypingAction": "typing",
    "sendMessageCancelAction": "cancel",
    "sendMessageRecordVideoAction": "record_video",
    "sendMessageUploadVideoAction": "upload_video",
    "sendMessageRecordAudioAction": "record_audio",
    "sendMessageUploadAudioAction": "upload_audio",
    "sendMessageUploadPhotoAction": "upload_photo",
    "sendMessageUploadDocumentAction": "upload_document",
    "sendMessageGeoLocationAction": "geo_location",
    "sendMessageChooseContactAction": "choose_contact",
    "sendMessageRecordRoundAction": "record_round",
    "sendMessageUploadRoundAction": "upload_round",
}

# TL-16: the entities that are missing here are dropped.
ENTITIES = {
    "messageEntityMention": "mention",
    "messageEntityHashtag": "hashtag",
    "messageEntityUrl": "url",
    "messageEntityEmail": "email",
    "messageEntityBold": "bold",
    "messageEntityItalic": "italic",
    "messageEntityCode": "code",
    "messageEntityPre": "pre",
    "messageEntityTextUrl": "text_url",
    "messageEntityPhone": "phone",
    "messageEntityCashtag": "cashtag",
    "messageEntityBankCard": "bank_card",
    "messageEntityUnderline": "underline",
    "messageEntityStrike": "strike",
    "messageEntityBlockquote": "blockquote",
    "messageEntitySpoiler": "spoiler",
    "messageEntityCustomEmoji": "custom_emoji",
}

ENTITY_LIMIT = 1000
CUSTOM_EMOJI_LIMIT = 100
ATTRIBUTE_LIMIT = 64

MEDIA = "decryptedMessageMedia"
ACTION = "decryptedMessageAction"
ATTRIBUTE = "documentAttribute"


def raw(value):
    return bytes.fromhex(value["_bytes"])


def text(value):
    """TL-13 and TL-30."""
    return raw(value).decode("utf-8", "replace").replace("\0", " ")


# Entities


def fits(entity, units):
    """TL-15 for one entity; `units` is the text in UTF-16, big-endian."""
    start, end = entity["offset"], entity["offset"] + entity["length"]
    if start < 0 or entity["length"] <= 0 or 2 * end > len(units):
        return False
    # A low surrogate at a boundary: the pair that it ends began before the boundary.
    return not any(units[2 * i : 2 * i + 1] and units[2 * i] >> 2 == 0b110111 for i in (start, end))


def entity(tree):
    found = {"type": ENTITIES[tree["_"]], "offset": tree["offset"], "length": tree["length"]}
    for name in ("language", "url"):
        if name in tree:
            found[name] = text(tree[name])
    if "document_id" in tree:
        found["document_id"] = tree["document_id"]
    return found


def limited(entities):
    """TL-15: the first 1,000, and the first 100 custom emoji among them."""
    kept, emoji = [], 0
    for one in entities:
        custom = one["type"] == "custom_emoji"
        if len(kept) < ENTITY_LIMIT and not (custom and emoji == CUSTOM_EMOJI_LIMIT):
            kept.append(one)
            emoji += custom
    return kept


def entities(trees, whole_text):
    """TL-15 and TL-16."""
    units = whole_text.encode("utf-16-be")
    return limited([entity(t) for t in trees if t["_"] in ENTITIES and fits(t, units)])


# Media


def thumb(tree):
    """TL-20."""
    if not raw(tree["thumb"]):
        return {}
    width, height = tree["thumb_w"], tree["thumb_h"]
    return {"thumb": {"bytes": tree["thumb"]["_bytes"], "width": width, "height": height}}


def file(tree):
    """TL-18."""
    if len(raw(tree["key"])) != 32 or len(raw(tree["iv"])) != 32 or int(tree["size"]) <= 0:
        return {}
    size, key, iv = str(tree["size"]), tree["key"]["_bytes"], tree["iv"]["_bytes"]
    return {"file": {"size": size, "key": key, "iv": iv}}


def attribute(tree):
    name = tree["_"].removeprefix(ATTRIBUTE)
    if name == "ImageSize":
        return {"type": "image_size", "width": tree["w"], "height": tree["h"]}
    if name == "Animated":
        return {"type": "animated"}
    if name == "Sticker":
        alt = text(tree["alt"]) if "alt" in tree else ""
        stickers = tree.get("stickerset", {})
        named = {"set": text(stickers["short_name"])} if "short_name" in stickers else {}
        return {"type": "sticker", "alt": alt} | named
    if name == "Video":
        return video(tree)
    if name == "Audio":
        found = {"type": "audio", "duration": tree["duration"], "voice": "voice" in tree}
        found |= {key: text(tree[key]) for key in ("title", "performer") if key in tree}
        return found | ({"waveform": tree["waveform"]["_bytes"]} if "waveform" in tree else {})
    assert name == "Filename"
    return {"type": "file_name", "name": text(tree["file_name"])}


def video(tree):
    """The attribute, and TL-17 for the media: they name the fields alike."""
    size = {"width": tree["w"], "height": tree["h"]}
    return (
        {"type": "video", "duration": tree["duration"]} | size | {"round": "round_message" in tree}
    )


def kind(attributes):
    """TL-19."""

    def some(name, flag=None):
        return any(a["type"] == name and (flag is None or a[flag]) for a in attributes)

    if some("sticker"):
        return "sticker"
    if some("animated"):
        return "animation"
    if some("video"):
        return "round_video" if some("video", "round") else "video"
    if some("audio"):
        return "voice_note" if some("audio", "voice") else "music"
    return "file"


def described(attributes):
    """TL-29: what is not kept does not tell the kind, either."""
    kept = attributes[:ATTRIBUTE_LIMIT]
    return {"attributes": kept, "kind": kind(kept)}


def document(tree, mime_type, attributes):
    small = thumb(tree) if "thumb" in tree else {}
    return {"type": "document", "mime_type": mime_type} | small | file(tree) | described(attributes)


def external_document(tree):
    found = {"type": "external_document", "id": tree["id"], "access_hash": tree["access_hash"]}
    found |= {"date": tree["date"], "mime_type": text(tree["mime_type"]), "size": tree["size"]}
    small = tree["thumb"]
    if small["_"] == "photoCachedSize":
        found |= thumb({"thumb": small["bytes"], "thumb_w": small["w"], "thumb_h": small["h"]})
    attributes = [attribute(a) for a in tree["attributes"]]
    return found | {"dc_id": tree["dc_id"]} | described(attributes)


def media(tree):
    name = tree["_"].removeprefix(MEDIA)
    mime_type = text(tree["mime_type"]) if "mime_type" in tree else None
    if name == "Empty":
        return None
    if name == "Photo":
        size = {"width": tree["w"], "height": tree["h"]}
        return {"type": "photo"} | thumb(tree) | size | file(tree)
    if name == "Video":
        return document(tree, "video/mp4" if mime_type is None else mime_type, [video(tree)])
    if name == "Audio":
        voice = {"type": "audio", "duration": tree["duration"], "voice": True}
        return document(tree, "audio/ogg" if mime_type is None else mime_type, [voice])
    if name == "Document" and "file_name" in tree:
        return document(tree, mime_type, [{"type": "file_name", "name": text(tree["file_name"])}])
    if name == "Document":
        return document(tree, mime_type, [attribute(a) for a in tree["attributes"]])
    if name == "ExternalDocument":
        return external_document(tree)
    if name == "GeoPoint":
        return {"type": "location", "latitude": tree["lat"], "longitude": tree["long"]}
    if name == "Contact":
        strings = {key: text(tree[key]) for key in ("phone_number", "first_name", "last_name")}
        return {"type": "contact"} | strings | {"user_id": str(tree["user_id"])}
    if name == "Venue":
        strings = {key: text(tree[key]) for key in ("title", "address", "provider", "venue_id")}
        return {"type": "venue", "latitude": tree["lat"], "longitude": tree["long"]} | strings
    assert name == "WebPage"
    return {"type": "web_page", "url": text(tree["url"])}


# Messages


def whole_text(tree):
    """TL-14."""
    said = text(tree["message"])
    caption = text(tree.get("media", {}).get("caption", {"_bytes": ""}))
    return "\n\n".join(part for part in (said, caption) if part)


def message(tree):
    whole = whole_text(tree)
    found = {
        "type": "message",
        "random_id": tree["random_id"],
        "ttl": max(0, tree.get("ttl", 0)),
        "text": whole,
        "entities": entities(tree.get("entities", []), whole),
    }
    shown = media(tree["media"]) if "media" in tree else None
    if shown:
        found["media"] = shown
    found["via_bot_name"] = text(tree["via_bot_name"]) if "via_bot_name" in tree else ""
    for name, field in (("reply_to", "reply_to_random_id"), ("grouped_id", "grouped_id")):
        if tree.get(field, "0") != "0":
            found[name] = tree[field]
    return found | {"silent": "silent" in tree, "no_preview": "no_webpage" in tree}


def action(tree):
    name = tree["_"].removeprefix(ACTION)
    if name == "SetMessageTTL":
        return {"type": "set_ttl", "seconds": max(0, tree["ttl_seconds"])}
    if name in ("ReadMessages", "DeleteMessages", "ScreenshotMessages"):
        kinds = {"R": "read_messages", "D": "delete_messages", "S": "screenshot_messages"}
        return {"type": kinds[name[0]], "ids": tree["random_ids"]}
    if name == "FlushHistory":
        return {"type": "flush_history"}
    if name == "Resend":
        return {"type": "resend", "start": tree["start_seq_no"], "end": tree["end_seq_no"]}
    if name == "NotifyLayer":
        return {"type": "notify_layer", "layer": tree["layer"]}
    if name == "Typing":
        return {"type": "typing", "action": TYPING[tree["action"]["_"]]}
    if name == "Noop":
        return {"type": "noop"}
    exchange = {"exchange_id": tree["exchange_id"]}
    if name == "RequestKey":
        return {"type": "request_key"} | exchange | {"g_a": tree["g_a"]["_bytes"]}
    if name == "AbortKey":
        return {"type": "abort_key"} | exchange
    exchange |= {"g_b": tree["g_b"]["_bytes"]} if name == "AcceptKey" else {}
    exchange |= {"key_fingerprint": tree["key_fingerprint"]}
    return {"type": "accept_key" if name == "AcceptKey" else "commit_key"} | exchange


def unsupported(inner, reason, constructor=None):
    """TL-10 and TL-12: of what stood before the stop, the id and the text."""
    found = {"type": "unsupported", "reason": reason}
    if constructor:
        found["constructor"] = constructor
    if "random_id" in inner:
        found["random_id"] = inner["random_id"]
    if "message" in inner:
        found["text"] = whole_text(inner)
    return found


def received(payload):
    """The numbers of the wrapper, and the content."""
    tree, stop = decode(payload)
    names = ("layer", "in_seq_no", "out_seq_no")
    if tree is None or names[-1] not in tree:
        return {"content": {"type": "none"}}  # TL-9
    numbers = {name: tree[name] for name in names}
    inner = tree.get("message", {})
    if stop:
        content = unsupported(inner, stop.reason, stop.constructor)
    elif len(raw(tree["random_bytes"])) < 15:
        content = unsupported(inner, "short_random_bytes")
    elif "action" in inner:
        one = {"type": "service", "random_id": inner["random_id"]}
        content = one | {"action": action(inner["action"])}
    else:
        content = message(inner)
    return numbers | {"content": content}
