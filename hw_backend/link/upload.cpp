#include "upload.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <bit>
#include <deque>

namespace vle::link {
namespace {

/// Chunks on their way: go back to what the board lacks, with as many bytes in flight as it has room for.
class ChunkSender {
 public:
  ChunkSender(Session& session, std::span<const std::uint8_t> bytes, std::uint32_t stored)
      : session_(session), bytes_(bytes), stored_(stored), sent_(stored), progress_(session.now()) {}

  /// Until all is stored. An error of the link leaves the rest to a next sender.
  Result<> run() {
    Duration wait = std::max(session_.retry_after(session_.board().rx_window()), kFirstWindow);
    while (stored_ < bytes_.size()) {
      // What has come together is taken together, so that what it makes room for leaves in one write.
      if (!session_.has_message()) {
        if (Result<> filled = fill_window(); !filled) return filled;
      }
      const Result<std::optional<Message>> message = session_.receive(session_.now() + wait);
      if (!message) return tl::unexpected(message.error());
      if (!*message) {
        if (session_.now() - progress_ > session_.patience().progress) return no_progress();
        if (session_.seems_dead()) return session_.disconnect();
        go_back(stored_);
        wait = std::min(2 * wait, Duration(std::chrono::seconds(2)));
        continue;
      }
      const auto* reply = std::get_if<v1::LinkReply>(&**message);
      if (reply == nullptr) continue;
      const std::uint32_t before = stored_;
      if (Result<> taken = take(*reply); !taken) return taken;
      if (stored_ > before) wait = session_.retry_after(session_.board().rx_window());
    }
    return {};
  }

  std::uint32_t stored() const { return stored_; }

 private:
  static constexpr std::size_t kWriteAtOnce = 65536;
  /// Round trips of small requests do not tell how long a full window takes on a slow line; its first answers do.
  static constexpr Duration kFirstWindow = std::chrono::milliseconds(250);

  struct Chunk {
    std::uint32_t id = 0;
    std::size_t wire_bytes = 0;
    TimePoint sent_at;
  };

  Result<> fill_window() {
    const std::size_t window = std::max<std::size_t>(session_.board().rx_window(), 1);
    const std::size_t most = std::max<std::size_t>(session_.board().max_chunk(), 1);
    while (sent_ < bytes_.size()) {
      const std::size_t size = std::min(most, bytes_.size() - sent_);
      chunk_.clear_id();
      chunk_.mutable_upload_chunk()->set_offset(sent_);
      chunk_.mutable_upload_chunk()->set_data(bytes_.data() + sent_, size);
      const std::size_t wire_bytes = Session::wire_size(chunk_);
      if (!in_flight_.empty() && bytes_in_flight_ + wire_bytes > window) break;
      in_flight_.push_back({session_.enqueue(chunk_), wire_bytes, session_.now()});
      bytes_in_flight_ += wire_bytes;
      sent_ += static_cast<std::uint32_t>(size);
      if (session_.enqueued() < kWriteAtOnce) continue;
      if (Result<> sent = session_.flush(); !sent) return sent;
    }
    return session_.flush();
  }

  Result<> take(const v1::LinkReply& reply) {
    if (in_flight_.empty() || reply.id() < in_flight_.front().id || reply.id() > in_flight_.back().id) return {};
    // The board answers in order: what was sent before this one is answered as well, or its answer is lost.
    while (!in_flight_.empty() && in_flight_.front().id <= reply.id()) {
      if (in_flight_.front().id == reply.id()) session_.note_round_trip(session_.now() - in_flight_.front().sent_at);
      bytes_in_flight_ -= in_flight_.front().wire_bytes;
      in_flight_.pop_front();
    }
    if (reply.status() == v1::LINK_STATUS_NO_SESSION) return session_.disconnect();
    const bool is_gap = reply.status() == v1::LINK_STATUS_GAP;
    if (!is_gap && reply.status() != v1::LINK_STATUS_OK) {
      return reply.status() == v1::LINK_STATUS_BUSY ? Result<>{} : session_.refused("a chunk", reply);
    }
    const std::uint32_t next = reply.upload().next_offset();
    if (next > stored_ && next <= bytes_.size()) {
      stored_ = next;
      sent_ = std::max(sent_, stored_);
      progress_ = session_.now();
    }
    if (is_gap) go_back(stored_);
    return {};
  }

  /// Further answers to what is in flight are ignored, so one loss goes back once.
  void go_back(std::uint32_t offset) {
    in_flight_.clear();
    bytes_in_flight_ = 0;
    sent_ = offset;
  }

  Result<> no_progress() const {
    return fail(ErrorCode::kDevice, "{}: the upload stands still at {} of {} bytes; the link loses what is sent",
                session_.name(), stored_, bytes_.size());
  }

  Session& session_;
  std::span<const std::uint8_t> bytes_;
  std::uint32_t stored_;
  std::uint32_t sent_;
  TimePoint progress_;
  v1::LinkRequest chunk_;  ///< the one at hand
  std::deque<Chunk> in_flight_;
  std::size_t bytes_in_flight_ = 0;
};

}  // namespace

std::span<const std::uint8_t> wire_view(std::span<const std::uint16_t> words, std::vector<std::uint8_t>& storage) {
  if constexpr (std::endian::native == std::endian::little) {
    return {reinterpret_cast<const std::uint8_t*>(words.data()), 2 * words.size()};
  }
  storage = little_endian(words);
  return storage;
}

std::string sha256_of(std::span<const std::uint8_t> bytes) {
  std::string hash(EVP_MAX_MD_SIZE, '\0');
  unsigned int size = 0;
  const int done = EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(hash.data()), &size,
                              EVP_sha256(), nullptr);
  VLE_CHECK(done == 1, "SHA-256 gives {}", done);
  hash.resize(size);
  return hash;
}

namespace {

/// Sends what the board lacks; true: it holds and uses all of it already. Goes on where it was cut.
Result<bool> send_missing(Session& session, const v1::UploadBeginRequest& announced,
                          std::span<const std::uint8_t> bytes) {
  TimePoint progress = session.now();
  std::uint32_t furthest = 0;
  while (true) {
    v1::LinkRequest begin;
    *begin.mutable_upload_begin() = announced;
    const Result<v1::LinkReply> begun = session.ask(std::move(begin));
    if (!begun) return tl::unexpected(begun.error());
    const v1::UploadVerdict verdict = begun->upload().verdict();
    if (verdict == v1::UPLOAD_VERDICT_MATCH) return true;
    const std::uint32_t from = verdict == v1::UPLOAD_VERDICT_RESUME ? begun->upload().next_offset() : 0;
    ChunkSender sender(session, bytes, std::min(from, announced.size()));
    const Result<> sent = sender.run();
    if (sent) return false;
    if (sender.stored() > furthest) {
      furthest = sender.stored();
      progress = session.now();
    }
    const bool is_late = session.now() - progress > session.patience().progress;
    if (session.is_connected() || sent.error().code != ErrorCode::kDevice || is_late) {
      return tl::unexpected(sent.error());
    }
    if (Result<> again = session.recover(); !again) return tl::unexpected(again.error());
  }
}

}  // namespace

// A commit whose answer is lost with its connection may have been made: then the board holds all of it the second time.
Result<> upload(Session& session, v1::UploadBeginRequest announced, std::span<const std::uint8_t> bytes) {
  announced.set_size(static_cast<std::uint32_t>(bytes.size()));
  announced.set_sha256(sha256_of(bytes));
  Result<> outcome;
  for (int attempt = 0; attempt < 2; ++attempt) {
    const Result<bool> is_there = send_missing(session, announced, bytes);
    if (!is_there) return tl::unexpected(is_there.error());
    if (*is_there) return {};
    v1::LinkRequest commit;
    commit.mutable_upload_commit();
    const Result<v1::LinkReply> committed = session.ask(std::move(commit));
    if (committed) return {};
    outcome = tl::unexpected(committed.error());
  }
  return outcome;
}

}  // namespace vle::link
