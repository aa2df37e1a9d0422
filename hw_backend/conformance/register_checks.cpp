#include <algorithm>

#include "check_table.hpp"
#include "exercises.hpp"

namespace vle::conformance {
namespace {

/// The last registers of the image, and what they hold with the lowest bit turned: every chip takes that somewhere.
struct Place {
  std::uint32_t address = 0;
  std::vector<std::uint16_t> before;
  std::vector<std::uint16_t> turned;
};

/// Checks that write leave what was there.
void restore(Examiner& examiner, const Place& place) {
  const Examiner::Preparing preparing(examiner);
  examiner.ask_ok(make_write(place.address, place.before), "WriteRegisters");
}

Place last_registers(Examiner& examiner) {
  Place place;
  const std::vector<std::uint16_t>& image = examiner.subject->image;
  const std::size_t count = std::min<std::size_t>({4, image.size() / 2, examiner.board().limits().register_words()});
  place.address = static_cast<std::uint32_t>(image.size() - count);
  place.before.assign(image.end() - static_cast<std::ptrdiff_t>(count), image.end());
  for (const std::uint16_t word : place.before) place.turned.push_back(static_cast<std::uint16_t>(word ^ 1U));
  const Examiner::Preparing preparing(examiner);
  put(examiner, image_of(examiner));
  return place;
}

std::vector<std::uint16_t> words_of(const v1::LinkReply& reply) {
  const std::string& bytes = reply.read_registers().words();
  std::vector<std::uint16_t> words;
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    words.push_back(
        static_cast<std::uint16_t>(static_cast<std::uint8_t>(bytes[i]) | static_cast<std::uint8_t>(bytes[i + 1]) << 8));
  }
  return words;
}

std::vector<std::uint16_t> read_back(Examiner& examiner, const Place& place) {
  const auto count = static_cast<std::uint32_t>(place.before.size());
  return words_of(examiner.ask_ok(make_read(place.address, count), "ReadRegisters"));
}

void access(Examiner& examiner) {
  const Place place = last_registers(examiner);
  if (!examiner.has_feature(v1::LINK_FEATURE_REGISTERS)) {
    examiner.expect_status(examiner.ask(make_write(place.address, place.turned)), v1::LINK_STATUS_UNSUPPORTED,
                           "WriteRegisters without the feature");
    examiner.expect_status(examiner.ask(make_read(place.address, 1)), v1::LINK_STATUS_UNSUPPORTED,
                           "ReadRegisters without the feature");
    return examiner.skip("the board lacks the feature REGISTERS: registers_write or registers_read is NULL");
  }
  examiner.expect(read_back(examiner, place) == place.before, "registers {} to {} are not those of the image",
                  place.address, place.address + place.before.size() - 1);
  examiner.expect_status(examiner.ask(make_write(place.address, place.turned)), v1::LINK_STATUS_OK, "WriteRegisters");
  examiner.expect(read_back(examiner, place) == place.turned, "registers {} to {} are not what was written",
                  place.address, place.address + place.before.size() - 1);
  const v1::LinkReply digest = examiner.ask(make_digest(v1::LINK_OBJECT_IMAGE));
  restore(examiner, place);
  if (digest.status() == v1::LINK_STATUS_UNSUPPORTED) return;
  Upload changed = image_of(examiner);
  for (std::size_t i = 0; i < place.turned.size(); ++i) changed.bytes[2 * (place.address + i)] ^= 1;
  examiner.expect(digest.digest().sha256() == sha256_of(changed.bytes), "Digest does not see what was written");
}

void range(Examiner& examiner) {
  if (!examiner.needs_feature(v1::LINK_FEATURE_REGISTERS)) return;
  const Place place = last_registers(examiner);
  const auto size = static_cast<std::uint32_t>(examiner.subject->image.size());
  const std::uint32_t most = examiner.board().limits().register_words();
  const auto refused = [&](const v1::LinkRequest& request, std::string_view what) {
    examiner.expect_status(examiner.ask(request), v1::LINK_STATUS_OUT_OF_RANGE, what);
  };
  refused(make_read(size, 1), "a read behind the image");
  refused(make_read(size - 1, 2), "a read across the end of the image");
  refused(make_read(0xFFFFFFFFU, 2), "a read at the last address of 32 bits");
  refused(make_read(0, 0), "a read of no registers");
  if (size > most) refused(make_read(0, most + 1), "a read of register_words + 1 registers");
  std::vector<std::uint16_t> across = place.turned;
  across.push_back(0);
  refused(make_write(place.address, across), "a write across the end of the image");
  refused(make_write(0xFFFFFFFFU, place.turned), "a write at the last address of 32 bits");
  refused(make_write(place.address, {}), "a write of no registers");
  examiner.expect(read_back(examiner, place) == place.before, "a write across the end of the image wrote a part of it");
}

void layout_words(Examiner& examiner) {
  if (!examiner.needs_feature(v1::LINK_FEATURE_REGISTERS)) return;
  last_registers(examiner);
  const std::vector<std::uint16_t> before = words_of(examiner.ask_ok(make_read(0, 2), "ReadRegisters"));
  for (const std::uint32_t address : {0U, 1U}) {
    const std::uint16_t word = 0x5555;
    examiner.expect_status(examiner.ask(make_write(address, {&word, 1})), v1::LINK_STATUS_OUT_OF_RANGE,
                           fmt::format("a write of register {}", address));
  }
  examiner.expect(words_of(examiner.ask_ok(make_read(0, 2), "ReadRegisters")) == before,
                  "registers 0 and 1 were written");
}

void half_word(Examiner& examiner) {
  if (!examiner.needs_feature(v1::LINK_FEATURE_REGISTERS)) return;
  const Place place = last_registers(examiner);
  v1::LinkRequest request = make_write(place.address, place.turned);
  request.mutable_write_registers()->mutable_words()->pop_back();
  examiner.expect_status(examiner.ask(request), v1::LINK_STATUS_MALFORMED, "WriteRegisters of an odd number of bytes");
}

void no_match(Examiner& examiner) {
  if (!examiner.needs_feature(v1::LINK_FEATURE_REGISTERS)) return;
  const Place place = last_registers(examiner);
  {
    const Examiner::Preparing preparing(examiner);
    examiner.ask_ok(make_write(place.address, place.turned), "WriteRegisters");
  }
  const v1::LinkReply reply = examiner.ask_ok(image_of(examiner).begin_request(), "UploadBegin");
  restore(examiner, place);
  examiner.expect(reply.upload().verdict() != v1::UPLOAD_VERDICT_MATCH,
                  "UploadBegin of the image is MATCH, though registers were written since");
}

}  // namespace

std::vector<CheckRecord> register_checks() {
  constexpr unsigned kNeeds = kSession | kFacts | kUploads;
  return {
      {{"registers", "registers.access", "the last registers of the image: read, written, read, and the Digest",
        "registers_write and registers_read: words are little endian, the address counts words; object_read of the "
        "image reads the same registers"},
       kNeeds,
       kRegisters,
       access},
      {{"registers-range", "registers.range", "reads and writes beyond the image, of nothing, and of too much",
        "compare the count with what is left; a write is all or none"},
       kNeeds | kRegisters,
       kNothing,
       range},
      {{"registers-layout", "registers.layout", "writes of registers 0 and 1",
        "they say how the image is laid out; only an upload sets them"},
       kNeeds | kRegisters,
       kNothing,
       layout_words},
      {{"half-word", "registers.words", "WriteRegisters of an odd number of bytes", "a register has two bytes"},
       kNeeds | kRegisters,
       kNothing,
       half_word},
      {{"no-match", "registers.no-match", "a write of registers, then UploadBegin of the image",
        "WriteRegisters makes the hash of the image unknown"},
       kNeeds | kRegisters,
       kNothing,
       no_match},
  };
}

}  // namespace vle::conformance
