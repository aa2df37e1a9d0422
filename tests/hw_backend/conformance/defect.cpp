#include "defect.hpp"

#include <algorithm>

#include "wire.hpp"

namespace vle::conformance::test {

std::optional<OpenFrame> open_frame(const Bytes& frame) {
  const Bytes content = decoded(frame);
  constexpr std::size_t kAround = VLE_FW_HEADER_BYTES + VLE_FW_CRC_BYTES;
  if (content.size() < kAround || delimited(content) != frame) return std::nullopt;
  const auto word = [&](std::size_t at) { return static_cast<std::uint16_t>(content[at] | content[at + 1] << 8); };
  OpenFrame open{{content[0], content[1], word(2), word(4), word(6)}, {}, false};
  const std::size_t end = content.size() - VLE_FW_CRC_BYTES;
  open.message.assign(content.begin() + VLE_FW_HEADER_BYTES, content.begin() + static_cast<std::ptrdiff_t>(end));
  open.crc_is_right = closed_frame(open) == frame;
  return open;
}

Bytes closed_frame(const OpenFrame& frame) {
  Bytes content = content_of(frame.header, frame.message);
  append_crc(content, crc32_of(content, kLinkPolynomial));
  return delimited(content);
}

Defect defect(std::string name, std::string clause, std::string hint) {
  Defect made;
  made.name = std::move(name);
  made.clause = std::move(clause);
  made.hint = std::move(hint);
  return made;
}

const std::vector<Defect>& defects() {
  static const std::vector<Defect> all = [] {
    std::vector<Defect> list;
    for (const auto& part : {wire_defects(), session_defects(), upload_defects(), run_defects()}) {
      list.insert(list.end(), part.begin(), part.end());
    }
    return list;
  }();
  return all;
}

namespace {

/// Lets bytes through as far as the defect wants.
class DefectiveBoard {
 public:
  DefectiveBoard(std::shared_ptr<FakeBoard> board, Defect defect)
      : board_(std::move(board)), defect_(std::move(defect)) {
    if (defect_.set_up) defect_.set_up(*board_);
    board_->restart();
    if (defect_.after_turn) defect_.after_turn(*board_);
  }

  bool is_idle() const { return vle_fw_idle(&board_->core) && (incoming_.empty() || waited_us_ > 0); }

  void receive(Bytes bytes) {
    if (defect_.on_bytes) defect_.on_bytes(bytes);
    if (!defect_.on_frame && !defect_.on_request && defect_.heartbeat_delay_us == 0) return board_->receive(bytes);
    incoming_.insert(incoming_.end(), bytes.begin(), bytes.end());
  }

  /// A frame a turn, so that what a defect does before it is done right before it.
  void poll(std::uint32_t us) {
    const auto end = std::ranges::find(incoming_, std::uint8_t{0});
    if (end != incoming_.end() && !is_held(Bytes(incoming_.begin(), end + 1), us)) {
      Bytes frame(incoming_.begin(), end + 1);
      incoming_.erase(incoming_.begin(), end + 1);
      if (passes(frame)) board_->receive(frame);
    }
    board_->poll(us);
    if (defect_.after_turn) defect_.after_turn(*board_);
  }

  Bytes take_sent() {
    const Bytes sent = board_->take_sent();
    if (!defect_.on_answer) return sent;
    outgoing_.insert(outgoing_.end(), sent.begin(), sent.end());
    Bytes out;
    for (auto end = std::ranges::find(outgoing_, std::uint8_t{0}); end != outgoing_.end();
         end = std::ranges::find(outgoing_, std::uint8_t{0})) {
      const Bytes frame(outgoing_.begin(), end + 1);
      outgoing_.erase(outgoing_.begin(), end + 1);
      const std::optional<OpenFrame> open = open_frame(frame);
      for (const OpenFrame& changed : defect_.on_answer(*board_, open.value())) {
        const Bytes bytes = changed.crc_is_right ? closed_frame(changed) : with_foreign_crc(changed);
        out.insert(out.end(), bytes.begin(), bytes.end());
      }
    }
    return out;
  }

 private:
  static Bytes with_foreign_crc(const OpenFrame& frame) {
    constexpr std::uint32_t kCastagnoli = 0x82F63B78U;
    Bytes content = content_of(frame.header, frame.message);
    append_crc(content, crc32_of(content, kCastagnoli));
    return delimited(content);
  }

  bool is_held(const Bytes& frame, std::uint32_t us) {
    const std::optional<OpenFrame> open = defect_.heartbeat_delay_us > 0 ? open_frame(frame) : std::nullopt;
    v1::LinkRequest request;
    if (!open || !open->crc_is_right || !request.ParseFromString(open->message) || !request.has_heartbeat())
      return false;
    waited_us_ += us;
    if (waited_us_ < defect_.heartbeat_delay_us) return true;
    waited_us_ = 0;
    return false;
  }

  bool passes(Bytes& frame) {
    if (defect_.on_frame && !defect_.on_frame(*board_, frame)) return false;
    if (!defect_.on_request) return true;
    std::optional<OpenFrame> open = open_frame(frame);
    v1::LinkRequest request;
    if (!open || !open->crc_is_right || open->header.kind != VLE_FW_KIND_REQUEST ||
        !request.ParseFromString(open->message)) {
      return true;
    }
    const std::string before = request.SerializeAsString();
    if (!defect_.on_request(*board_, request)) return false;
    // What was not changed stays as it came, unknown fields and all.
    if (request.SerializeAsString() == before) return true;
    open->message = request.SerializeAsString();
    frame = closed_frame(*open);
    return true;
  }

  std::shared_ptr<FakeBoard> board_;
  Defect defect_;
  Bytes incoming_;
  std::uint32_t waited_us_ = 0;
  Bytes outgoing_;
};

}  // namespace

CoreInProcess core_of(std::shared_ptr<FakeBoard> board, const Defect& defect) {
  auto defective = std::make_shared<DefectiveBoard>(std::move(board), defect);
  return {[defective](const Bytes& bytes) { defective->receive(bytes); },
          [defective] { return defective->take_sent(); }, [defective](std::uint32_t us) { defective->poll(us); },
          [defective] { return defective->is_idle(); }};
}

}  // namespace vle::conformance::test
