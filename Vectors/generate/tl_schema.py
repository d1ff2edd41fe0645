"""The schema of serialized messages: every constructor under the layer that brought it.

`true` fields take no bytes. A `flags.N?` field is there if bit N of the word `flags` is set.
"""

import re
import zlib
from collections import namedtuple

Field = namedtuple("Field", "name bit type")


class Constructor(namedtuple("Constructor", "layer name id fields type line")):
    @property
    def key(self):
        """Names come again in later layers, so the id belongs to it."""
        return f"{self.name}#{self.id}"


LINES = {
    8: """
        decryptedMessage#1f814f1f random_id:long random_bytes:bytes message:string
            media:DecryptedMessageMedia = DecryptedMessage
        decryptedMessageService#aa48327d random_id:long random_bytes:bytes
            action:DecryptedMessageAction = DecryptedMessage
        decryptedMessageMediaEmpty#089f5c4a = DecryptedMessageMedia
        decryptedMessageMediaPhoto#32798a8c thumb:bytes thumb_w:int thumb_h:int w:int h:int size:int
            key:bytes iv:bytes = DecryptedMessageMedia
        decryptedMessageMediaVideo#4cee6ef3 thumb:bytes thumb_w:int thumb_h:int duration:int w:int
            h:int size:int key:bytes iv:bytes = DecryptedMessageMedia
        decryptedMessageMediaGeoPoint#35480a59 lat:double long:double = DecryptedMessageMedia
        decryptedMessageMediaContact#588a0a97 phone_number:string first_name:string
            last_name:string user_id:int = DecryptedMessageMedia
        decryptedMessageMediaDocument#b095434b thumb:bytes thumb_w:int thumb_h:int
            file_name:string mime_type:string size:int key:bytes iv:bytes = DecryptedMessageMedia
        decryptedMessageMediaAudio#6080758f duration:int size:int key:bytes iv:bytes
            = DecryptedMessageMedia
        decryptedMessageActionSetMessageTTL#a1733aec ttl_seconds:int = DecryptedMessageAction
        decryptedMessageActionReadMessages#0c4f40be random_ids:Vector<long>
            = DecryptedMessageAction
        decryptedMessageActionDeleteMessages#65614304 random_ids:Vector<long>
            = DecryptedMessageAction
        decryptedMessageActionScreenshotMessages#8ac1f475 random_ids:Vector<long>
            = DecryptedMessageAction
        decryptedMessageActionFlushHistory#6719e45c = DecryptedMessageAction
    """,
    17: """
        decryptedMessageLayer#1be31789 random_bytes:bytes layer:int in_seq_no:int out_seq_no:int
            message:DecryptedMessage = DecryptedMessageLayer
        decryptedMessage#204d3878 random_id:long ttl:int message:string
            media:DecryptedMessageMedia = DecryptedMessage
        decryptedMessageService#73164160 random_id:long action:DecryptedMessageAction
            = DecryptedMessage
        decryptedMessageMediaVideo#524a415d thumb:bytes thumb_w:int thumb_h:int duration:int
            mime_type:string w:int h:int size:int key:bytes iv:bytes = DecryptedMessageMedia
        decryptedMessageMediaAudio#57e0a9cb duration:int mime_type:string size:int key:bytes
            iv:bytes = DecryptedMessageMedia
        decryptedMessageActionResend#511110b0 start_seq_no:int end_seq_no:int
            = DecryptedMessageAction
        decryptedMessageActionNotifyLayer#f3048883 layer:int = DecryptedMessageAction
        decryptedMessageActionTyping#ccb27641 action:SendMessageAction = DecryptedMessageAction
        sendMessageTypingAction#16bf744e = SendMessageAction
        sendMessageCancelAction#fd5ec8f5 = SendMessageAction
        sendMessageRecordVideoAction#a187d66f = SendMessageAction
        sendMessageUploadVideoAction#92042ff7 = SendMessageAction
        sendMessageRecordAudioAction#d52f73f7 = SendMessageAction
        sendMessageUploadAudioAction#e6ac8a6f = SendMessageAction
        sendMessageUploadPhotoAction#990a3c1a = SendMessageAction
        sendMessageUploadDocumentAction#8faee98e = SendMessageAction
        sendMessageGeoLocationAction#176f8ba1 = SendMessageAction
        sendMessageChooseContactAction#628cbc6f = SendMessageAction
    """,
    20: """
        decryptedMessageActionRequestKey#f3c9611b exchange_id:long g_a:bytes
            = DecryptedMessageAction
        decryptedMessageActionAcceptKey#6fe1735b exchange_id:long g_b:bytes key_fingerprint:long
            = DecryptedMessageAction
        decryptedMessageActionAbortKey#dd05ec6b exchange_id:long = DecryptedMessageAction
        decryptedMessageActionCommitKey#ec2e0b9b exchange_id:long key_fingerprint:long
            = DecryptedMessageAction
        decryptedMessageActionNoop#a82fdd63 = DecryptedMessageAction
    """,
    23: """
        decryptedMessageMediaExternalDocument#fa95b0dd id:long access_hash:long date:int
            mime_type:string size:int thumb:PhotoSize dc_id:int
            attributes:Vector<DocumentAttribute> = DecryptedMessageMedia
        documentAttributeImageSize#6c37c15c w:int h:int = DocumentAttribute
        documentAttributeAnimated#11b58939 = DocumentAttribute
        documentAttributeSticker#fb0a5727 = DocumentAttribute
        documentAttributeVideo#5910cccb duration:int w:int h:int = DocumentAttribute
        documentAttributeAudio#051448e5 duration:int = DocumentAttribute
        documentAttributeFilename#15590068 file_name:string = DocumentAttribute
        photoSizeEmpty#0e17e23c type:string = PhotoSize
        photoSize#77bfb61b type:string location:FileLocation w:int h:int size:int = PhotoSize
        photoCachedSize#e9a734fa type:string location:FileLocation w:int h:int bytes:bytes
            = PhotoSize
        fileLocationUnavailable#7c596b46 volume_id:long local_id:int secret:long = FileLocation
        fileLocation#53d69076 dc_id:int volume_id:long local_id:int secret:long = FileLocation
    """,
    45: """
        decryptedMessage#36b091de flags:# random_id:long ttl:int message:string
            media:flags.9?DecryptedMessageMedia entities:flags.7?Vector<MessageEntity>
            via_bot_name:flags.11?string reply_to_random_id:flags.3?long = DecryptedMessage
        decryptedMessageMediaPhoto#f1fa8d78 thumb:bytes thumb_w:int thumb_h:int w:int h:int
            size:int key:bytes iv:bytes caption:string = DecryptedMessageMedia
        decryptedMessageMediaVideo#970c8c0e thumb:bytes thumb_w:int thumb_h:int duration:int
            mime_type:string w:int h:int size:int key:bytes iv:bytes caption:string
            = DecryptedMessageMedia
        decryptedMessageMediaDocument#7afe8ae2 thumb:bytes thumb_w:int thumb_h:int
            mime_type:string size:int key:bytes iv:bytes attributes:Vector<DocumentAttribute>
            caption:string = DecryptedMessageMedia
        decryptedMessageMediaVenue#8a0df56f lat:double long:double title:string address:string
            provider:string venue_id:string = DecryptedMessageMedia
        decryptedMessageMediaWebPage#e50511d8 url:string = DecryptedMessageMedia
        documentAttributeSticker#3a556302 alt:string stickerset:InputStickerSet
            = DocumentAttribute
        documentAttributeAudio#ded218e0 duration:int title:string performer:string
            = DocumentAttribute
        inputStickerSetShortName#861cc8a0 short_name:string = InputStickerSet
        inputStickerSetEmpty#ffb62b95 = InputStickerSet
        messageEntityUnknown#bb92ba95 offset:int length:int = MessageEntity
        messageEntityMention#fa04579d offset:int length:int = MessageEntity
        messageEntityHashtag#6f635b0d offset:int length:int = MessageEntity
        messageEntityBotCommand#6cef8ac7 offset:int length:int = MessageEntity
        messageEntityUrl#6ed02538 offset:int length:int = MessageEntity
        messageEntityEmail#64e475c2 offset:int length:int = MessageEntity
        messageEntityBold#bd610bc9 offset:int length:int = MessageEntity
        messageEntityItalic#826f8b60 offset:int length:int = MessageEntity
        messageEntityCode#28a20571 offset:int length:int = MessageEntity
        messageEntityPre#73924be0 offset:int length:int language:string = MessageEntity
        messageEntityTextUrl#76a6d327 offset:int length:int url:string = MessageEntity
        messageEntityMentionName#352dca58 offset:int length:int user_id:int = MessageEntity
        messageEntityPhone#9b69e34b offset:int length:int = MessageEntity
        messageEntityCashtag#4c4e743f offset:int length:int = MessageEntity
        messageEntityBankCard#761e6af4 offset:int length:int = MessageEntity
    """,
    46: """
        documentAttributeAudio#9852f9c6 flags:# voice:flags.10?true duration:int
            title:flags.0?string performer:flags.1?string waveform:flags.2?bytes
            = DocumentAttribute
    """,
    66: """
        documentAttributeVideo#0ef02ce6 flags:# round_message:flags.0?true duration:int w:int
            h:int = DocumentAttribute
        sendMessageRecordRoundAction#88f27fbc = SendMessageAction
        sendMessageUploadRoundAction#bb718624 = SendMessageAction
    """,
    73: """
        decryptedMessage#91cc4674 flags:# no_webpage:flags.1?true silent:flags.5?true
            random_id:long ttl:int message:string media:flags.9?DecryptedMessageMedia
            entities:flags.7?Vector<MessageEntity> via_bot_name:flags.11?string
            reply_to_random_id:flags.3?long grouped_id:flags.17?long = DecryptedMessage
    """,
    101: """
        messageEntityUnderline#9c4e7e8b offset:int length:int = MessageEntity
        messageEntityStrike#bf0693d4 offset:int length:int = MessageEntity
        messageEntityBlockquote#020df5d0 offset:int length:int = MessageEntity
    """,
    143: """
        decryptedMessageMediaDocument#6abd9782 thumb:bytes thumb_w:int thumb_h:int
            mime_type:string size:long key:bytes iv:bytes attributes:Vector<DocumentAttribute>
            caption:string = DecryptedMessageMedia
    """,
    144: """
        messageEntitySpoiler#32ca960f offset:int length:int = MessageEntity
        messageEntityCustomEmoji#c8cf05f8 offset:int length:int document_id:long = MessageEntity
    """,
}


def parse_field(text):
    name, kind = text.split(":")
    optional = re.fullmatch(r"flags\.(\d+)\?(.+)", kind)
    return Field(name, int(optional[1]), optional[2]) if optional else Field(name, None, kind)


def parse(layer, line):
    left, kind = line.split(" = ")
    head, *fields = left.split()
    name, number = head.split("#")
    return Constructor(layer, name, number, [parse_field(f) for f in fields], kind, line)


def table():
    for layer, text in LINES.items():
        for line in re.findall(r"\w+#.*?= \w+", text, re.DOTALL):
            yield parse(layer, " ".join(line.split()))


def checksum(constructor):
    """The id is the CRC-32 of the line, without the id, without flags of the type true."""
    line = re.sub(r"#[0-9a-f]{8}", "", constructor.line, count=1)
    line = re.sub(r" \w+:flags\.\d+\?true", "", line)
    line = line.replace(":bytes", ":string").replace("?bytes", "?string")
    return "%08x" % zlib.crc32(line.replace("<", " ").replace(">", "").encode())


CONSTRUCTORS = list(table())
BY_ID = {c.id: c for c in CONSTRUCTORS}

# The document of layer 143 has an id that is no checksum of its line.
assert [c.id for c in CONSTRUCTORS if checksum(c) != c.id] == ["6abd9782"]
assert len(CONSTRUCTORS) == len(BY_ID) == 85
