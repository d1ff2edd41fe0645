"""The methods around secret chats: the way in, people, and the state of updates."""
import time

from transport import Refusal

CODE = "12345"              # what everybody logs in with
DATA_CENTRE = 1             # the one that TDLib begins with
NEVER = 2_000_000_000


def rendered(account, viewer):
    user = {"_": "user", "id": account.user_id, "access_hash": account.access_hash, "first_name": account.name,
            "phone": account.phone, "status": {"_": "userStatusOffline", "was_online": int(time.time()) - 300}}
    return {**user, **({"self": True} if account is viewer else {"contact": True, "mutual_contact": True})}


def everybody(server, device):
    return [rendered(account, device.account) for account in server.accounts.values()]


def find(server, device, reference):
    """The account that an InputUser means."""
    if reference["_"] == "inputUserSelf":
        return device.account
    if reference["user_id"] not in server.accounts:
        raise Refusal(400, "USER_ID_INVALID")
    return server.accounts[reference["user_id"]]


def _by_phone(server, phone):
    for account in server.accounts.values():
        if account.phone == phone.lstrip("+"):
            return account
    raise Refusal(400, "PHONE_NOT_OCCUPIED")


def get_config(server, device, request):
    limits = {
        "chat_size_max": 200, "megagroup_size_max": 200_000, "forwarded_count_max": 100, "push_chat_limit": 2,
        "edit_time_limit": 172_800, "revoke_time_limit": NEVER, "revoke_pm_time_limit": NEVER, "rating_e_decay": 1,
        "stickers_recent_limit": 200, "channels_read_media_period": 604_800, "caption_length_max": 1024,
        "message_length_max": 4096}
    periods = {
        "online_update_period_ms": 210_000, "offline_blur_timeout_ms": 5_000, "offline_idle_timeout_ms": 30_000,
        "online_cloud_timeout_ms": 300_000, "notify_cloud_delay_ms": 30_000, "notify_default_delay_ms": 1_500,
        "push_chat_period_ms": 60_000, "call_receive_timeout_ms": 20_000, "call_ring_timeout_ms": 90_000,
        "call_connect_timeout_ms": 30_000, "call_packet_timeout_ms": 10_000}
    now = int(time.time())
    return {"_": "config", "date": now, "expires": now + 86_400, "test_mode": False, "this_dc": DATA_CENTRE,
            "dc_options": [{"_": "dcOption", "id": n, "ip_address": "127.0.0.1", "port": 443} for n in range(1, 6)],
            "dc_txt_domain_name": "invalid", "me_url_prefix": "https://invalid/", "webfile_dc_id": DATA_CENTRE,
            **limits, **periods}


def send_code(server, device, request):
    return {"_": "auth.sentCode", "type": {"_": "auth.sentCodeTypeSms", "length": len(CODE)},
            "phone_code_hash": "code", "timeout": 60}


def sign_in(server, device, request):
    if request.get("phone_code") != CODE:
        raise Refusal(400, "PHONE_CODE_INVALID")
    device.account = _by_phone(server, request["phone_number"])
    device.account.devices.append(device)
    return {"_": "auth.authorization", "user": rendered(device.account, device.account)}


def log_out(server, device, request):
    if device.account:
        device.account.devices.remove(device)
        device.account = None
    return {"_": "auth.loggedOut"}


def resolve_phone(server, device, request):
    account = _by_phone(server, request["phone"])
    return {"_": "contacts.resolvedPeer", "peer": {"_": "peerUser", "user_id": account.user_id}, "chats": [],
            "users": [rendered(account, device.account)]}


def get_users(server, device, request):
    return [rendered(find(server, device, each), device.account) for each in request["id"]]


# ---- updates
def _state(device):
    return {"_": "updates.state", "pts": 1, "qts": device.qts, "date": int(time.time()), "seq": 1, "unread_count": 0}


def get_state(server, device, request):
    return _state(device)


def get_difference(server, device, request):
    """What came after the number that the client names."""
    device.queue = [(qts, message) for qts, message in device.queue if qts > request["qts"]]
    others, device.waiting = device.waiting, []
    if not device.queue and not others:
        return {"_": "updates.differenceEmpty", "date": int(time.time()), "seq": 1}
    return {"_": "updates.difference", "new_messages": [], "other_updates": others, "chats": [],
            "new_encrypted_messages": [message for _, message in device.queue],
            "users": everybody(server, device), "state": _state(device)}


def _always(value):
    return lambda server, device, request: value


METHODS = {
    "help.getConfig": get_config,
    "help.getNearestDc": _always({
        "_": "nearestDc", "country": "XX", "this_dc": DATA_CENTRE, "nearest_dc": DATA_CENTRE}),
    "help.getAppConfig": _always({"_": "help.appConfig", "hash": 1, "config": {"_": "jsonObject", "value": []}}),
    "help.getTermsOfServiceUpdate": _always({"_": "help.termsOfServiceUpdateEmpty", "expires": NEVER}),
    "help.getPromoData": _always({"_": "help.promoDataEmpty", "expires": NEVER}),
    "auth.sendCode": send_code,
    "auth.signIn": sign_in,
    "auth.logOut": log_out,
    "account.updateStatus": _always(True),
    "account.registerDevice": _always(True),
    "users.getUsers": get_users,
    "contacts.resolvePhone": resolve_phone,
    "contacts.getContacts": _always({"_": "contacts.contacts", "contacts": [], "saved_count": 0, "users": []}),
    "contacts.getBirthdays": _always({"_": "contacts.contactBirthdays", "contacts": [], "users": []}),
    "messages.getDialogs": _always({"_": "messages.dialogs", "dialogs": [], "messages": [], "chats": [], "users": []}),
    "messages.getPinnedDialogs": lambda server, device, request: {
        "_": "messages.peerDialogs", "dialogs": [], "messages": [], "chats": [], "users": [], "state": _state(device)},
    "updates.getState": get_state,
    "updates.getDifference": get_difference,
}
