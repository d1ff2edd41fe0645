/// Two parties and a server in one program: a chat is made, used, broken, healed and closed.
///
/// Clocks and seeds are fixed, so that every run tells the same story. A real host leaves them out, and the library
/// asks the system.
#include "secretchat.hpp"

#include <deque>
#include <iostream>
#include <map>
#include <optional>

using secretchat::bytes, secretchat::view;

/// The prime that the servers hand out in messages.dhConfig.
constexpr std::string_view prime_digits =
    "c71caeb9c6b1c9048e6c522f70f13f73980d40238e3e21c14934d037563d930f"
    "48198a0aa7c14058229493d22530f4dbfa336f6e0ac925139543aed44cce7c37"
    "20fd51f69458705ac68cd4fe6b6b13abdc9746512969328454f18faf8c595f64"
    "2477fe96bb2a941d5bcd1d4ac8cc49880708fa9b378e3c4f3a9060bee67cf9a4"
    "a4a695811051907e162753b56b0f6b410dba74d8a84b2a14b3144e0ef1284754"
    "fd17ed950d5965b4b9dd46582db1178d169c6bc465b0d6ff9ca3928fef5b9ae4"
    "e418fc15e83ebea0f87fa9ff5eed70050ded2849f47bf959d956850ce929851f"
    "0d8115f635b105ee2e4e15d04b2454bf6f4fadf034b10403119cd8e3b92fcc5b";

bytes prime() {
    bytes found;
    for (std::size_t place = 0; place < prime_digits.size(); place += 2) {
        const std::string digits(prime_digits.substr(place, 2));
        found.push_back(static_cast<std::uint8_t>(std::stoi(digits, nullptr, 16)));
    }
    return found;
}

constexpr std::int32_t chat = 4711, date = 1700000000;
const sc_moment now = secretchat::moment(date * std::int64_t{1000});

/// A request, with bytes that outlive the turn.
struct job {
    sc_request request;
    bytes content;
};

/// One device: an engine, and a disk that is the memory of this program.
class device {
public:
    device(std::string name, std::uint8_t number) : name(std::move(name)), number_(number) { start(); }

    const std::string name;
    std::deque<job> outbox;
    bytes visual;

    /// One event, one turn: handle it, store it, and only then take its requests.
    void handle(const sc_event &event) {
        engine_->handle(event, now, fresh_seed());
        // A real device does these two in one transaction of its database.
        for (const sc_record &record : engine_->records()) {
            const bytes key = view(record.name).copy();
            if (record.is_forgotten) disk_.erase(key);
            else disk_[key] = view(record.content).copy();
        }
        for (const sc_change &change : engine_->changes()) show(change);
        engine_->commit();
        take_requests();
    }

    void say(std::string_view text, std::int64_t random_id) {
        std::cout << name << " says: " << text << '\n';
        auto message = secretchat::make<sc_message>();
        message.random_id = random_id;
        message.text = view(text);
        auto event = secretchat::event(SC_EVENT_SEND_REQUESTED, chat);
        event.message = &message;
        handle(event);
    }

    /// The program dies and starts again: only the disk is left.
    void restart() {
        outbox.clear();
        start();
        std::cout << name << " restarts with " << disk_.size() << " sealed records\n";
    }

    bytes fresh_seed() {
        bytes seed(SC_SEED_SIZE, number_);
        std::memcpy(seed.data(), &++seed_count_, sizeof seed_count_);
        return seed;
    }

private:
    void start() {
        engine_.emplace(bytes(SC_RECORD_KEY_SIZE, number_));
        for (const auto &[key, content] : disk_) engine_->add_record(key, content);
        engine_->resume(now, 0);
        take_requests();
    }

    void take_requests() {
        for (const sc_request &request : engine_->requests())
            outbox.push_back({request, view(request.bytes).copy()});
    }

    void show(const sc_change &change) {
        if (change.kind == SC_CHANGE_INSERT && !(change.flags & SC_CHANGE_IS_OUTGOING)) {
            std::cout << "    " << name << " reads: " << view(change.message->text).text() << '\n';
        } else if (change.kind == SC_NOTICE_READY) {
            visual = view(change.visual).copy();
            std::cout << "    " << name << " has the key\n";
        } else if (change.kind == SC_NOTICE_CLOSED) {
            std::cout << "    " << name << ": "
                      << sc_close_reason_text(change.reason, change.detail) << '\n';
        }
    }

    std::optional<secretchat::engine> engine_;
    std::map<bytes, bytes> disk_;
    std::uint8_t number_;
    std::uint32_t seed_count_ = 0;
};

/// The server: answers what one device asks, and tells the other.
class courier {
public:
    courier(device &ann, device &ben) : ann_(ann), ben_(ben) {}
    bool loses_next = false;

    /// Works until neither device asks for anything more.
    void run() {
        while (serve(ann_, ben_) || serve(ben_, ann_)) {}
    }

private:
    bool serve(device &own, device &peer) {
        if (own.outbox.empty()) return false;
        const job job = std::move(own.outbox.front());
        own.outbox.pop_front();
        const sc_request &request = job.request;
        answer(own, request);
        switch (request.kind) {
        case SC_REQUEST_ENCRYPTION: {
            auto event = secretchat::event(SC_EVENT_CHAT_REQUESTED, chat);
            event.access_hash = 2;
            event.user_id = 1;
            event.date = date;
            event.bytes = view(job.content);
            peer.handle(event);
            break;
        }
        case SC_REQUEST_ACCEPT: {
            auto event = secretchat::event(SC_EVENT_CHAT_ACCEPTED, chat);
            event.access_hash = 1;
            event.key_fingerprint = request.key_fingerprint;
            event.bytes = view(job.content);
            peer.handle(event);
            break;
        }
        case SC_REQUEST_SEND:
            if (loses_next) {
                loses_next = false;
                std::cout << "    (" << job.content.size() << " bytes are lost on the way)\n";
                break;
            }
            [[fallthrough]];
        case SC_REQUEST_SEND_SERVICE: {
            auto event = secretchat::event(SC_EVENT_PACKET_RECEIVED, chat);
            event.date = date;
            event.bytes = view(job.content);
            peer.handle(event);
            break;
        }
        case SC_REQUEST_DISCARD: peer.handle(secretchat::event(SC_EVENT_CHAT_DISCARDED, chat)); break;
        default: break;
        }
        return true;
    }

    void answer(device &own, const sc_request &request) {
        const bytes p = prime(), random(256, 7);
        auto result = secretchat::make<sc_result>();
        switch (request.kind) {
        case SC_REQUEST_GET_GROUP_PARAMETERS:
            result.kind = SC_RESULT_GROUP_PARAMETERS;
            result.version = result.generator = 3;
            result.prime = view(p);
            result.random = view(random);
            break;
        case SC_REQUEST_ENCRYPTION:
            result.kind = SC_RESULT_CHAT_WAITING;
            result.access_hash = 1;
            break;
        case SC_REQUEST_ACCEPT:
            result.kind = SC_RESULT_CHAT_ACCEPTED;
            result.key_fingerprint = request.key_fingerprint;
            break;
        case SC_REQUEST_SEND:
        case SC_REQUEST_SEND_SERVICE:
            result.kind = SC_RESULT_SENT;
            result.date = date;
            break;
        default: result.kind = SC_RESULT_DONE;
        }
        auto event = secretchat::event(SC_EVENT_REQUEST_SUCCEEDED);
        event.request = request.id;
        event.result = &result;
        own.handle(event);
    }

    device &ann_, &ben_;
};

/// A file goes through in two pieces, and comes back.
void send_file(device &ann) {
    const auto key = secretchat::file_key::draw(ann.fresh_seed());
    const std::string_view first = "A file of any size, ", second = "piece by piece.";
    auto encryption = secretchat::file::encrypt(key);
    bytes encrypted;
    for (const bytes &part :
         {encryption.update(first), encryption.update(second), encryption.finish(ann.fresh_seed())})
        encrypted.insert(encrypted.end(), part.begin(), part.end());

    const std::int32_t fingerprint = key.fingerprint();
    const std::size_t size = first.size() + second.size();
    auto decryption = secretchat::file::decrypt(key, size, encrypted.size(), &fingerprint);
    const bytes plain = decryption.update(encrypted);
    decryption.finish();
    std::cout << "A file of " << size << " bytes becomes " << encrypted.size() << ", and again: "
              << view(plain).text() << '\n';
}

int main() try {
    secretchat::check(sc_self_test());
    device ann("Ann", 1), ben("Ben", 2);
    courier courier(ann, ben);

    std::cout << "Ann asks Ben for a secret chat, and Ben accepts.\n";
    auto start = secretchat::event(SC_EVENT_START_REQUESTED, chat);
    start.user_id = 2;
    ann.handle(start);
    courier.run();
    ben.handle(secretchat::event(SC_EVENT_ACCEPT_REQUESTED, chat));
    courier.run();
    std::cout << "Both compare the picture of the key; as text, "
              << (ann.visual == ben.visual ? "the same" : "DIFFERENT: an attack") << " on both sides:\n"
              << secretchat::visual_text(ann.visual) << '\n';

    ann.say("Hello Ben!", 1);
    courier.run();
    ben.say("Hello Ann!", 2);
    courier.run();

    courier.loses_next = true;
    ann.say("Meet me at noon.", 3);
    courier.run();
    ben.restart();
    ann.say("Or at one.", 4);
    courier.run();

    send_file(ann);

    std::cout << "Ben closes the chat.\n";
    ben.handle(secretchat::event(SC_EVENT_CLOSE_REQUESTED, chat));
    courier.run();
    return 0;
} catch (const secretchat::error &error) {
    std::cerr << "secretchat: " << error.what() << " (" << error.status() << ")\n";
    return 1;
}
