#include <algorithm>
#include <cstdlib>
#include <span>

#include "session_peer.hpp"
#include "trace_stream.hpp"
#include "upload.hpp"

namespace vle::link::test {
namespace {

constexpr std::size_t kSampleBytes = 6;
constexpr std::uint32_t kSteps = 300;
/// Several patiences one after another, and one more for each byte of the input that keeps hope up.
constexpr Duration kLongest = std::chrono::minutes(2);
constexpr Duration kLongestOfAByte = std::chrono::seconds(4);

v1::RunRequest make_run() {
  v1::RunRequest run;
  run.set_run_id(5);
  run.set_steps(kSteps);
  run.set_every(1);
  run.add_scan()->set_count(kSampleBytes / 2);
  return run;
}

/// What a host does for a run. Every step may fail; none may hang, crash, or give less than it says.
Result<> converse(Session& session) {
  if (Result<> opened = session.open(); !opened) return opened;
  v1::LinkRequest target;
  target.mutable_get_target();
  if (const auto reply = session.ask(std::move(target)); !reply) return tl::unexpected(reply.error());
  static const std::vector<std::uint8_t> image(3000, 0x5A);
  v1::UploadBeginRequest begin;
  begin.set_object(v1::LINK_OBJECT_IMAGE);
  begin.mutable_geometry()->set_cores(1);
  if (Result<> uploaded = upload(session, begin, image); !uploaded) return uploaded;
  const std::size_t expected = kSteps * kSampleBytes;
  std::size_t taken = 0;
  const Result<RunOutcome> outcome =
      stream_run(session, make_run(), expected, {}, [&](std::span<const std::uint8_t> bytes) -> Result<> {
        taken += bytes.size();
        if (taken > expected) std::abort();
        return {};
      });
  if (!outcome) return tl::unexpected(outcome.error());
  if (taken != expected) std::abort();
  v1::LinkRequest read;
  read.mutable_read_registers()->set_count(4);
  if (const auto reply = session.ask(std::move(read)); !reply) return tl::unexpected(reply.error());
  return {};
}

}  // namespace
}  // namespace vle::link::test

/// The input says what a peer does with each request of a host (session_peer.hpp). The host must come to an end.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vle::link;
  test::PeerMedium medium({data, size});
  Patience patience;
  patience.connect = std::chrono::milliseconds(500);
  patience.turn = std::chrono::seconds(1);
  patience.answer = patience.progress = std::chrono::seconds(2);
  const TimePoint begun = medium.now();
  Session session(medium, patience, 77);
  const vle::Result<> ended = test::converse(session);
  if (!ended && ended.error().message.empty()) std::abort();
  if (medium.now() - begun > test::kLongest + test::kLongestOfAByte * static_cast<std::int64_t>(size)) std::abort();
  return 0;
}
