/// libsecretchat for C++17: handles that end by themselves, errors that are thrown, columns to loop over.
///
/// The structs and constants are those of secretchat.h, which says what they mean. Views into an engine (`view`,
/// and every pointer in a struct that came out) end with the next call with that engine: copy what must last.
#pragma once

#include <secretchat.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace secretchat {

using bytes = std::vector<std::uint8_t>;

/// A function of the library failed; nothing changed unless the header says so.
class error : public std::runtime_error {
public:
    explicit error(sc_status status) : std::runtime_error(sc_status_text(status)), status_(status) {}
    /// SC_MISUSE_..., SC_MESSAGE_... and so on.
    sc_status status() const noexcept { return status_; }

private:
    sc_status status_;
};

inline void check(sc_status status) {
    if (status != SC_OK) throw error(status);
}

/// Bytes of somebody else. Absent, if it was made from nothing or from absent bytes.
class view {
public:
    view() noexcept = default;
    view(const sc_bytes &given) noexcept : data_(given.data), size_(given.count) {}
    view(const std::uint8_t *data, std::size_t size) noexcept : data_(data), size_(size) {}
    view(const bytes &given) noexcept : view(given.data(), given.size()) { become_present(); }
    view(std::string_view text) noexcept
        : view(reinterpret_cast<const std::uint8_t *>(text.data()), text.size()) {
        become_present();
    }
    template <std::size_t Size>
    view(const std::array<std::uint8_t, Size> &given) noexcept : view(given.data(), Size) {}
    template <std::size_t Size>
    view(const std::uint8_t (&given)[Size]) noexcept : view(given, Size) {}

    const std::uint8_t *data() const noexcept { return data_; }
    std::size_t size() const noexcept { return size_; }
    const std::uint8_t *begin() const noexcept { return data_; }
    const std::uint8_t *end() const noexcept { return data_ + size_; }
    explicit operator bool() const noexcept { return data_ != nullptr; }
    operator sc_bytes() const noexcept { return {data_, size_}; }

    /// The bytes as a text; the library gives none that is not UTF-8 where the header says text.
    std::string_view text() const noexcept { return {reinterpret_cast<const char *>(data_), size_}; }
    bytes copy() const { return bytes(begin(), end()); }

    /// The first byte, if there are exactly so many: the library takes keys by their address alone.
    const std::uint8_t *exactly(std::size_t size) const {
        if (size_ != size) throw error(SC_MISUSE_ARGUMENT);
        return data_;
    }

private:
    /// Empty containers may have no address, but are not absent.
    void become_present() noexcept {
        static const std::uint8_t nothing = 0;
        if (data_ == nullptr) data_ = &nothing;
    }

    const std::uint8_t *data_ = nullptr;
    std::size_t size_ = 0;
};

/// A struct of zeros that knows its size.
template <class Struct> Struct make() noexcept {
    Struct made{};
    made.struct_size = sizeof made;
    return made;
}

/// An event of a kind (SC_EVENT_...), about a chat if it is about one.
inline sc_event event(std::uint32_t kind, std::int32_t chat_id = 0) noexcept {
    auto made = make<sc_event>();
    made.kind = kind;
    made.chat_id = chat_id;
    return made;
}

/// A moment of a clock on the wall only.
inline sc_moment moment(std::int64_t wall_ms) noexcept {
    auto made = make<sc_moment>();
    made.wall_ms = wall_ms;
    return made;
}

/// What ends handles.
struct destroyer {
    void operator()(sc_engine *engine) const noexcept { sc_engine_destroy(engine); }
    void operator()(sc_file *file) const noexcept { sc_file_destroy(file); }
};

/// One column of a turn, for range-for. Each element is read when it is its turn: the views in it are good until
/// the next one, and the body of the loop must not call the engine.
template <class Item> class column {
public:
    using getter = sc_status (*)(sc_engine *, std::size_t, Item *);

    class iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = Item;
        using difference_type = std::ptrdiff_t;
        using pointer = const Item *;
        using reference = Item;

        iterator(const column &items, std::size_t place) noexcept : items_(items), place_(place) {}
        Item operator*() const { return items_[place_]; }
        iterator &operator++() noexcept {
            ++place_;
            return *this;
        }
        bool operator==(const iterator &other) const noexcept { return place_ == other.place_; }
        bool operator!=(const iterator &other) const noexcept { return place_ != other.place_; }

    private:
        column items_;
        std::size_t place_;
    };

    column(sc_engine *engine, getter get, std::size_t size) noexcept
        : engine_(engine), get_(get), size_(size) {}

    std::size_t size() const noexcept { return size_; }
    Item operator[](std::size_t place) const {
        auto item = make<Item>();
        check(get_(engine_, place, &item));
        return item;
    }
    iterator begin() const noexcept { return {*this, 0}; }
    iterator end() const noexcept { return {*this, size_}; }

private:
    sc_engine *engine_;
    getter get_;
    std::size_t size_;
};

/// All secret chats of one device; one thread at a time. It can be moved, not copied.
///
///     engine.handle(event);
///     for (sc_record record : engine.records()) ...   // store these two in one transaction
///     for (sc_change change : engine.changes()) ...
///     engine.commit();
///     for (sc_request request : engine.requests()) ...
class engine {
public:
    /// An engine to which records can be added until it is resumed. record_key: 32 bytes; wipe yours.
    explicit engine(view record_key, std::uint32_t flags = 0, std::uint64_t turn_size_max = 0) {
        auto options = make<sc_options>();
        options.flags = flags;
        options.turn_size_max = turn_size_max;
        sc_engine *made = nullptr;
        const auto *key = record_key.exactly(SC_RECORD_KEY_SIZE);
        check(sc_engine_create(SC_ABI_VERSION, &options, key, &made));
        handle_.reset(made);
    }

    void add_record(view name, view content) {
        check(sc_engine_add_record(get(), name.exactly(SC_RECORD_NAME_SIZE), content));
    }
    void resume(std::uint64_t generation = 0) { check(sc_easy_resume(get(), generation)); }
    void resume(const sc_moment &now, std::uint64_t generation) {
        check(sc_engine_resume(get(), &now, generation));
    }

    /// Handles an event, with the system's clocks and randomness.
    void handle(const sc_event &event) { check(sc_easy_handle(get(), &event)); }
    /// Handles an event. seed: 32 fresh random bytes, never used twice.
    void handle(const sc_event &event, const sc_moment &now, view seed) {
        check(sc_engine_handle(get(), &now, seed.exactly(SC_SEED_SIZE), &event));
    }

    sc_turn turn() const {
        auto turn = make<sc_turn>();
        check(sc_turn_describe(get(), &turn));
        return turn;
    }
    column<sc_record> records() const { return {get(), sc_turn_record, turn().record_count}; }
    column<sc_change> changes() const { return {get(), sc_turn_change, turn().change_count}; }
    /// Says that records and history are stored.
    void commit() { check(sc_turn_commit(get())); }
    /// What to ask of the server; SC_MISUSE_ORDER before the commit.
    column<sc_request> requests() const {
        const sc_turn described = turn();
        if (!described.is_committed) throw error(SC_MISUSE_ORDER);
        return {get(), sc_turn_request, described.request_count};
    }

    /// When SC_EVENT_CLOCK is due at the latest; false if nothing is.
    bool next_deadline(sc_moment &deadline) const {
        std::uint32_t has_deadline = 0;
        deadline = make<sc_moment>();
        check(sc_engine_next_deadline(get(), &has_deadline, &deadline));
        return has_deadline != 0;
    }
    std::vector<std::int32_t> chat_ids(std::uint32_t which = SC_CHATS_OPEN) const {
        const std::int32_t *ids = nullptr;
        std::size_t count = 0;
        check(sc_engine_chats(get(), which, &ids, &count));
        return std::vector<std::int32_t>(ids, ids + count);
    }
    /// What can be shown of a chat; its fingerprints are a view.
    sc_chat chat(std::int32_t chat_id) const {
        auto chat = make<sc_chat>();
        check(sc_engine_chat(get(), chat_id, &chat));
        return chat;
    }

    /// The handle, for functions that have no method here.
    sc_engine *get() const noexcept { return handle_.get(); }

private:
    std::unique_ptr<sc_engine, destroyer> handle_;
};

/// Key and iv of one file.
struct file_key {
    std::array<std::uint8_t, SC_FILE_KEY_SIZE> key{};
    std::array<std::uint8_t, SC_FILE_KEY_SIZE> iv{};

    /// Draws a key from the system.
    static file_key draw() {
        file_key made;
        check(sc_easy_file_key(made.key.data(), made.iv.data()));
        return made;
    }
    /// Draws a key from 32 fresh bytes.
    static file_key draw(view seed) {
        file_key made;
        check(sc_file_new_key(seed.exactly(SC_SEED_SIZE), made.key.data(), made.iv.data()));
        return made;
    }
    std::int32_t fingerprint() const {
        std::int32_t fingerprint = 0;
        check(sc_file_key_fingerprint(key.data(), iv.data(), &fingerprint));
        return fingerprint;
    }
};

/// Where a file goes on after a restart. Half of the chain is plaintext: keep it like a secret.
struct file_place {
    std::uint64_t offset = 0;
    std::array<std::uint8_t, SC_FILE_CHAIN_SIZE> chain{};
};

/// A file on its way, piece by piece. It can be moved, not copied.
class file {
public:
    static file encrypt(const file_key &key, const file_place *place = nullptr) {
        sc_file *made = nullptr;
        check(sc_file_encrypt(
            key.key.data(), key.iv.data(), place ? place->chain.data() : nullptr,
            place ? place->offset : 0, &made));
        return file(made);
    }
    /// fingerprint: the server's, or NULL. What comes out is not authenticated.
    static file decrypt(
        const file_key &key, std::uint64_t plain_size, std::uint64_t encrypted_size,
        const std::int32_t *fingerprint = nullptr, const file_place *place = nullptr) {
        sc_file *made = nullptr;
        check(sc_file_decrypt(
            key.key.data(), key.iv.data(), plain_size, encrypted_size, fingerprint,
            place ? place->chain.data() : nullptr, place ? place->offset : 0, &made));
        return file(made);
    }

    bytes update(view piece) {
        bytes output(piece.size() + 15);
        std::size_t written = 0;
        check(sc_file_update(get(), piece, output.data(), output.size(), &written));
        output.resize(written);
        return output;
    }
    /// Ends the file: its last block, filled up with bytes from the seed, or from the system.
    bytes finish(view seed = {}) {
        std::array<std::uint8_t, SC_SEED_SIZE> drawn{};
        if (!seed) {
            check(sc_easy_random(drawn.data(), drawn.size()));
            seed = drawn;
        }
        bytes output(16);
        std::size_t written = 0;
        check(sc_file_finish(
            get(), seed.exactly(SC_SEED_SIZE), output.data(), output.size(), &written));
        output.resize(written);
        return output;
    }
    file_place place() const {
        file_place found;
        check(sc_file_chain(get(), &found.offset, found.chain.data()));
        return found;
    }
    sc_file *get() const noexcept { return handle_.get(); }

private:
    explicit file(sc_file *made) noexcept : handle_(made) {}
    std::unique_ptr<sc_file, destroyer> handle_;
};

/// Into which parts an encrypted file is cut; part_count_max: of the account, 0 for the ordinary one.
inline sc_upload_plan plan_upload(std::uint64_t plain_size, std::uint32_t part_count_max = 0) {
    auto plan = make<sc_upload_plan>();
    check(sc_file_plan_upload(plain_size, part_count_max, &plan));
    return plan;
}

/// Four lines to be read aloud.
inline std::string visual_text(view visual) {
    // One more: whether or not the size counts the end mark, it fits.
    std::array<char, SC_VISUAL_TEXT_SIZE + 1> text{};
    check(sc_visual_text(visual.exactly(SC_VISUAL_SIZE), text.data()));
    return text.data();
}

/// The 12 x 12 picture: colour numbers 0 to 3, row by row.
inline std::array<std::uint8_t, SC_VISUAL_SIDE * SC_VISUAL_SIDE> visual_cells(view visual) {
    std::array<std::uint8_t, SC_VISUAL_SIDE * SC_VISUAL_SIDE> cells{};
    check(sc_visual_cells(visual.exactly(SC_VISUAL_SIZE), cells.data()));
    return cells;
}

/// The colours 0 to 3 as 0xRRGGBB.
inline std::array<std::uint32_t, 4> visual_palette() {
    std::array<std::uint32_t, 4> palette{};
    check(sc_visual_palette(palette.data()));
    return palette;
}

/// The four emoji by which two people verify a call.
inline std::array<const char *, SC_CALL_EMOJI_COUNT> call_emoji(view key, view public_value) {
    std::array<const char *, SC_CALL_EMOJI_COUNT> emoji{};
    check(sc_call_emoji(key.exactly(SC_AUTH_KEY_SIZE), public_value, emoji.data()));
    return emoji;
}

} // namespace secretchat
