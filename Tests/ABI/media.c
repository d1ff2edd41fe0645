/* Every kind of media, entity and attribute goes through a chat and comes out as it went in. */
#include "rig.h"

#include <string.h>

static const uint8_t key[32] = {1, 2, 3}, iv[32] = {4, 5, 6};
static const uint8_t jpeg[5] = {0xff, 0xd8, 0xff, 0xd9, 0};
static const uint8_t waveform[4] = {0x15, 0x2a, 0, 0xff};

static device ann, ben;
static courier server;
static int32_t chat_id;
static unsigned arrived;

static int same_entities(sc_entities sent, sc_entities got) {
    if (sent.count != got.count) return 0;
    for (size_t place = 0; place < got.count; place++) {
        const sc_entity *a = (const sc_entity *)((const char *)sent.items + place * sent.stride);
        const sc_entity *b = (const sc_entity *)((const char *)got.items + place * got.stride);
        if (a->kind != b->kind || a->offset != b->offset || a->length != b->length) return 0;
        if (a->document_id != b->document_id || b->reserved != 0) return 0;
        if (a->text.count != b->text.count || !same_text(a->text, "") != !same_text(b->text, "")) return 0;
        if (a->text.count > 0 && !same_bytes(a->text, b->text)) return 0;
    }
    return 1;
}

static int same_attributes(sc_attributes sent, sc_attributes got) {
    if (sent.count != got.count) return 0;
    for (size_t place = 0; place < got.count; place++) {
        const sc_attribute *a = (const sc_attribute *)((const char *)sent.items + place * sent.stride);
        const sc_attribute *b = (const sc_attribute *)((const char *)got.items + place * got.stride);
        if (a->kind != b->kind || a->width != b->width || a->height != b->height) return 0;
        if (a->duration != b->duration || a->is_special != b->is_special || b->reserved != 0) return 0;
        if (!same_bytes(a->text, b->text) || !same_bytes(a->text2, b->text2)) return 0;
        if (!same_bytes(a->waveform, b->waveform)) return 0;
    }
    return 1;
}

static void compare_media(const sc_media *sent, const sc_media *got, uint32_t document_kind) {
    EQUAL(sizeof *got, got->struct_size);
    EQUAL(sent->kind, got->kind);
    EQUAL(sent->width, got->width);
    EQUAL(sent->height, got->height);
    EQUAL(sent->file_size, got->file_size);
    CHECK(same_bytes(sent->file_key, got->file_key));
    CHECK(same_bytes(sent->file_iv, got->file_iv));
    CHECK(same_bytes(sent->thumbnail, got->thumbnail));
    EQUAL(sent->thumbnail_width, got->thumbnail_width);
    EQUAL(sent->thumbnail_height, got->thumbnail_height);
    CHECK(same_bytes(sent->mime_type, got->mime_type));
    CHECK(same_attributes(sent->attributes, got->attributes));
    EQUAL(document_kind, got->document_kind);
    EQUAL(sent->dc_id, got->dc_id);
    EQUAL(sent->date, got->date);
    EQUAL(0, got->reserved);
    EQUAL(sent->id, got->id);
    EQUAL(sent->access_hash, got->access_hash);
    EQUAL(sent->user_id, got->user_id);
    CHECK(sent->latitude >= got->latitude && sent->latitude <= got->latitude);
    CHECK(sent->longitude >= got->longitude && sent->longitude <= got->longitude);
    CHECK(same_bytes(sent->phone_number, got->phone_number));
    CHECK(same_bytes(sent->first_name, got->first_name));
    CHECK(same_bytes(sent->last_name, got->last_name));
    CHECK(same_bytes(sent->title, got->title));
    CHECK(same_bytes(sent->address, got->address));
    CHECK(same_bytes(sent->provider, got->provider));
    CHECK(same_bytes(sent->venue_id, got->venue_id));
    CHECK(same_bytes(sent->url, got->url));
}

/* What is expected: the message, and what its document is shown as. */
typedef struct expectation {
    const sc_message *message;
    uint32_t document_kind;
    int32_t lifetime_seconds;
    uint32_t trigger;
    const sc_input_file *file;
} expectation;

static void look(device *device, const sc_change *change) {
    const expectation *expected = (const expectation *)device->expected;
    if (change->kind != SC_CHANGE_INSERT || expected == NULL) return;
    const sc_message *sent = expected->message, *got = change->message;
    int is_mine = device == &ann;
    arrived++;
    EQUAL(chat_id, change->chat_id);
    EQUAL(sent->random_id, change->random_id);
    EQUAL(is_mine ? SC_CHANGE_IS_OUTGOING : 0, change->flags & SC_CHANGE_IS_OUTGOING);
    EQUAL(is_mine ? 0 : server.date, change->date);
    EQUAL(expected->lifetime_seconds, change->lifetime_seconds);
    EQUAL(expected->trigger, change->lifetime_trigger);
    if (!CHECK(got != NULL)) return;
    EQUAL(sizeof *got, got->struct_size);
    EQUAL(sent->flags, got->flags);
    EQUAL(sent->random_id, got->random_id);
    EQUAL(sent->ttl_seconds, got->ttl_seconds);
    EQUAL(0, got->reserved);
    CHECK(same_bytes(sent->text, got->text));
    CHECK(same_entities(sent->entities, got->entities));
    CHECK(same_bytes(sent->via_bot_name, got->via_bot_name));
    EQUAL(sent->reply_to, got->reply_to);
    EQUAL(sent->grouped_id, got->grouped_id);
    CHECK((sent->media == NULL) == (got->media == NULL));
    if (sent->media != NULL && got->media != NULL) {
        compare_media(sent->media, got->media, expected->document_kind);
    }
    const sc_server_file *file = change->server_file;
    CHECK((file != NULL) == (!is_mine && expected->file != NULL));
    if (file == NULL) return;
    EQUAL(sizeof *file, file->struct_size);
    EQUAL(2, file->dc_id);
    EQUAL(expected->file->id, file->id);
    EQUAL(77, file->access_hash);
    EQUAL(1024, file->size);
    EQUAL(expected->file->key_fingerprint, file->key_fingerprint);
    EQUAL(0, file->reserved);
    int32_t fingerprint = 0;
    if (got->media == NULL || got->media->file_key.data == NULL) return;
    OK(sc_file_key_fingerprint(got->media->file_key.data, got->media->file_iv.data, &fingerprint));
    EQUAL(fingerprint == file->key_fingerprint ? SC_CHANGE_IS_FILE_KEY_RIGHT : SC_CHANGE_IS_FILE_KEY_WRONG,
        change->flags);
}

/* Sends a message from Ann to Ben; both look at it. */
static void pass(const expectation *expected) {
    sc_event event = event_of(SC_EVENT_SEND_REQUESTED, chat_id);
    event.message = expected->message;
    event.input_file = expected->file;
    ann.expected = ben.expected = expected;
    arrived = 0;
    OK(device_handle(&ann, &event));
    if (expected->file != NULL && CHECK(ann.queue_count > 0)) {
        sc_input_file asked = ann.queue[0].file;
        CHECK(same_bytes(expected->file->md5, bytes_of(asked.md5.count ? ann.queue[0].md5 : NULL, asked.md5.count)));
        asked.md5 = expected->file->md5;
        EQUAL(0, memcmp(expected->file, &asked, sizeof asked));
    }
    courier_run(&server);
    EQUAL(2, arrived);
    ann.expected = ben.expected = NULL;
}

static void pass_media(const sc_media *media, uint32_t document_kind, const sc_input_file *file) {
    static int64_t random_id = 100;
    sc_message message = message_of(++random_id, "under it");
    message.media = media;
    expectation expected;
    memset(&expected, 0, sizeof expected);
    expected.message = &message;
    expected.document_kind = document_kind;
    expected.file = file;
    pass(&expected);
}

static sc_entity entity_of(uint32_t kind, int32_t offset, int32_t length) {
    sc_entity entity;
    memset(&entity, 0, sizeof entity);
    entity.kind = kind;
    entity.offset = offset;
    entity.length = length;
    return entity;
}

/* An element of a host of a later version. */
typedef struct long_entity {
    sc_entity entity;
    int64_t news;
} long_entity;

static void texts(void) {
    const char *text = "\xf0\x9f\x98\x80 0123456789 abcdefghijklmnopqrstuvwxyz";
    const uint32_t kinds[] = {
        SC_ENTITY_MENTION, SC_ENTITY_HASHTAG, SC_ENTITY_URL, SC_ENTITY_EMAIL, SC_ENTITY_BOLD,
        SC_ENTITY_ITALIC, SC_ENTITY_CODE, SC_ENTITY_UNDERLINE, SC_ENTITY_STRIKE, SC_ENTITY_BLOCKQUOTE,
        SC_ENTITY_SPOILER, SC_ENTITY_PRE, SC_ENTITY_PRE, SC_ENTITY_TEXT_URL, SC_ENTITY_CUSTOM_EMOJI};
    enum { COUNT = sizeof kinds / sizeof kinds[0] };
    sc_entity entities[COUNT];
    long_entity longer[COUNT];
    for (int place = 0; place < COUNT; place++) {
        entities[place] = entity_of(kinds[place], 2 + place, 2);
        if (kinds[place] == SC_ENTITY_TEXT_URL) entities[place].text = text_of("https://example.org/");
        if (kinds[place] == SC_ENTITY_CUSTOM_EMOJI) entities[place].document_id = INT64_MIN + 5;
    }
    entities[12].text = text_of("c");
    for (int place = 0; place < COUNT; place++) {
        longer[place].entity = entities[place];
        longer[place].news = 0;
    }
    sc_message message = message_of(1, text);
    message.flags = SC_MESSAGE_SILENT | SC_MESSAGE_NO_PREVIEW;
    message.entities.items = entities;
    message.entities.count = COUNT;
    message.entities.stride = sizeof entities[0];
    message.via_bot_name = text_of("bot");
    message.reply_to = INT64_MAX;
    message.grouped_id = INT64_MIN;
    expectation expected;
    memset(&expected, 0, sizeof expected);
    expected.message = &message;
    pass(&expected);
    /* spec("ABI-3") */
    message.random_id = 2;
    message.entities.items = &longer[0].entity;
    message.entities.stride = sizeof longer[0];
    pass(&expected);
    message = message_of(3, "");
    message.text = bytes_of(NULL, 0);
    pass(&expected);

    /* Receivers find these themselves: they are taken and not sent. */
    for (uint32_t kind = SC_ENTITY_PHONE; kind <= SC_ENTITY_BOT_COMMAND; kind++) {
        sc_entity entity = entity_of(kind, 0, 2);
        message = message_of(10 + (int64_t)kind, "ab");
        message.entities.items = &entity;
        message.entities.count = 1;
        message.entities.stride = sizeof entity;
        sc_event event = event_of(SC_EVENT_SEND_REQUESTED, chat_id);
        event.message = &message;
        OK(device_handle(&ann, &event));
        courier_run(&server);
        EQUAL(10 + (int64_t)kind, ben.last[SC_CHANGE_INSERT].random_id);
    }
}

static sc_attribute attribute_of(uint32_t kind) {
    sc_attribute attribute;
    memset(&attribute, 0, sizeof attribute);
    attribute.kind = kind;
    return attribute;
}

static void put_file(sc_media *media) {
    media->file_size = 1000;
    media->file_key = bytes_of(key, sizeof key);
    media->file_iv = bytes_of(iv, sizeof iv);
    media->thumbnail = bytes_of(jpeg, sizeof jpeg);
    media->thumbnail_width = 90;
    media->thumbnail_height = 60;
}

static void put_attributes(sc_media *media, const sc_attribute *attributes, size_t count) {
    media->attributes.items = attributes;
    media->attributes.count = count;
    media->attributes.stride = sizeof attributes[0];
}

static void documents(void) {
    sc_input_file file;
    memset(&file, 0, sizeof file);
    file.struct_size = sizeof file;
    file.kind = SC_INPUT_FILE_UPLOADED_BIG;
    file.id = 5;
    file.part_count = 3;
    OK(sc_file_key_fingerprint(key, iv, &file.key_fingerprint));
    sc_media media = media_of(SC_MEDIA_DOCUMENT);
    put_file(&media);
    media.mime_type = text_of("application/x");
    pass_media(&media, SC_DOCUMENT_FILE, &file);
    media.file_size = INT64_MAX;
    media.thumbnail = bytes_of(NULL, 0);
    media.thumbnail_width = media.thumbnail_height = 0;
    pass_media(&media, SC_DOCUMENT_FILE, &file);
    media.file_size = 1;

    sc_attribute list[8];
    list[0] = attribute_of(SC_ATTRIBUTE_IMAGE_SIZE);
    list[0].width = 512;
    list[0].height = -1;
    list[1] = attribute_of(SC_ATTRIBUTE_FILE_NAME);
    list[1].text = text_of("a file.txt");
    put_attributes(&media, list, 2);
    pass_media(&media, SC_DOCUMENT_FILE, &file);
    list[0] = attribute_of(SC_ATTRIBUTE_AUDIO);
    list[0].duration = 60;
    list[0].text = text_of("title");
    list[0].text2 = text_of("performer");
    pass_media(&media, SC_DOCUMENT_MUSIC, &file);
    list[0].is_special = 1;
    list[0].text = bytes_of(NULL, 0);
    list[0].text2 = text_of(""); /* present and empty */
    list[0].waveform = bytes_of(waveform, sizeof waveform);
    pass_media(&media, SC_DOCUMENT_VOICE_NOTE, &file);
    list[1] = attribute_of(SC_ATTRIBUTE_VIDEO);
    list[1].duration = 7;
    list[1].width = 640;
    list[1].height = 480;
    pass_media(&media, SC_DOCUMENT_VIDEO, &file);
    list[1].is_special = 1;
    pass_media(&media, SC_DOCUMENT_ROUND_VIDEO, &file);
    list[2] = attribute_of(SC_ATTRIBUTE_ANIMATED);
    put_attributes(&media, list, 3);
    pass_media(&media, SC_DOCUMENT_ANIMATION, &file);
    list[3] = attribute_of(SC_ATTRIBUTE_STICKER);
    list[3].text = text_of("\xf0\x9f\x98\x80");
    list[4] = list[3];
    list[4].text2 = text_of("animals");
    put_attributes(&media, list, 5);
    pass_media(&media, SC_DOCUMENT_STICKER, &file);

    media.kind = SC_MEDIA_EXTERNAL_DOCUMENT;
    media.file_key = media.file_iv = bytes_of(NULL, 0);
    media.id = -1;
    media.access_hash = 1;
    media.file_size = INT32_MAX;
    media.dc_id = 4;
    pass_media(&media, SC_DOCUMENT_STICKER, NULL);
}

static void others(void) {
    sc_input_file file;
    memset(&file, 0, sizeof file);
    file.struct_size = sizeof file;
    file.kind = SC_INPUT_FILE_UPLOADED;
    file.id = 6;
    file.part_count = 1;
    file.md5 = text_of("0123456789abcdef0123456789abcdef");
    file.key_fingerprint = 99; /* the wrong one */
    sc_media media = media_of(SC_MEDIA_PHOTO);
    put_file(&media);
    media.width = 1280;
    media.height = 720;
    pass_media(&media, SC_DOCUMENT_FILE, &file);
    CHECK(ben.last[SC_CHANGE_INSERT].flags == SC_CHANGE_IS_FILE_KEY_WRONG);
    CHECK(ann.last[SC_CHANGE_SENT].server_file != NULL);

    media = media_of(SC_MEDIA_LOCATION);
    media.latitude = 52.516274;
    media.longitude = -180;
    pass_media(&media, SC_DOCUMENT_FILE, NULL);
    media = media_of(SC_MEDIA_CONTACT);
    media.phone_number = text_of("+49 30 1234");
    media.first_name = text_of("J\xc3\xbcrgen");
    media.last_name = text_of("M");
    media.user_id = INT32_MAX;
    pass_media(&media, SC_DOCUMENT_FILE, NULL);
    media = media_of(SC_MEDIA_VENUE);
    media.latitude = -0.5;
    media.longitude = 1e-9;
    media.title = text_of("a title");
    media.address = text_of("an address");
    media.provider = text_of("foursquare");
    media.venue_id = text_of("4bf58dd8");
    pass_media(&media, SC_DOCUMENT_FILE, NULL);
    media = media_of(SC_MEDIA_WEB_PAGE);
    media.url = text_of("https://example.org/?q=1");
    pass_media(&media, SC_DOCUMENT_FILE, NULL);
}

/* What a timer counts from. */
static void lifetimes(void) {
    sc_media media = media_of(SC_MEDIA_PHOTO);
    put_file(&media);
    sc_input_file file;
    memset(&file, 0, sizeof file);
    file.struct_size = sizeof file;
    file.kind = SC_INPUT_FILE_EXISTING;
    file.id = 6;
    file.access_hash = 7;
    sc_message message = message_of(500, "short");
    message.ttl_seconds = 10;
    message.media = &media;
    expectation expected;
    memset(&expected, 0, sizeof expected);
    expected.message = &message;
    expected.file = &file;
    expected.lifetime_seconds = 10;
    expected.trigger = SC_TRIGGER_OPENED;
    pass(&expected);
    message = message_of(501, "long");
    message.ttl_seconds = 3600;
    expected.file = NULL;
    expected.lifetime_seconds = 3600;
    expected.trigger = SC_TRIGGER_DISPLAYED;
    pass(&expected);
}

int main(void) {
    device_open(&ann, "Ann", 1, 0);
    device_open(&ben, "Ben", 2, 0);
    ann.look = ben.look = look;
    courier_open(&server, &ann, &ben);
    chat_id = courier_chat(&server);
    texts();
    documents();
    others();
    lifetimes();
    device_close(&ann);
    device_close(&ben);
    return check_end("media");
}
