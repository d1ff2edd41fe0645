"""The constructors of MTProto and of Telegram's API, layer 232, that pass between TDLib and the server.

A line is a constructor or a method: its name, its id, its fields. `#` is a word of flags; `name:3?type` is there if bit
3 of the first such word is set. A line that begins with spaces goes on with the one before it. In what only the server
sends, optional fields that it never sets are left out.
"""

TABLE = """
-- creation of a key
req_pq_multi              be7e8ef1 nonce:int128
resPQ                     05162463 nonce:int128 server_nonce:int128 pq:bytes server_public_key_fingerprints:Vector<long>
p_q_inner_data_dc         a9f55f95 pq:bytes p:bytes q:bytes nonce:int128 server_nonce:int128 new_nonce:int256 dc:int
req_DH_params             d712e4be nonce:int128 server_nonce:int128 p:bytes q:bytes public_key_fingerprint:long
                          encrypted_data:bytes
server_DH_params_ok       d0e8075c nonce:int128 server_nonce:int128 encrypted_answer:bytes
server_DH_inner_data      b5890dba nonce:int128 server_nonce:int128 g:int dh_prime:bytes g_a:bytes server_time:int
client_DH_inner_data      6643b654 nonce:int128 server_nonce:int128 retry_id:long g_b:bytes
set_client_DH_params      f5045f1f nonce:int128 server_nonce:int128 encrypted_data:bytes
dh_gen_ok                 3bcbf734 nonce:int128 server_nonce:int128 new_nonce_hash1:int128

-- service messages
msgs_ack                  62d6b459 msg_ids:Vector<long>
msgs_state_req            da69fb52 msg_ids:Vector<long>
msgs_state_info           04deb57d req_msg_id:long info:bytes
msg_resend_req            7d861a08 msg_ids:Vector<long>
ping                      7abe77ec ping_id:long
ping_delay_disconnect     f3427b8c ping_id:long disconnect_delay:int
pong                      347773c5 msg_id:long ping_id:long
http_wait                 9299359f max_delay:int wait_after:int max_wait:int
get_future_salts          b921bd04 num:int
future_salts              ae500895 req_msg_id:long now:int count:int valid_since:int valid_until:int salt:long
new_session_created       9ec20908 first_msg_id:long unique_id:long server_salt:long
destroy_session           e7512126 session_id:long
destroy_session_ok        e22045fc session_id:long
destroy_session_none      62d350c9 session_id:long
rpc_drop_answer           58e4a740 req_msg_id:long
rpc_answer_unknown        5e2ad36e
rpc_result                f35c6d01 req_msg_id:long result:Object
rpc_error                 2144ca19 error_code:int error_message:string

-- around a call
invokeWithLayer           da9b0d0d layer:int query:Object
invokeAfterMsg            cb9f372d msg_id:long query:Object
invokeAfterMsgs           3dc4b4f0 msg_ids:Vector<long> query:Object
invokeWithoutUpdates      bf9459b7 query:Object
initConnection            c1cd5ea9 # api_id:int device_model:string system_version:string app_version:string
                          system_lang_code:string lang_pack:string lang_code:string proxy:0?Object params:1?Object
                          query:Object
inputClientProxy          75588b3f address:string port:int
jsonNull                  3f6d7b68
jsonBool                  c7345e6a value:Object
jsonNumber                2be0dfa4 value:double
jsonString                b71e767a value:string
jsonArray                 f7444763 value:Vector<Object>
jsonObject                99c1d49d value:Vector<Object>
jsonObjectValue           c0de1bd9 key:string value:Object

-- the way in
help.getConfig            c4f9186b
config                    cc1a241e # date:int expires:int test_mode:Object this_dc:int dc_options:Vector<Object>
                          dc_txt_domain_name:string chat_size_max:int megagroup_size_max:int forwarded_count_max:int
                          online_update_period_ms:int offline_blur_timeout_ms:int offline_idle_timeout_ms:int
                          online_cloud_timeout_ms:int notify_cloud_delay_ms:int notify_default_delay_ms:int
                          push_chat_period_ms:int push_chat_limit:int edit_time_limit:int revoke_time_limit:int
                          revoke_pm_time_limit:int rating_e_decay:int stickers_recent_limit:int
                          channels_read_media_period:int call_receive_timeout_ms:int call_ring_timeout_ms:int
                          call_connect_timeout_ms:int call_packet_timeout_ms:int me_url_prefix:string
                          caption_length_max:int message_length_max:int webfile_dc_id:int
dcOption                  18b7a10d # id:int ip_address:string port:int
help.getNearestDc         1fb33026
nearestDc                 8e1a1775 country:string this_dc:int nearest_dc:int
help.getAppConfig         61e3f854 hash:int
help.appConfig            dd18782e hash:int config:Object
help.getTermsOfServiceUpdate 2ca51fd1
help.termsOfServiceUpdateEmpty e3309f7f expires:int
help.getPromoData         c0977421
help.promoDataEmpty       98f6ac75 expires:int
codeSettings              ad253d78 # allow_flashcall:0?true current_number:1?true allow_app_hash:4?true
                          allow_missed_call:5?true allow_firebase:7?true unknown_number:9?true
                          logout_tokens:6?Vector<bytes> token:8?string app_sandbox:8?Object
auth.sendCode             a677244f phone_number:string api_id:int api_hash:string settings:Object
auth.sentCode             5e002502 # type:Object phone_code_hash:string timeout:2?int
auth.sentCodeTypeSms      c000bba2 length:int
auth.signIn               8d52a951 # phone_number:string phone_code_hash:string phone_code:0?string
auth.authorization        2ea2c0d4 # user:Object
auth.logOut               3e72ba19
auth.loggedOut            c3a2835f #
account.updateStatus      6628562c offline:Object
account.registerDevice    ec86017a # no_muted:0?true token_type:int token:string app_sandbox:Object secret:bytes
                          other_uids:Vector<long>

-- people
user                      b1b8cc83 # self:10?true contact:11?true mutual_contact:12?true # id:long access_hash:0?long
                          first_name:1?string phone:4?string status:6?Object
userStatusOffline         008c703f was_online:int
inputUserSelf             f7c1b13f
inputUser                 f21158c6 user_id:long access_hash:long
peerUser                  59511722 user_id:long
users.getUsers            0d91a548 id:Vector<Object>
contacts.getContacts      5dd69e12 hash:long
contacts.contacts         eae87e42 contacts:Vector<Object> saved_count:int users:Vector<Object>
contacts.getBirthdays     daeda864
contacts.contactBirthdays 114ff30d contacts:Vector<Object> users:Vector<Object>
contacts.resolvePhone     8af94344 phone:string
contacts.resolvedPeer     7f077ad9 peer:Object chats:Vector<Object> users:Vector<Object>

-- dialogs, of which there are none
inputPeerEmpty            7f3b18ea
inputPeerSelf             7da07ec9
inputPeerUser             dde8a54c user_id:long access_hash:long
messages.getDialogs       a0f4cb4f # exclude_pinned:0?true folder_id:1?int offset_date:int offset_id:int
                          offset_peer:Object limit:int hash:long
messages.dialogs          15ba6c40 dialogs:Vector<Object> messages:Vector<Object> chats:Vector<Object>
                          users:Vector<Object>
messages.getPinnedDialogs d6b94df2 folder_id:int
messages.peerDialogs      3371c354 dialogs:Vector<Object> messages:Vector<Object> chats:Vector<Object>
                          users:Vector<Object> state:Object

-- updates
updates.getState          edd4882a
updates.state             a56c2a3e pts:int qts:int date:int seq:int unread_count:int
updates.getDifference     19c2f763 # pts:int pts_limit:1?int pts_total_limit:0?int date:int qts:int qts_limit:2?int
updates.differenceEmpty   5d75a138 date:int seq:int
updates.difference        00f49ca0 new_messages:Vector<Object> new_encrypted_messages:Vector<Object>
                          other_updates:Vector<Object> chats:Vector<Object> users:Vector<Object> state:Object
updatesTooLong            e317af7e
updates                   74ae4240 updates:Vector<Object> users:Vector<Object> chats:Vector<Object> date:int seq:int
updateNewEncryptedMessage 12bcbd9a message:Object qts:int
updateEncryptedChatTyping 1710f156 chat_id:int
updateEncryption          b4a2e88d chat:Object date:int
updateEncryptedMessagesRead 38fe25b7 chat_id:int max_date:int date:int

-- secret chats
messages.getDhConfig      26cf8950 version:int random_length:int
messages.dhConfig         2c221edd g:int p:bytes version:int random:bytes
messages.dhConfigNotModified c0e24635 random:bytes
messages.requestEncryption f64daf43 user_id:Object random_id:int g_a:bytes
messages.acceptEncryption 3dbc0415 peer:Object g_b:bytes key_fingerprint:long
messages.discardEncryption f393aea0 # delete_history:0?true chat_id:int
encryptedChatWaiting      66b25953 id:int access_hash:long date:int admin_id:long participant_id:long
encryptedChatRequested    48f1d94c # id:int access_hash:long date:int admin_id:long participant_id:long g_a:bytes
encryptedChat             61f0d4c7 id:int access_hash:long date:int admin_id:long participant_id:long g_a_or_b:bytes
                          key_fingerprint:long
encryptedChatDiscarded    1e1c7c45 # history_deleted:0?true id:int
inputEncryptedChat        f141b5e1 chat_id:int access_hash:long
messages.sendEncrypted    44fa7a15 # silent:0?true peer:Object random_id:long data:bytes
messages.sendEncryptedFile 5559481d # silent:0?true peer:Object random_id:long data:bytes file:Object
messages.sendEncryptedService 32d439a4 peer:Object random_id:long data:bytes
messages.sentEncryptedMessage 560f8935 date:int
messages.sentEncryptedFile 9493ff32 date:int file:Object
encryptedMessage          ed18c118 random_id:long chat_id:int date:int bytes:bytes file:Object
encryptedMessageService   23734b06 random_id:long chat_id:int date:int bytes:bytes
messages.readEncryptedHistory 7f4b690a peer:Object max_date:int
messages.setEncryptedTyping 791451ed peer:Object typing:Object
messages.receivedQueue    55a5bb66 max_qts:int

-- files
upload.saveFilePart       b304a621 file_id:long file_part:int bytes:bytes
upload.saveBigFilePart    de7b673d file_id:long file_part:int file_total_parts:int bytes:bytes
upload.getFile            be5335be # precise:0?true cdn_supported:1?true location:Object offset:long limit:int
upload.file               096a18d5 type:Object mtime:int bytes:bytes
storage.filePartial       40bc6f52
inputEncryptedFileLocation f5235d55 id:long access_hash:long
inputEncryptedFileUploaded 64bd0306 id:long parts:int md5_checksum:string key_fingerprint:int
inputEncryptedFileBigUploaded 2dc173c8 id:long parts:int key_fingerprint:int
inputEncryptedFile        5a17b5e5 id:long access_hash:long
encryptedFile             a8008cd8 id:long access_hash:long size:long dc_id:int key_fingerprint:int
encryptedFileEmpty        c21f497e
"""
