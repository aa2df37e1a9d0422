#include <openssl/rand.h>

#include <algorithm>
#include <vle/backend/map_traces.hpp>
#include <vle/backend/stimulus_codes.hpp>
#include <vle/backend/trace_sink.hpp>
#include <vle/link/link_backend.hpp>

#include "record.hpp"
#include "run_counters.hpp"
#include "scan_plan.hpp"
#include "scan_reader.hpp"
#include "session.hpp"
#include "trace_stream.hpp"
#include "upload.hpp"

namespace vle::link {
namespace {

constexpr int kWireBits = 16;  // of a code on the link

std::uint64_t draw_nonce() {
  std::uint64_t nonce = 0;
  while (nonce == 0) {
    const int drawn = RAND_bytes(reinterpret_cast<unsigned char*>(&nonce), sizeof nonce);
    VLE_CHECK(drawn == 1, "the system's random source gives {}", drawn);
  }
  return nonce;
}

/// The codes of a trial in the order of the wire.
std::vector<std::uint8_t> wire_bytes(const StimulusCodes& stimulus) {
  std::vector<std::uint8_t> bytes = little_endian<std::int32_t>(stimulus.inputs);
  const std::vector<std::uint8_t> targets = little_endian<std::int32_t>(stimulus.targets);
  bytes.insert(bytes.end(), targets.begin(), targets.end());
  return bytes;
}

class BoardBackend final : public LinkBackend {
 public:
  BoardBackend(std::unique_ptr<Medium> medium, const LinkOptions& options)
      : medium_(std::move(medium)),
        session_(*medium_, options.patience, options.client_nonce),
        next_run_(static_cast<std::uint32_t>(options.client_nonce >> 33) | 1U) {}

  Result<> open() { return session_.open(); }

  DeviceInfo info() const override {
    const v1::HelloReply& board = session_.board();
    return {"link", board.target(), board.target_hash(), board.chip_id(), false, true, has_registers()};
  }

  Result<std::string> fetch_target() override;
  Result<> load(std::shared_ptr<const Network>) override {
    return fail(ErrorCode::kUnsupported, "{}: boards run compiled networks; compile for {} first", session_.name(),
                session_.board().target());
  }
  Result<> load(std::shared_ptr<const ParameterMap> map) override;
  Result<Traces> run(const Stimulus& stimulus, const RunOptions& options) override;
  Result<> write_registers(std::span<const RegisterWrite> writes) override;
  Result<std::vector<std::uint16_t>> read_registers(std::uint32_t address, std::uint32_t count) override;

 private:
  bool has_registers() const { return (session_.board().features() >> v1::LINK_FEATURE_REGISTERS & 1U) != 0; }
  std::size_t image_words() const { return map_ ? map_->image.size() : 0; }
  Result<> check_map(const ParameterMap& map) const;
  Result<> check_limits(const Stimulus& stimulus, const RunOptions& options) const;
  Result<> upload_stimulus(const StimulusCodes& stimulus);
  v1::RunRequest make_run(const Stimulus& stimulus, const RunOptions& options, std::int64_t trial,
                          const ScanPlan& scan);
  Result<std::int64_t> run_trial(const Stimulus& stimulus, const RunOptions& options, std::int64_t trial,
                                 const ScanPlan& scan, TraceWindow& window, RunReport& report);

  std::unique_ptr<Medium> medium_;
  Session session_;
  std::shared_ptr<const ParameterMap> map_;
  std::uint32_t next_run_;
};

Result<std::string> BoardBackend::fetch_target() {
  std::string target;
  while (true) {
    v1::LinkRequest request;
    request.mutable_get_target()->set_offset(static_cast<std::uint32_t>(target.size()));
    const Result<v1::LinkReply> reply = session_.ask(std::move(request));
    if (!reply) return tl::unexpected(reply.error());
    const v1::GetTargetReply& part = reply->get_target();
    if (part.offset() != target.size() || (part.data().empty() && target.size() < part.total_size())) {
      return fail(ErrorCode::kDevice, "{}: the board gives its target with gaps, at {} of {} bytes", session_.name(),
                  target.size(), part.total_size());
    }
    target += part.data();
    if (target.size() < part.total_size()) continue;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(target.data());
    if (sha256_of({bytes, target.size()}) == part.sha256()) return target;
    return fail(ErrorCode::kDevice, "{}: the target that the board gives does not have the hash that it gives",
                session_.name());
  }
}

Result<> BoardBackend::check_map(const ParameterMap& map) const {
  const v1::HelloReply& board = session_.board();
  if (Result<> ok = vle::check_map(map, info(), "the board " + session_.name()); !ok) return ok;
  if (map.target.input_dac.bits > kWireBits || map.target.readout_adc.bits > kWireBits) {
    return fail(ErrorCode::kUnsupported, "target {} has converters of more than {} bits; a link carries no more",
                map.target.name, kWireBits);
  }
  if (map.image.size() > board.limits().image_words()) {
    return fail(ErrorCode::kUnsupported, "{}: the image has {} registers; the board holds {}", session_.name(),
                map.image.size(), board.limits().image_words());
  }
  return {};
}

Result<> BoardBackend::load(std::shared_ptr<const ParameterMap> map) {
  if (Result<> ok = check_map(*map); !ok) return ok;
  v1::UploadBeginRequest announced;
  announced.set_object(v1::LINK_OBJECT_IMAGE);
  v1::ImageGeometry& geometry = *announced.mutable_geometry();
  geometry.set_cores(static_cast<std::uint32_t>(map->geometry.cores));
  geometry.set_rows(static_cast<std::uint32_t>(map->geometry.rows));
  geometry.set_columns(static_cast<std::uint32_t>(map->geometry.columns));
  geometry.set_input_channels(static_cast<std::uint32_t>(map->geometry.input_channels));
  geometry.set_target_channels(static_cast<std::uint32_t>(map->geometry.target_channels));
  geometry.set_link_channels(static_cast<std::uint32_t>(map->geometry.link_channels));
  std::vector<std::uint8_t> storage;
  if (Result<> sent = upload(session_, announced, wire_view(map->image, storage)); !sent) return sent;
  map_ = std::move(map);
  return {};
}

Result<> BoardBackend::write_registers(std::span<const RegisterWrite> writes) {
  if (!has_registers()) return Backend::write_registers(writes);
  for (const RegisterWrite& write : writes) {
    if (Result<> ok = check_registers(write.address, write.words.size(), image_words(), true); !ok) return ok;
  }
  const std::size_t most = std::max<std::size_t>(session_.board().limits().register_words(), 1);
  for (const RegisterWrite& write : writes) {
    for (std::size_t begin = 0; begin < write.words.size(); begin += most) {
      const std::span<const std::uint16_t> words(write.words);
      const std::vector<std::uint8_t> bytes = little_endian(words.subspan(begin, std::min(most, words.size() - begin)));
      v1::LinkRequest request;
      request.mutable_write_registers()->set_address(write.address + static_cast<std::uint32_t>(begin));
      request.mutable_write_registers()->set_words(bytes.data(), bytes.size());
      if (const auto reply = session_.ask(std::move(request)); !reply) {
        // Some may be written, some not. Nothing runs on that: the map has to be loaded again.
        map_.reset();
        return tl::unexpected(reply.error());
      }
    }
  }
  return {};
}

Result<std::vector<std::uint16_t>> BoardBackend::read_registers(std::uint32_t address, std::uint32_t count) {
  if (!has_registers()) return Backend::read_registers(address, count);
  if (Result<> ok = check_registers(address, count, image_words(), false); !ok) return tl::unexpected(ok.error());
  const std::uint32_t most = std::max<std::uint32_t>(session_.board().limits().register_words(), 1);
  std::vector<std::uint16_t> words;
  while (words.size() < count) {
    v1::LinkRequest request;
    const auto done = static_cast<std::uint32_t>(words.size());
    const std::uint32_t part = std::min(most, count - done);
    request.mutable_read_registers()->set_address(address + done);
    request.mutable_read_registers()->set_count(part);
    const Result<v1::LinkReply> reply = session_.ask(std::move(request));
    if (!reply) return tl::unexpected(reply.error());
    const std::string& bytes = reply->read_registers().words();
    if (bytes.size() != 2 * std::size_t{part}) {
      return fail(ErrorCode::kDevice, "{}: asked for {} registers, the board gives {} bytes", session_.name(), part,
                  bytes.size());
    }
    for (std::size_t i = 0; i < bytes.size(); i += 2) {
      words.push_back(static_cast<std::uint16_t>(static_cast<std::uint8_t>(bytes[i]) |
                                                 static_cast<std::uint8_t>(bytes[i + 1]) << 8));
    }
  }
  return words;
}

Result<> BoardBackend::check_limits(const Stimulus& stimulus, const RunOptions& options) const {
  const v1::LinkLimits& limits = session_.board().limits();
  const std::int64_t steps = stimulus.steps + options.settle_steps;
  if (steps < limits.steps_min() || steps > limits.steps_max()) {
    return fail(ErrorCode::kUnsupported, "{}: a run of {} steps, settling included; the board takes {} to {}",
                session_.name(), steps, limits.steps_min(), limits.steps_max());
  }
  const std::int64_t channels = stimulus.input_channels + (stimulus.targets.empty() ? 0 : stimulus.target_channels);
  if (2 * stimulus.steps * channels > limits.stimulus_bytes()) {
    return fail(ErrorCode::kUnsupported, "{}: the stimulus of a trial takes {} bytes; the board holds {}; split it",
                session_.name(), 2 * stimulus.steps * channels, limits.stimulus_bytes());
  }
  if (stimulus.batch + options.first_trial > std::int64_t{0xFFFFFFFF}) {
    return fail(ErrorCode::kUnsupported, "{}: trial numbers on a link have 32 bits", session_.name());
  }
  return {};
}

Result<> BoardBackend::upload_stimulus(const StimulusCodes& stimulus) {
  v1::UploadBeginRequest announced;
  announced.set_object(v1::LINK_OBJECT_STIMULUS);
  announced.mutable_shape()->set_steps(static_cast<std::uint32_t>(stimulus.steps));
  announced.mutable_shape()->set_input_channels(static_cast<std::uint32_t>(stimulus.input_channels));
  announced.mutable_shape()->set_target_channels(static_cast<std::uint32_t>(stimulus.target_channels));
  return upload(session_, announced, wire_bytes(stimulus));
}

v1::RunRequest BoardBackend::make_run(const Stimulus& stimulus, const RunOptions& options, std::int64_t trial,
                                      const ScanPlan& scan) {
  v1::RunRequest run;
  run.set_run_id(next_run_++);
  run.set_steps(static_cast<std::uint32_t>(stimulus.steps));
  run.set_settle_steps(static_cast<std::uint32_t>(options.settle_steps));
  run.set_every(static_cast<std::uint32_t>(options.every));
  run.set_nudging(!stimulus.targets.empty() && stimulus.target_channels > 0);
  run.set_seed(options.seed);
  run.set_trial(static_cast<std::uint32_t>(options.first_trial + trial));
  for (const ColumnRange& range : scan.ranges) {
    v1::ScanRange& scanned = *run.add_scan();
    scanned.set_signal(static_cast<v1::ReadoutSignal>(static_cast<int>(range.signal) + v1::READOUT_SIGNAL_U));
    scanned.set_core(range.core);
    scanned.set_first_column(range.first_column);
    scanned.set_count(range.count);
  }
  return run;
}

Result<std::int64_t> BoardBackend::run_trial(const Stimulus& stimulus, const RunOptions& options, std::int64_t trial,
                                             const ScanPlan& scan, TraceWindow& window, RunReport& report) {
  const StimulusCodes codes = encode_stimulus(*map_, stimulus, trial);
  if (Result<> sent = upload_stimulus(codes); !sent) return tl::unexpected(sent.error());
  const std::int64_t steps = options.settle_steps + stimulus.steps;
  const std::int64_t samples = (stimulus.steps + options.every - 1) / options.every;
  ScanReader reader(scan, window);
  const auto take = [&](std::span<const std::uint8_t> bytes) -> Result<> {
    if (Result<> taken = reader.take(bytes); !taken) return taken;
    const std::int64_t done = options.settle_steps + std::min(reader.samples() * options.every, stimulus.steps);
    if (options.progress) options.progress(trial * steps + done, stimulus.batch * steps);
    return {};
  };
  const Result<RunOutcome> outcome =
      stream_run(session_, make_run(stimulus, options, trial, scan),
                 static_cast<std::size_t>(samples) * 2 * scan.sample_codes, options.stop, take);
  if (!outcome) return tl::unexpected(outcome.error());
  if (Result<> given = window.flush(); !given) return tl::unexpected(given.error());
  const std::int64_t done =
      outcome->stopped ? std::min(reader.samples() * options.every, stimulus.steps) : stimulus.steps;
  add_counters(outcome->state, report);
  add_clipped(codes, options.settle_steps, done, report);
  return done;
}

Result<Traces> BoardBackend::run(const Stimulus& stimulus, const RunOptions& options) {
  if (Result<> ok = check_map_run(map_.get(), stimulus, options, info()); !ok) return tl::unexpected(ok.error());
  if (Result<> ok = check_limits(stimulus, options); !ok) return tl::unexpected(ok.error());
  const Result<ScanPlan> scan =
      plan_scan(*map_, recordings_of(*map_, options), session_.board().limits().scan_ranges());
  if (!scan) return tl::unexpected(scan.error());
  Traces traces = make_map_traces(*map_, stimulus, options);
  TraceMemory memory;
  TraceSink& sink = options.sink != nullptr ? *options.sink : memory;
  if (Result<> begun = sink.begin(traces, SampleKind::kCodes); !begun) return tl::unexpected(begun.error());
  std::vector<std::int64_t> steps(static_cast<std::size_t>(stimulus.batch), 0);
  for (std::int64_t trial = 0; trial < stimulus.batch && !options.stop.stop_requested(); ++trial) {
    TraceWindow window(traces, SampleKind::kCodes, trial, sink);
    const Result<std::int64_t> done = run_trial(stimulus, options, trial, *scan, window, traces.report);
    if (!done) return tl::unexpected(done.error());
    steps[static_cast<std::size_t>(trial)] = *done;
    if (*done < stimulus.steps) break;
  }
  keep_done(traces, steps, stimulus.steps);
  if (options.sink == nullptr) memory.move_into(traces);
  RunReport& report = traces.report;
  report.backend = "link";
  report.chip_id = session_.board().chip_id();
  const std::int64_t played = options.settle_steps + report.steps;
  report.model_seconds = static_cast<double>(played) * map_->timing.dt;
  report.substeps = played * map_->timing.substeps_per_step;
  report.device_seconds =
      static_cast<double>(report.cycles["bus"] + report.cycles["analog"]) * map_->target.clock_period.value;
  return traces;
}

}  // namespace

Result<std::unique_ptr<LinkBackend>> open_link(std::unique_ptr<Medium> medium, const LinkOptions& given) {
  LinkOptions options = given;
  if (options.client_nonce == 0) options.client_nonce = draw_nonce();
  if (!options.record.empty()) {
    auto recording = make_recording_medium(std::move(medium), options.record, options.client_nonce);
    if (!recording) return tl::unexpected(recording.error());
    medium = std::move(*recording);
  }
  auto backend = std::make_unique<BoardBackend>(std::move(medium), options);
  if (Result<> opened = backend->open(); !opened) return tl::unexpected(opened.error());
  return std::unique_ptr<LinkBackend>(std::move(backend));
}

Result<std::unique_ptr<LinkBackend>> open_link(const LinkUri& uri, const LinkOptions& options) {
  if (const auto* replay = std::get_if<ReplayUri>(&uri)) {
    Result<LinkRecord> record = read_link_record(replay->file);
    if (!record) return tl::unexpected(record.error());
    LinkOptions same = options;
    same.client_nonce = record->client_nonce;
    return open_link(make_replay_medium(*record, to_string(uri)), same);
  }
  Result<std::unique_ptr<Medium>> medium = make_medium(uri);
  if (!medium) return tl::unexpected(medium.error());
  return open_link(std::move(*medium), options);
}

}  // namespace vle::link
