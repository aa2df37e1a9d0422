#include "record.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <iterator>

namespace vle::link {
namespace {

constexpr std::string_view kTitle = "vle-link-record 1 ";
constexpr std::size_t kPieceHeader = 1 + 8 + 4;
constexpr std::uint32_t kMostPiece = std::uint32_t{1} << 26;

/// The file, shared by the connections of a session.
class RecordFile {
 public:
  RecordFile(const std::string& path, std::uint64_t client_nonce) : file_(path, std::ios::binary | std::ios::trunc) {
    file_ << kTitle << client_nonce << '\n';
  }

  bool is_good() const { return file_.good(); }

  void put(char direction, TimePoint now, std::span<const std::uint8_t> bytes) {
    if (begun_ == TimePoint{}) begun_ = now;
    std::array<char, kPieceHeader> header{};
    header[0] = direction;
    const auto time =
        static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(now - begun_).count());
    for (std::size_t i = 0; i < 8; ++i) header[1 + i] = static_cast<char>(time >> (8 * i) & 0xFF);
    for (std::size_t i = 0; i < 4; ++i) header[9 + i] = static_cast<char>(bytes.size() >> (8 * i) & 0xFF);
    file_.write(header.data(), header.size());
    file_.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    file_.flush();
  }

 private:
  std::ofstream file_;
  TimePoint begun_{};
};

class RecordingTransport final : public Transport {
 public:
  RecordingTransport(std::unique_ptr<Transport> inner, std::shared_ptr<RecordFile> file, const Medium& clock)
      : inner_(std::move(inner)), file_(std::move(file)), clock_(clock) {}

  Result<> write(std::span<const std::uint8_t> bytes, TimePoint deadline) override {
    file_->put('>', clock_.now(), bytes);
    return inner_->write(bytes, deadline);
  }
  Result<std::size_t> read(std::span<std::uint8_t> into, TimePoint deadline) override {
    Result<std::size_t> count = inner_->read(into, deadline);
    if (count && *count > 0) file_->put('<', clock_.now(), into.first(*count));
    return count;
  }

 private:
  std::unique_ptr<Transport> inner_;
  std::shared_ptr<RecordFile> file_;
  const Medium& clock_;
};

class RecordingMedium final : public Medium {
 public:
  RecordingMedium(std::unique_ptr<Medium> inner, std::shared_ptr<RecordFile> file)
      : inner_(std::move(inner)), file_(std::move(file)) {}

  std::string name() const override { return inner_->name(); }
  Duration byte_time() const override { return inner_->byte_time(); }
  TimePoint now() const override { return inner_->now(); }
  void pause(TimePoint until) override { inner_->pause(until); }

  Result<std::unique_ptr<Transport>> connect(TimePoint deadline) override {
    Result<std::unique_ptr<Transport>> connected = inner_->connect(deadline);
    if (!connected) return connected;
    file_->put('!', now(), {});
    return std::make_unique<RecordingTransport>(std::move(*connected), file_, *inner_);
  }

 private:
  std::unique_ptr<Medium> inner_;
  std::shared_ptr<RecordFile> file_;
};

std::uint64_t number_at(const std::string& bytes, std::size_t at, std::size_t size) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < size; ++i) {
    number |= std::uint64_t{static_cast<std::uint8_t>(bytes[at + i])} << (8 * i);
  }
  return number;
}

}  // namespace

Result<std::unique_ptr<Medium>> make_recording_medium(std::unique_ptr<Medium> inner, const std::string& path,
                                                      std::uint64_t client_nonce) {
  auto file = std::make_shared<RecordFile>(path, client_nonce);
  if (!file->is_good()) return fail(ErrorCode::kIo, "{}: cannot be written: {}", path, std::strerror(errno));
  return std::make_unique<RecordingMedium>(std::move(inner), std::move(file));
}

Result<LinkRecord> read_link_record(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorCode::kIo, "{}: cannot be read: {}", path, std::strerror(errno));
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const auto line_end = bytes.find('\n');
  LinkRecord record;
  const char* digits = bytes.data() + kTitle.size();
  if (!bytes.starts_with(kTitle) || line_end == std::string::npos ||
      std::from_chars(digits, bytes.data() + line_end, record.client_nonce).ptr != bytes.data() + line_end) {
    return fail(ErrorCode::kInvalidInput, "{}: not a record of a link, as --record-link writes it", path);
  }
  for (std::size_t at = line_end + 1; at + kPieceHeader <= bytes.size();) {
    const auto size = static_cast<std::size_t>(number_at(bytes, at + 9, 4));
    if (size > kMostPiece || size > bytes.size() - at - kPieceHeader) break;
    RecordedPiece& piece = record.pieces.emplace_back();
    piece.direction = bytes[at];
    piece.microseconds = number_at(bytes, at + 1, 8);
    const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(at + kPieceHeader);
    piece.bytes.assign(begin, begin + static_cast<std::ptrdiff_t>(size));
    at += kPieceHeader + size;
  }
  return record;
}

}  // namespace vle::link
