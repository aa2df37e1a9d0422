#pragma once

#include "examiner.hpp"
#include "upload.hpp"

namespace vle::conformance {

/// What checks do to a board before they ask: uploads, runs, traces.

/// An object as it is announced, and its bytes.
struct Upload {
  v1::UploadBeginRequest begin;
  Bytes bytes;

  v1::LinkRequest begin_request() const;
  /// Up to `most` bytes from `offset` on.
  v1::LinkRequest chunk_request(std::uint32_t offset, std::size_t most) const;
  std::uint32_t size() const { return static_cast<std::uint32_t>(bytes.size()); }
};

using link::sha256_of;
[[nodiscard]] v1::LinkRequest make_commit();
[[nodiscard]] v1::LinkRequest make_digest(v1::LinkObject object);
[[nodiscard]] v1::LinkRequest make_write(std::uint32_t address, std::span<const std::uint16_t> words);
[[nodiscard]] v1::LinkRequest make_read(std::uint32_t address, std::uint32_t count);
[[nodiscard]] v1::LinkRequest make_trace(std::uint32_t run_id, std::uint32_t first, std::uint32_t count,
                                         std::uint32_t release);
[[nodiscard]] v1::LinkRequest make_run_state();

/// The subject's image.
[[nodiscard]] Upload image_of(const Examiner& examiner);
/// A stimulus of `steps` steps whose first code makes it another one than that of another `mark`.
[[nodiscard]] Upload stimulus_of(const Examiner& examiner, std::uint32_t steps, std::uint16_t mark = 0);
/// A stimulus of at least three chunks and a half, where the memory holds one. For checks of uploads.
[[nodiscard]] Upload some_stimulus(Examiner& examiner, std::uint16_t mark);

/// Sends all chunks from `from` on, one after another; each must be stored.
void send_chunks(Examiner& examiner, const Upload& upload, std::uint32_t from, std::uint32_t until);
/// Announced, and stored up to `until`; the check cannot be judged where that fails.
void begin_and_send(Examiner& examiner, const Upload& upload, std::uint32_t until);
/// Begin, chunks, commit; nothing to do where the board holds it.
void put(Examiner& examiner, const Upload& upload);
/// No upload is open any more.
void close_upload(Examiner& examiner);
/// Image and a stimulus of `steps` in use.
void load(Examiner& examiner, std::uint32_t steps);

[[nodiscard]] v1::HeartbeatReply heartbeat(Examiner& examiner);

/// A run and what it records.
struct Trial {
  v1::RunRequest request;
  std::size_t sample_bytes = 0;

  v1::LinkRequest run_request() const;
  std::size_t recorded_bytes() const;
};

/// Every signal of every column that a scan of the board takes, of the subject's first core.
[[nodiscard]] Trial full_trial(Examiner& examiner, std::uint32_t steps);
/// A run whose traces fill two blocks at least.
[[nodiscard]] Trial short_trial(Examiner& examiner);
/// Starts a run that goes on until it is stopped: where the chip waits for its host nobody takes the traces; elsewhere
/// it settles for as long as the board allows.
[[nodiscard]] Trial start_lasting(Examiner& examiner);
void start(Examiner& examiner, const Trial& trial);
/// Until the run is neither armed nor running; beats meanwhile.
[[nodiscard]] v1::HeartbeatReply wait_for_end(Examiner& examiner);

/// The blocks of a run as they come, each once, until the last; `release` what has come.
[[nodiscard]] std::vector<v1::TraceBlock> fetch_blocks(Examiner& examiner, const Trial& trial, bool release = true);
/// Block `index`, whatever comes before it.
[[nodiscard]] std::optional<v1::TraceBlock> await_block(Examiner& examiner, std::uint32_t index);
/// The next `count` blocks that come, with nothing asked for; fewer where no more come in time.
[[nodiscard]] std::vector<v1::TraceBlock> await_blocks(Examiner& examiner, std::size_t count);

}  // namespace vle::conformance
