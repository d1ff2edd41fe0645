"""What engines get wrong about serialized messages."""

from . import defect

defect(
    "double-order", "TL-1", "tl-received tl-sent",
    "the bytes of a double are in the other order",
    ("tl", '{"_double": self.take(8)[::-1].hex()}', '{"_double": self.take(8).hex()}'),
    ("tl", 'return number_bytes(value["_double"])', 'return bytes.fromhex(value["_double"])'))

defect(
    "no-long-strings", "TL-2", "tl",
    "the form of strings with seven bytes of length is not known",
    ("tl", "header = 4 if size == 254 else 8", "header = 4"))

defect(
    "string-of-254", "TL-3", "tl tl-sent",
    "a string of 254 bytes is written with one byte of length",
    ("tl", "if size < 254 else", "if size < 255 else"))

defect(
    "written-anew", "TL-4 TL-2", "tl",
    "what was read is written again with its strings in their shortest form",
    ("tl", "        return value.whole\n", '        return string_bytes(bytes.fromhex(value["_bytes"]))\n'))

defect(
    "rest-dropped", "TL-4 TL-7", "tl tl-received",
    "what stands behind a stop is not written again",
    ("tl", "return read + payload[len(read) :]", "return read"))

defect(
    "count-believed", "TL-5", "tl",
    "the count of a vector is not compared with the bytes that are left",
    ("tl",
     '        if not 0 <= count <= self.left() // (8 if element == "long" else 4):',
     "        if count < 0:"))

defect(
    "old-layers", "TL-6", "tl tl-received",
    "constructors of the layers 8 and 17 are not known",
    ("tl_schema",
     "BY_ID = {c.id: c for c in CONSTRUCTORS}",
     'BY_ID = {c.id: c for c in CONSTRUCTORS if c.layer > 17 or c.name == "decryptedMessageLayer"}'),
    ("tl_schema", "assert len(CONSTRUCTORS) == len(BY_ID) == 85\n", ""))

defect(
    "nothing-before-stop", "TL-7", "tl",
    "what stood before a stop is thrown away",
    ("tl", "return (trees[0] if trees else None), stop", "return None, stop"))

defect(
    "any-media", "TL-7", "tl",
    "an object of any type may stand where media is asked for",
    ("tl", "constructor.type != kind:", 'kind not in (constructor.type, "DecryptedMessageMedia"):'),
    ("tl", "    assert constructor.type == kind\n", ""))

defect(
    "left-over", "TL-7", "tl",
    "bytes behind the object are not seen",
    ("tl",
     "        if reader.left():\n"
     '            raise Stop(reader.at, "malformed")\n',
     ""))

defect(
    "unknown-flags", "TL-8", "tl",
    "a word of flags with an unknown bit is refused",
    ("tl",
     "self.value(field.type, lambda value, name=field.name: tree.update({name: value}))",
     "self.value(field.type, lambda value, name=field.name: tree.update({name: value}))\n"
     '            if field.type == "#" and tree["flags"] >> 18:\n'
     '                raise Stop(self.at - 4, "malformed")'))

defect(
    "wrapper-guessed", "TL-9", "tl-received",
    "a wrapper that ends early has numbers of 0",
    ("tl_received", "    if tree is None or names[-1] not in tree:", "    if tree is None:"),
    ("tl_received", "{name: tree[name] for name in names}", "{name: tree.get(name, 0) for name in names}"))

defect(
    "few-random-bytes", "TL-10", "tl-received",
    "a message with less than 15 random bytes is shown",
    ("tl_received", 'len(raw(tree["random_bytes"])) < 15', "False"))

defect(
    "stop-is-none", "TL-12", "tl-received",
    "a message that cannot be read to its end has no numbers",
    ("tl_received", "if tree is None or names[-1] not in tree:", "if stop:"))

defect(
    "bad-text-dropped", "TL-13 TL-30", "tl-received",
    "bytes that are no UTF-8 are dropped",
    ("tl_received", 'decode("utf-8", "replace")', 'decode("utf-8", "ignore")'))

defect(
    "nul-kept", "TL-13 TL-30", "tl-received",
    "a NUL stays in the text",
    ("tl_received", '.replace("\\0", " ")', ""))

defect(
    "caption-alone-lost", "TL-14", "tl-received",
    "a caption is lost if there is no text beside it",
    ("tl_received", "for part in (said, caption) if part)", "for part in (said, caption) if said and part)"))

defect(
    "code-points", "TL-15", "tl-received",
    "offsets and lengths of entities are counted in code points",
    ("tl_received",
     '    units = whole_text.encode("utf-16-be")\n'
     "    return limited",
     '    units = (" " * len(whole_text)).encode("utf-16-be")\n'
     "    return limited"))

defect(
    "all-entities", "TL-15", "tl-received",
    "any number of entities is kept",
    ("tl_received",
     "ENTITY_LIMIT = 1000\n"
     "CUSTOM_EMOJI_LIMIT = 100",
     "ENTITY_LIMIT = CUSTOM_EMOJI_LIMIT = 10_000"))

defect(
    "mentions-kept", "TL-16", "tl-received",
    "mentions by name and commands of bots are handed over",
    ("tl_received",
     '    "messageEntityMention": "mention",\n',
     '    "messageEntityMention": "mention",\n'
     '    "messageEntityBotCommand": "bot_command",\n'
     '    "messageEntityMentionName": "mention",\n'))

defect(
    "empty-type", "TL-17", "tl-received",
    "an empty type of a file is taken for none",
    ("tl_received", '"video/mp4" if mime_type is None else mime_type', 'mime_type or "video/mp4"'),
    ("tl_received", '"audio/ogg" if mime_type is None else mime_type', 'mime_type or "audio/ogg"'))

defect(
    "any-file-size", "TL-18", "tl-received",
    "a file of any size is handed over",
    ("tl_received", ' or int(tree["size"]) <= 0', ""))

defect(
    "video-first", "TL-19", "tl-received",
    "a video is a video, also if it is animated",
    ("tl_received", '    if some("animated"):', '    if some("animated") and not some("video"):'))

defect(
    "negative-timer", "TL-20", "tl-received",
    "a negative timer is handed over",
    ("tl_received", 'max(0, tree.get("ttl", 0))', 'tree.get("ttl", 0)'),
    ("tl_received", 'max(0, tree["ttl_seconds"])', 'tree["ttl_seconds"]'))

defect(
    "layer-of-old-peer", "TL-21", "tl-sent",
    "a peer below layer 46 is answered in its own layer",
    ("tl_sent", 'numbers = {"layer": layer,', 'numbers = {"layer": peer_layer if 0 < peer_layer < 46 else layer,'))

defect(
    "old-actions", "TL-22", "tl-sent",
    "an action is sent in the form of layer 8",
    ("tl_sent",
     'make("decryptedMessageService#73164160", **fields)',
     'make("decryptedMessageService#aa48327d", random_bytes=random_bytes, **fields)'))

defect(
    "size-cut", "TL-23", "tl-sent",
    "the size of a file is not compared with what the layer can say",
    ("tl_sent", '        raise Refused("fileTooLarge")', '        file["size"] = str(min(size, INT_LIMIT))'))

defect(
    "caption-as-message", "TL-24", "tl-sent",
    "the text of a photo or document is sent as the message",
    ("tl_sent", 'content["text"] if has_file else "")', '"")'),
    ("tl_sent", '"" if has_file else content["text"]', 'content["text"]'))

defect(
    "new-entities", "TL-25", "tl-sent",
    "entities are sent that the layer does not know",
    ("tl_sent", 'NEW_SINCE.get(entity["type"], 0) <= layer', "True"))

defect(
    "entities-as-written", "TL-25", "tl-sent",
    "entities are sent in the order in which they were written",
    ("tl_sent", 'sorted(known, key=lambda entity: (entity["offset"], -entity["length"]))', "known"))

defect(
    "sticker-thumbnail", "TL-26", "tl-sent",
    'a sticker of a public set is sent with a thumbnail of the type "s"',
    ("tl_sent", 'make("photoSizeEmpty", type="t")', 'make("photoSizeEmpty", type="s")'))

defect(
    "user-id-cut", "TL-27", "tl-sent",
    "the lower 32 bits of a contact's user id are sent",
    ("tl_sent", "user_id if -INT_LIMIT - 1 <= user_id <= INT_LIMIT else 0", "(user_id + 2**31) % 2**32 - 2**31"))

defect(
    "nul-sent", "TL-28", "tl-sent",
    "a text with a NUL is sent",
    ("tl_sent",
     '    if isinstance(value, str) and "\\0" in value:\n'
     '        raise Refused("text")\n',
     ""))

defect(
    "any-attributes", "TL-29", "tl-received",
    "any number of attributes is kept",
    ("tl_received", "attributes[:ATTRIBUTE_LIMIT]", "attributes"))
