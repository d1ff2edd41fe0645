/* The layout that every host of this major version was compiled with, on machines with 64-bit pointers.
 * What stands here never changes; what is new goes to the end of a struct or gets a new number. */
/* spec("ABI-9") */
#include "secretchat.h"

#include <stddef.h>

#ifdef __cplusplus
#define HOLDS(condition, text) static_assert(condition, text)
#else
#define HOLDS(condition, text) _Static_assert(condition, text)
#endif

#define SIZE(type, size) HOLDS(sizeof(type) == (size), "size of " #type);
#define AT(type, field, place) HOLDS(offsetof(type, field) == (place), #type "." #field);
#define IS(name, value) HOLDS((name) == (value), #name);

HOLDS(sizeof(void *) == 8 && sizeof(size_t) == 8 && sizeof(long) == 8, "LP64");
HOLDS(sizeof(sc_status) == 4 && (sc_status)-1 < 0, "a status is an int32_t");

SIZE(sc_bytes, 16) AT(sc_bytes, data, 0) AT(sc_bytes, count, 8)

SIZE(sc_ids, 16) AT(sc_ids, items, 0) AT(sc_ids, count, 8)

SIZE(sc_moment, 32) AT(sc_moment, struct_size, 0) AT(sc_moment, has_boot_clock, 4) AT(sc_moment, wall_ms, 8)
AT(sc_moment, boot_ms, 16) AT(sc_moment, boot_id, 24)

SIZE(sc_request_id, 12) AT(sc_request_id, chat_id, 0) AT(sc_request_id, kind, 4)
AT(sc_request_id, number, 8)

SIZE(sc_position, 8) AT(sc_position, own_count, 0) AT(sc_position, peer_count, 4)

SIZE(sc_server_file, 40) AT(sc_server_file, struct_size, 0) AT(sc_server_file, dc_id, 4)
AT(sc_server_file, id, 8) AT(sc_server_file, access_hash, 16) AT(sc_server_file, size, 24)
AT(sc_server_file, key_fingerprint, 32) AT(sc_server_file, reserved, 36)

SIZE(sc_input_file, 48) AT(sc_input_file, struct_size, 0) AT(sc_input_file, kind, 4)
AT(sc_input_file, id, 8) AT(sc_input_file, access_hash, 16) AT(sc_input_file, part_count, 24)
AT(sc_input_file, key_fingerprint, 28) AT(sc_input_file, md5, 32)

SIZE(sc_entity, 40) AT(sc_entity, kind, 0) AT(sc_entity, offset, 4) AT(sc_entity, length, 8)
AT(sc_entity, reserved, 12) AT(sc_entity, document_id, 16) AT(sc_entity, text, 24)

SIZE(sc_entities, 24) AT(sc_entities, items, 0) AT(sc_entities, count, 8) AT(sc_entities, stride, 16)

SIZE(sc_attribute, 72) AT(sc_attribute, kind, 0) AT(sc_attribute, width, 4) AT(sc_attribute, height, 8)
AT(sc_attribute, duration, 12) AT(sc_attribute, is_special, 16) AT(sc_attribute, reserved, 20)
AT(sc_attribute, text, 24) AT(sc_attribute, text2, 40) AT(sc_attribute, waveform, 56)

SIZE(sc_attributes, 24) AT(sc_attributes, items, 0) AT(sc_attributes, count, 8)
AT(sc_attributes, stride, 16)

SIZE(sc_media, 304) AT(sc_media, struct_size, 0) AT(sc_media, kind, 4) AT(sc_media, width, 8)
AT(sc_media, height, 12) AT(sc_media, file_size, 16) AT(sc_media, file_key, 24) AT(sc_media, file_iv, 40)
AT(sc_media, thumbnail, 56) AT(sc_media, thumbnail_width, 72) AT(sc_media, thumbnail_height, 76)
AT(sc_media, mime_type, 80) AT(sc_media, attributes, 96) AT(sc_media, document_kind, 120)
AT(sc_media, dc_id, 124) AT(sc_media, date, 128) AT(sc_media, reserved, 132) AT(sc_media, id, 136)
AT(sc_media, access_hash, 144) AT(sc_media, user_id, 152) AT(sc_media, latitude, 160)
AT(sc_media, longitude, 168) AT(sc_media, phone_number, 176) AT(sc_media, first_name, 192)
AT(sc_media, last_name, 208) AT(sc_media, title, 224) AT(sc_media, address, 240) AT(sc_media, provider, 256)
AT(sc_media, venue_id, 272) AT(sc_media, url, 288)

SIZE(sc_message, 104) AT(sc_message, struct_size, 0) AT(sc_message, flags, 4) AT(sc_message, random_id, 8)
AT(sc_message, ttl_seconds, 16) AT(sc_message, reserved, 20) AT(sc_message, text, 24)
AT(sc_message, entities, 40) AT(sc_message, media, 64) AT(sc_message, via_bot_name, 72)
AT(sc_message, reply_to, 88) AT(sc_message, grouped_id, 96)

SIZE(sc_result, 80) AT(sc_result, struct_size, 0) AT(sc_result, kind, 4) AT(sc_result, version, 8)
AT(sc_result, generator, 12) AT(sc_result, prime, 16) AT(sc_result, random, 32)
AT(sc_result, access_hash, 48) AT(sc_result, key_fingerprint, 56) AT(sc_result, date, 64)
AT(sc_result, deletes_history, 68) AT(sc_result, file, 72)

SIZE(sc_event, 144) AT(sc_event, struct_size, 0) AT(sc_event, kind, 4) AT(sc_event, chat_id, 8)
AT(sc_event, flags, 12) AT(sc_event, access_hash, 16) AT(sc_event, user_id, 24)
AT(sc_event, key_fingerprint, 32) AT(sc_event, date, 40) AT(sc_event, max_date, 44)
AT(sc_event, seconds, 48) AT(sc_event, code, 52) AT(sc_event, bytes, 56) AT(sc_event, random_ids, 72)
AT(sc_event, position, 88) AT(sc_event, request, 96) AT(sc_event, reserved, 108) AT(sc_event, result, 112)
AT(sc_event, server_file, 120) AT(sc_event, message, 128) AT(sc_event, input_file, 136)

SIZE(sc_options, 16) AT(sc_options, struct_size, 0) AT(sc_options, flags, 4)
AT(sc_options, turn_size_max, 8)

SIZE(sc_chat, 88) AT(sc_chat, struct_size, 0) AT(sc_chat, chat_id, 4) AT(sc_chat, user_id, 8)
AT(sc_chat, flags, 16) AT(sc_chat, epoch, 20) AT(sc_chat, timer_seconds, 24) AT(sc_chat, peer_layer, 28)
AT(sc_chat, visual, 32) AT(sc_chat, reserved, 68) AT(sc_chat, fingerprints, 72)
AT(sc_chat, fingerprint_count, 80)

SIZE(sc_turn, 56) AT(sc_turn, struct_size, 0) AT(sc_turn, is_committed, 4) AT(sc_turn, record_count, 8)
AT(sc_turn, change_count, 16) AT(sc_turn, request_count, 24) AT(sc_turn, rejected_count, 32)
AT(sc_turn, generation, 40) AT(sc_turn, chat_id, 48) AT(sc_turn, reserved, 52)

SIZE(sc_record, 40) AT(sc_record, struct_size, 0) AT(sc_record, is_forgotten, 4) AT(sc_record, name, 8)
AT(sc_record, reserved, 17) AT(sc_record, content, 24)

SIZE(sc_change, 240) AT(sc_change, struct_size, 0) AT(sc_change, kind, 4) AT(sc_change, chat_id, 8)
AT(sc_change, flags, 12) AT(sc_change, random_id, 16) AT(sc_change, user_id, 24) AT(sc_change, position, 32)
AT(sc_change, date, 40) AT(sc_change, max_date, 44) AT(sc_change, lifetime_seconds, 48)
AT(sc_change, lifetime_trigger, 52) AT(sc_change, milliseconds, 56) AT(sc_change, seconds, 64)
AT(sc_change, layer, 68) AT(sc_change, code, 72) AT(sc_change, reason, 76) AT(sc_change, detail, 80)
AT(sc_change, wish, 84) AT(sc_change, unsupported, 88) AT(sc_change, constructor, 92)
AT(sc_change, epoch, 96) AT(sc_change, reserved, 100) AT(sc_change, key_fingerprint, 104)
AT(sc_change, missing, 112) AT(sc_change, since, 120) AT(sc_change, visual, 152)
AT(sc_change, reserved2, 188) AT(sc_change, text, 192) AT(sc_change, random_ids, 208)
AT(sc_change, message, 224) AT(sc_change, server_file, 232)

SIZE(sc_request, 96) AT(sc_request, struct_size, 0) AT(sc_request, kind, 4) AT(sc_request, id, 8)
AT(sc_request, flags, 20) AT(sc_request, order, 24) AT(sc_request, version, 28)
AT(sc_request, random_size, 32) AT(sc_request, max_date, 36) AT(sc_request, access_hash, 40)
AT(sc_request, user_id, 48) AT(sc_request, random_id, 56) AT(sc_request, key_fingerprint, 64)
AT(sc_request, bytes, 72) AT(sc_request, input_file, 88)

SIZE(sc_upload_plan, 40) AT(sc_upload_plan, struct_size, 0) AT(sc_upload_plan, is_big, 4)
AT(sc_upload_plan, encrypted_size, 8) AT(sc_upload_plan, part_size, 16) AT(sc_upload_plan, part_count, 24)
AT(sc_upload_plan, last_part_size, 32)

IS(SC_SEED_SIZE, 32) IS(SC_RECORD_KEY_SIZE, 32) IS(SC_RECORD_NAME_SIZE, 9)
IS(SC_VISUAL_SIZE, 36) IS(SC_VISUAL_SIDE, 12) IS(SC_VISUAL_LEGACY_SIDE, 8) IS(SC_VISUAL_TEXT_SIZE, 100)
IS(SC_AUTH_KEY_SIZE, 256) IS(SC_FILE_KEY_SIZE, 32) IS(SC_FILE_CHAIN_SIZE, 32) IS(SC_CALL_EMOJI_COUNT, 4)
IS(SC_HANDLE_COUNT_MAX, 65535) IS(SC_OK, 0) IS(SC_MISUSE_ARGUMENT, -101) IS(SC_MISUSE_HANDLE, -102)
IS(SC_MISUSE_BUSY, -103) IS(SC_MISUSE_ORDER, -104) IS(SC_MISUSE_VERSION, -105)
IS(SC_MISUSE_UNKNOWN_CHAT, -106) IS(SC_MISUSE_CHAT_ID_TAKEN, -107) IS(SC_MISUSE_WRONG_STATE, -108)
IS(SC_MISUSE_RANDOM_ID, -109) IS(SC_MISUSE_BACKPRESSURE, -110) IS(SC_MISUSE_SIZE, -111)
IS(SC_MISUSE_OVERLAP, -112) IS(SC_MISUSE_BUFFER, -113) IS(SC_MESSAGE_TEXT, -121)
IS(SC_MESSAGE_FILE_KEY, -122) IS(SC_MESSAGE_FILE_EMPTY, -123) IS(SC_MESSAGE_FILE_TOO_LARGE, -124)
IS(SC_MESSAGE_TOO_LONG, -125) IS(SC_NO_MEMORY, -191) IS(SC_NO_HANDLE, -192)
IS(SC_CORRUPTION_NOT_GENUINE, -401) IS(SC_CORRUPTION_VERSION, -402) IS(SC_CORRUPTION_MALFORMED, -403)
IS(SC_CORRUPTION_MISSING, -404) IS(SC_CORRUPTION_ROLLED_BACK, -405) IS(SC_FILE_EMPTY, -501)
IS(SC_FILE_SIZE, -502) IS(SC_FILE_FINGERPRINT, -503) IS(SC_FILE_TOO_LARGE, -504)
IS(SC_SELF_TEST_FAILED, -901) IS(SC_FEATURE_LAYER, 1) IS(SC_FEATURE_RECORD_VERSION, 2)
IS(SC_FEATURE_REKEYING, 3) IS(SC_FEATURE_FAST_AES, 4) IS(SC_FEATURE_STORE, 5)
IS(SC_LIMIT_SENT_PACKET_SIZE, 1) IS(SC_LIMIT_RECEIVED_PACKET_SIZE, 2) IS(SC_LIMIT_TURN_SIZE, 3)
IS(SC_LIMIT_ENTITIES, 4) IS(SC_LIMIT_ATTRIBUTES, 5) IS(SC_LIMIT_UNACKNOWLEDGED, 6)
IS(SC_LIMIT_TIMER_SECONDS, 7) IS(SC_LIMIT_REQUESTED_CHATS, 8) IS(SC_LIMIT_HANDLES, 9)
IS(SC_INPUT_FILE_UPLOADED, 1) IS(SC_INPUT_FILE_UPLOADED_BIG, 2) IS(SC_INPUT_FILE_EXISTING, 3)
IS(SC_ENTITY_MENTION, 1) IS(SC_ENTITY_HASHTAG, 2) IS(SC_ENTITY_URL, 3) IS(SC_ENTITY_EMAIL, 4)
IS(SC_ENTITY_PHONE, 5) IS(SC_ENTITY_CASHTAG, 6) IS(SC_ENTITY_BANK_CARD, 7) IS(SC_ENTITY_BOT_COMMAND, 8)
IS(SC_ENTITY_BOLD, 9) IS(SC_ENTITY_ITALIC, 10) IS(SC_ENTITY_CODE, 11) IS(SC_ENTITY_UNDERLINE, 12)
IS(SC_ENTITY_STRIKE, 13) IS(SC_ENTITY_BLOCKQUOTE, 14) IS(SC_ENTITY_SPOILER, 15) IS(SC_ENTITY_PRE, 16)
IS(SC_ENTITY_TEXT_URL, 17) IS(SC_ENTITY_CUSTOM_EMOJI, 18) IS(SC_ATTRIBUTE_IMAGE_SIZE, 1)
IS(SC_ATTRIBUTE_ANIMATED, 2) IS(SC_ATTRIBUTE_STICKER, 3) IS(SC_ATTRIBUTE_VIDEO, 4) IS(SC_ATTRIBUTE_AUDIO, 5)
IS(SC_ATTRIBUTE_FILE_NAME, 6) IS(SC_MEDIA_PHOTO, 1) IS(SC_MEDIA_DOCUMENT, 2)
IS(SC_MEDIA_EXTERNAL_DOCUMENT, 3) IS(SC_MEDIA_LOCATION, 4) IS(SC_MEDIA_CONTACT, 5) IS(SC_MEDIA_VENUE, 6)
IS(SC_MEDIA_WEB_PAGE, 7) IS(SC_DOCUMENT_FILE, 0) IS(SC_DOCUMENT_STICKER, 1) IS(SC_DOCUMENT_ANIMATION, 2)
IS(SC_DOCUMENT_ROUND_VIDEO, 3) IS(SC_DOCUMENT_VIDEO, 4) IS(SC_DOCUMENT_VOICE_NOTE, 5)
IS(SC_DOCUMENT_MUSIC, 6) IS(SC_MESSAGE_SILENT, 1) IS(SC_MESSAGE_NO_PREVIEW, 2)
IS(SC_EVENT_CHAT_REQUESTED, 1) IS(SC_EVENT_CHAT_WAITING, 2) IS(SC_EVENT_CHAT_ACCEPTED, 3)
IS(SC_EVENT_CHAT_DISCARDED, 4) IS(SC_EVENT_PACKET_RECEIVED, 5) IS(SC_EVENT_PEER_READ, 6)
IS(SC_EVENT_PEER_TYPING, 7) IS(SC_EVENT_MESSAGES_DISPLAYED, 8) IS(SC_EVENT_DESTROYED, 9)
IS(SC_EVENT_FILES_DESTROYED, 10) IS(SC_EVENT_ALL_DESTROYED, 11) IS(SC_EVENT_ALL_FILES_DESTROYED, 12)
IS(SC_EVENT_REQUEST_SUCCEEDED, 13) IS(SC_EVENT_REQUEST_FAILED, 14) IS(SC_EVENT_CLOCK, 15)
IS(SC_EVENT_START_REQUESTED, 101) IS(SC_EVENT_ACCEPT_REQUESTED, 102) IS(SC_EVENT_SEND_REQUESTED, 103)
IS(SC_EVENT_DELETE_REQUESTED, 104) IS(SC_EVENT_TIMER_REQUESTED, 105) IS(SC_EVENT_MESSAGE_OPENED, 106)
IS(SC_EVENT_HISTORY_READ, 107) IS(SC_EVENT_SCREENSHOT_TAKEN, 108) IS(SC_EVENT_FLUSH_REQUESTED, 109)
IS(SC_EVENT_TYPING_REQUESTED, 110) IS(SC_EVENT_NEW_KEY_REQUESTED, 111) IS(SC_EVENT_VERIFIED, 112)
IS(SC_EVENT_CLOSE_REQUESTED, 113) IS(SC_EVENT_CLOSE_ALL_REQUESTED, 114) IS(SC_FLAG_DELETES_HISTORY, 1)
IS(SC_FLAG_IS_ON, 2) IS(SC_RESULT_DONE, 0) IS(SC_RESULT_GROUP_PARAMETERS, 1)
IS(SC_RESULT_GROUP_PARAMETERS_UNCHANGED, 2) IS(SC_RESULT_CHAT_WAITING, 3) IS(SC_RESULT_CHAT_ACCEPTED, 4)
IS(SC_RESULT_CHAT_DISCARDED, 5) IS(SC_RESULT_SENT, 6) IS(SC_RESULT_SENT_FILE, 7)
IS(SC_OPTION_KEEPS_HISTORY, 1) IS(SC_OPTION_STRICT_CLOCK, 2) IS(SC_CHATS_OPEN, 1) IS(SC_CHATS_REMAINING, 2)
IS(SC_CHAT_IS_CREATOR, 1) IS(SC_CHAT_IS_REQUESTED, 2) IS(SC_CHAT_IS_READY, 4) IS(SC_CHAT_IS_VERIFIED, 8)
IS(SC_CHAT_HAS_VISUAL, 16) IS(SC_CHANGE_INSERT, 1) IS(SC_CHANGE_SENT, 2) IS(SC_CHANGE_DELIVERED, 3)
IS(SC_CHANGE_READ, 4) IS(SC_CHANGE_OPENED, 5) IS(SC_CHANGE_SELF_DESTRUCTS, 6) IS(SC_CHANGE_FAILED, 7)
IS(SC_CHANGE_DESTROY, 8) IS(SC_CHANGE_DESTROY_ALL, 9) IS(SC_NOTICE_REQUESTED, 101) IS(SC_NOTICE_READY, 102)
IS(SC_NOTICE_TIMER_CHANGED, 103) IS(SC_NOTICE_SCREENSHOT, 104) IS(SC_NOTICE_LAYER_CHANGED, 105)
IS(SC_NOTICE_UNSUPPORTED, 106) IS(SC_NOTICE_STALLED, 107) IS(SC_NOTICE_REFUSED, 108)
IS(SC_NOTICE_KEY_REPLACED, 109) IS(SC_NOTICE_FORWARD_SECRECY_DEGRADED, 110) IS(SC_NOTICE_TYPING, 111)
IS(SC_NOTICE_CLOSED, 112) IS(SC_CHANGE_IS_OUTGOING, 1) IS(SC_CHANGE_IS_BY_PEER, 2)
IS(SC_CHANGE_IS_FILE_KEY_RIGHT, 4) IS(SC_CHANGE_IS_FILE_KEY_WRONG, 8) IS(SC_TRIGGER_DISPLAYED, 0)
IS(SC_TRIGGER_OPENED, 1) IS(SC_UNSUPPORTED_CONSTRUCTOR, 1) IS(SC_UNSUPPORTED_MALFORMED, 2)
IS(SC_UNSUPPORTED_SHORT_RANDOM_BYTES, 3) IS(SC_WISH_DELETION, 1) IS(SC_WISH_TIMER, 2) IS(SC_WISH_OPENED, 3)
IS(SC_WISH_SCREENSHOT, 4) IS(SC_WISH_FLUSH, 5) IS(SC_CLOSED_LOCAL, 1) IS(SC_CLOSED_PEER, 2)
IS(SC_CLOSED_HISTORY_DELETED, 3) IS(SC_CLOSED_DECLINED, 4) IS(SC_CLOSED_HANDLED_ELSEWHERE, 5)
IS(SC_CLOSED_TOO_MANY_REQUESTS, 6) IS(SC_CLOSED_BAD_GROUP, 7) IS(SC_CLOSED_BAD_PUBLIC_VALUE, 8)
IS(SC_CLOSED_FINGERPRINT_MISMATCH, 9) IS(SC_CLOSED_REPEATED_PUBLIC_VALUE, 10)
IS(SC_CLOSED_REPEATED_FINGERPRINT, 11) IS(SC_CLOSED_VIOLATION, 12) IS(SC_CLOSED_REFUSED, 13)
IS(SC_REQUEST_GET_GROUP_PARAMETERS, 1) IS(SC_REQUEST_ENCRYPTION, 2) IS(SC_REQUEST_ACCEPT, 3)
IS(SC_REQUEST_DISCARD, 4) IS(SC_REQUEST_SEND, 5) IS(SC_REQUEST_SEND_FILE, 6) IS(SC_REQUEST_SEND_SERVICE, 7)
IS(SC_REQUEST_READ_HISTORY, 8) IS(SC_REQUEST_SET_TYPING, 9) IS(SC_REQUEST_DELETES_HISTORY, 1)
IS(SC_REQUEST_IS_ON, 2) IS(SC_REQUEST_IS_SILENT, 4) IS(SC_REQUEST_HAS_ORDER, 8)

int main(void) {
    return 0;
}
