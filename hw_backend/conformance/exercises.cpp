#include "exercises.hpp"

#include <algorithm>

namespace vle::conformance {
namespace {

using std::chrono::milliseconds;

constexpr std::uint32_t kBlocksAtOnce = 8;
constexpr Duration kNoBlock = milliseconds(400);
constexpr Duration kStandstill = std::chrono::seconds(20);

std::uint32_t channels_of(const Examiner& examiner) {
  return static_cast<std::uint32_t>(std::max<std::int64_t>(examiner.subject->geometry.input_channels, 1));
}

std::uint32_t most_steps(const Examiner& examiner) {
  const v1::LinkLimits& limits = examiner.board().limits();
  return std::min(limits.stimulus_bytes() / (2 * channels_of(examiner)), limits.steps_max());
}

std::uint32_t steps_for(std::size_t bytes, std::size_t of_a_step) {
  return static_cast<std::uint32_t>((bytes + of_a_step - 1) / std::max<std::size_t>(of_a_step, 1));
}

/// The last block is there and as many as come before it, in whatever order.
bool is_whole(const std::vector<v1::TraceBlock>& blocks) {
  return std::ranges::any_of(
      blocks, [&](const v1::TraceBlock& block) { return block.last() && blocks.size() > block.index(); });
}

}  // namespace

v1::LinkRequest Upload::begin_request() const {
  v1::LinkRequest request;
  *request.mutable_upload_begin() = begin;
  return request;
}

v1::LinkRequest Upload::chunk_request(std::uint32_t offset, std::size_t most) const {
  v1::LinkRequest request;
  request.mutable_upload_chunk()->set_offset(offset);
  const std::size_t begin_at = std::min<std::size_t>(offset, bytes.size());
  request.mutable_upload_chunk()->set_data(bytes.data() + begin_at, std::min(most, bytes.size() - begin_at));
  return request;
}

v1::LinkRequest make_commit() {
  v1::LinkRequest request;
  request.mutable_upload_commit();
  return request;
}

v1::LinkRequest make_digest(v1::LinkObject object) {
  v1::LinkRequest request;
  request.mutable_digest()->set_object(object);
  return request;
}

v1::LinkRequest make_write(std::uint32_t address, std::span<const std::uint16_t> words) {
  v1::LinkRequest request;
  request.mutable_write_registers()->set_address(address);
  std::string& bytes = *request.mutable_write_registers()->mutable_words();
  for (const std::uint16_t word : words) {
    bytes.push_back(static_cast<char>(word & 0xFFU));
    bytes.push_back(static_cast<char>(word >> 8));
  }
  return request;
}

v1::LinkRequest make_read(std::uint32_t address, std::uint32_t count) {
  v1::LinkRequest request;
  request.mutable_read_registers()->set_address(address);
  request.mutable_read_registers()->set_count(count);
  return request;
}

v1::LinkRequest make_trace(std::uint32_t run_id, std::uint32_t first, std::uint32_t count, std::uint32_t release) {
  v1::LinkRequest request;
  request.mutable_trace()->set_run_id(run_id);
  request.mutable_trace()->set_first_index(first);
  request.mutable_trace()->set_count(count);
  request.mutable_trace()->set_release(release);
  return request;
}

v1::LinkRequest make_run_state() {
  v1::LinkRequest request;
  request.mutable_run_state();
  return request;
}

Upload image_of(const Examiner& examiner) {
  Upload upload;
  for (const std::uint16_t word : examiner.subject->image) {
    upload.bytes.push_back(static_cast<std::uint8_t>(word & 0xFFU));
    upload.bytes.push_back(static_cast<std::uint8_t>(word >> 8));
  }
  const Geometry& given = examiner.subject->geometry;
  upload.begin.set_object(v1::LINK_OBJECT_IMAGE);
  upload.begin.set_size(upload.size());
  upload.begin.set_sha256(sha256_of(upload.bytes));
  v1::ImageGeometry& geometry = *upload.begin.mutable_geometry();
  geometry.set_cores(static_cast<std::uint32_t>(given.cores));
  geometry.set_rows(static_cast<std::uint32_t>(given.rows));
  geometry.set_columns(static_cast<std::uint32_t>(given.columns));
  geometry.set_input_channels(static_cast<std::uint32_t>(given.input_channels));
  geometry.set_target_channels(static_cast<std::uint32_t>(given.target_channels));
  geometry.set_link_channels(static_cast<std::uint32_t>(given.link_channels));
  return upload;
}

Upload stimulus_of(const Examiner& examiner, std::uint32_t steps, std::uint16_t mark) {
  Upload upload;
  const std::uint32_t channels = channels_of(examiner);
  upload.bytes.resize(std::size_t{2} * steps * channels);
  if (!upload.bytes.empty()) {
    upload.bytes[0] = static_cast<std::uint8_t>(mark & 0xFFU);
    upload.bytes[1] = static_cast<std::uint8_t>(mark >> 8);
  }
  upload.begin.set_object(v1::LINK_OBJECT_STIMULUS);
  upload.begin.set_size(upload.size());
  upload.begin.set_sha256(sha256_of(upload.bytes));
  upload.begin.mutable_shape()->set_steps(steps);
  upload.begin.mutable_shape()->set_input_channels(channels);
  return upload;
}

Upload some_stimulus(Examiner& examiner, std::uint16_t mark) {
  const Examiner::Preparing preparing(examiner);
  const std::size_t chunk = examiner.board().max_chunk();
  const std::uint32_t wanted = steps_for(3 * chunk + chunk / 2, std::size_t{2} * channels_of(examiner));
  const std::uint32_t steps = std::min(wanted, most_steps(examiner));
  examiner.expect(std::size_t{2} * steps * channels_of(examiner) > 2 * chunk,
                  "the board's memory for a stimulus holds no two chunks");
  return stimulus_of(examiner, steps, mark);
}

void send_chunks(Examiner& examiner, const Upload& upload, std::uint32_t from, std::uint32_t until) {
  const std::uint32_t most = std::max(examiner.board().max_chunk(), 1U);
  while (from < until && examiner.goes_on()) {
    const v1::LinkReply reply = examiner.ask(upload.chunk_request(from, std::min(most, until - from)));
    const std::uint32_t next = std::min(from + most, until);
    examiner.expect_status(reply, v1::LINK_STATUS_OK, "a chunk at next_offset");
    examiner.expect(reply.upload().next_offset() == next, "after {} bytes at {} next_offset is {}", next - from, from,
                    reply.upload().next_offset());
    from = next;
  }
}

void begin_and_send(Examiner& examiner, const Upload& upload, std::uint32_t until) {
  const Examiner::Preparing preparing(examiner);
  const v1::LinkReply reply = examiner.ask_ok(upload.begin_request(), "UploadBegin");
  send_chunks(examiner, upload, reply.upload().next_offset(), until);
}

void put(Examiner& examiner, const Upload& upload) {
  const v1::LinkReply begun = examiner.ask_ok(upload.begin_request(), "UploadBegin");
  if (!examiner.goes_on() || begun.upload().verdict() == v1::UPLOAD_VERDICT_MATCH) return;
  send_chunks(examiner, upload, begun.upload().next_offset(), upload.size());
  examiner.ask_ok(make_commit(), "UploadCommit");
}

void close_upload(Examiner& examiner) {
  const Examiner::Preparing preparing(examiner);
  put(examiner, stimulus_of(examiner, std::max(4U, examiner.board().limits().steps_min())));
}

void load(Examiner& examiner, std::uint32_t steps) {
  const Examiner::Preparing preparing(examiner);
  put(examiner, image_of(examiner));
  put(examiner, stimulus_of(examiner, steps));
}

v1::HeartbeatReply heartbeat(Examiner& examiner) {
  return examiner.ask_ok(make_heartbeat(), "Heartbeat").heartbeat();
}

v1::LinkRequest Trial::run_request() const {
  v1::LinkRequest run;
  *run.mutable_run() = request;
  return run;
}

std::size_t Trial::recorded_bytes() const {
  return sample_bytes * ((request.steps() + request.every() - 1) / std::max(request.every(), 1U));
}

Trial full_trial(Examiner& examiner, std::uint32_t steps) {
  Trial trial;
  const v1::LinkLimits& limits = examiner.board().limits();
  const auto columns = static_cast<std::uint32_t>(examiner.subject->geometry.columns);
  trial.request.set_run_id(examiner.fresh_run_id());
  trial.request.set_steps(std::max(steps, limits.steps_min()));
  trial.request.set_every(1);
  trial.request.set_seed(1);
  if (limits.trace_block_bytes() == 0) return trial;
  for (std::uint32_t i = 0; i < limits.scan_ranges(); ++i) {
    v1::ScanRange& range = *trial.request.add_scan();
    range.set_signal(static_cast<v1::ReadoutSignal>(v1::READOUT_SIGNAL_U + i % 6));
    range.set_count(columns);
    trial.sample_bytes += std::size_t{2} * columns;
  }
  return trial;
}

Trial short_trial(Examiner& examiner) {
  Trial trial = full_trial(examiner, 1);
  const std::size_t block = examiner.board().limits().trace_block_bytes();
  const std::uint32_t wanted = trial.sample_bytes == 0 ? 4 : steps_for(2 * block + block / 2, trial.sample_bytes) + 1;
  trial.request.set_steps(std::max(trial.request.steps(), std::min(wanted, most_steps(examiner))));
  return trial;
}

void start(Examiner& examiner, const Trial& trial) {
  const Examiner::Preparing preparing(examiner);
  examiner.ask_ok(trial.run_request(), "Run");
}

Trial start_lasting(Examiner& examiner) {
  const v1::LinkLimits& limits = examiner.board().limits();
  Trial trial = full_trial(examiner, 1);
  const std::uint32_t filling = steps_for(std::size_t{3} * limits.trace_ring_bytes() + 1, trial.sample_bytes);
  if (examiner.has_feature(v1::LINK_FEATURE_PAUSE) && trial.sample_bytes > 0 && filling < most_steps(examiner)) {
    trial.request.set_steps(std::max(filling, trial.request.steps()));
  } else {
    trial.request.set_settle_steps(limits.steps_max() - std::min(limits.steps_max(), trial.request.steps()));
  }
  load(examiner, trial.request.steps());
  start(examiner, trial);
  const Examiner::Preparing preparing(examiner);
  const v1::RunState state = heartbeat(examiner).state();
  examiner.expect(state == v1::RUN_STATE_RUNNING || state == v1::RUN_STATE_ARMED,
                  "a run of {} steps that settles for {} is {} at once", trial.request.steps(),
                  trial.request.settle_steps(), name_of(state));
  return trial;
}

v1::HeartbeatReply wait_for_end(Examiner& examiner) {
  v1::HeartbeatReply state = heartbeat(examiner);
  TimePoint progress = examiner.now();
  while (examiner.goes_on() && (state.state() == v1::RUN_STATE_RUNNING || state.state() == v1::RUN_STATE_ARMED)) {
    examiner.wait(std::min<Duration>(milliseconds(10), examiner.heartbeat_limit() / 8));
    const std::uint32_t before = state.steps_done();
    state = heartbeat(examiner);
    if (state.steps_done() != before) progress = examiner.now();
    examiner.expect(examiner.now() - progress < kStandstill, "the run stands still at step {}", state.steps_done());
  }
  return state;
}

std::vector<v1::TraceBlock> await_blocks(Examiner& examiner, std::size_t count) {
  std::vector<v1::TraceBlock> blocks;
  const Duration patience = kNoBlock + examiner.line_time(examiner.board().max_payload());
  while (blocks.size() < count && examiner.goes_on()) {
    const std::optional<v1::LinkEvent> event = examiner.next_event(examiner.now() + patience);
    if (!event) break;
    if (!event->has_trace_block()) continue;
    blocks.push_back(event->trace_block());
    if (blocks.back().last()) break;
  }
  return blocks;
}

std::optional<v1::TraceBlock> await_block(Examiner& examiner, std::uint32_t index) {
  while (examiner.goes_on()) {
    std::vector<v1::TraceBlock> blocks = await_blocks(examiner, 1);
    if (blocks.empty()) break;
    if (blocks[0].index() == index) return std::move(blocks[0]);
  }
  return std::nullopt;
}

std::vector<v1::TraceBlock> fetch_blocks(Examiner& examiner, const Trial& trial, bool release) {
  std::vector<v1::TraceBlock> blocks;
  const std::uint32_t run = trial.request.run_id();
  TimePoint progress = examiner.now();
  std::uint32_t steps = 0;
  while (examiner.goes_on() && !is_whole(blocks)) {
    const auto next = static_cast<std::uint32_t>(blocks.size());
    const v1::LinkReply reply =
        examiner.ask_ok(make_trace(run, next, kBlocksAtOnce, release ? next : 0), "a request for traces");
    if (reply.run_state().steps_done() != steps) progress = examiner.now();
    steps = reply.run_state().steps_done();
    for (v1::TraceBlock& block : await_blocks(examiner, kBlocksAtOnce)) {
      const bool is_new = std::ranges::find(blocks, block.index(), &v1::TraceBlock::index) == blocks.end();
      if (block.run_id() == run && is_new) blocks.push_back(std::move(block));
      progress = examiner.now();
    }
    examiner.expect(examiner.now() - progress < kStandstill, "no block behind {} comes, nor the last one",
                    blocks.size());
  }
  return blocks;
}

}  // namespace vle::conformance
