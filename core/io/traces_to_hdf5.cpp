#include <algorithm>
#include <bit>
#include <utility>
#include <vle/io/traces.hpp>

#include "atomic_file.hpp"
#include "hdf5_write.hpp"
#include "trace_fields.hpp"
#include "trace_writers.hpp"

namespace vle::io {
namespace {

void write_provenance(const Traces& traces, Hdf5Writer& file) {
  const RunReport& report = traces.report;
  file.attribute("/", "format_version", std::int64_t{1});
  file.attribute("/", "tool_version", std::string(VLE_VERSION));
  for (const TextField& field : kTextFields) file.attribute("/", field.name, report.*field.field);
  for (const CountField& field : kCountFields) file.attribute("/", field.name, report.*field.field);
  for (const RealField& field : kRealFields) file.attribute("/", field.name, report.*field.field);
  if (report.chip_id) file.attribute("/", "chip_id", *report.chip_id);
  file.attribute("/", "seed", report.seed);
  file.attribute("/", "interrupted", std::int64_t{report.interrupted ? 1 : 0});
  file.attribute("/", "dt_seconds", traces.dt);
  file.attribute("/", "every", traces.every);
  file.attribute("/", "batch", traces.batch);
  for (const CountTable& table : kCountTables) {
    file.group(table.group);
    for (const auto& [name, count] : report.*table.field) file.attribute(table.group, name, count);
  }
  file.group(kEnergyGroup);
  for (const auto& [name, joules] : report.energy_joules) file.attribute(kEnergyGroup, name, joules);
}

std::string place_of(const SignalTrace& signal) {
  return fmt::format("/signals/{}/{}", signal.population, name_of(signal.signal));
}

/// Bytes of a file of these traces, at most.
double most_bytes(const Traces& traces) {
  constexpr double kTables = 65536;
  constexpr double kTable = 4096;
  double bytes = kTables;
  for (const SignalTrace& signal : traces.signals) {
    const double elements =
        static_cast<double>(traces.batch) * static_cast<double>(signal.samples) + 2;  // + correction, gain
    bytes += kTable + elements * static_cast<double>(signal.neurons) * sizeof(double);
  }
  return bytes;
}

/// Samples are written by this class into the places that the library gave them, so that they may come in any order and
/// from any thread.
class Hdf5TraceFile final : public TraceFile {
 public:
  Hdf5TraceFile(std::string path, AtomicFile file) : path_(std::move(path)), file_(std::move(file)) {}

  Result<> begin(const Traces& traces, SampleKind kind) override {
    return lay_out(traces, std::vector<SampleKind>(traces.signals.size(), kind));
  }
  Result<> take(std::int64_t trial, std::int64_t first, std::span<const SignalTrace> window) override;
  Result<> finish(const Traces& traces) override;

  Result<> lay_out(const Traces& traces, const std::vector<SampleKind>& kinds);

 private:
  struct Place {
    SampleKind kind = SampleKind::kValues;
    std::int64_t samples = 0;
    std::int64_t neurons = 0;
    std::int64_t first_byte = 0;

    std::int64_t sample_bytes() const { return neurons * (kind == SampleKind::kCodes ? 4 : 8); }
    std::int64_t of(std::int64_t trial, std::int64_t sample) const {
      return first_byte + (trial * samples + sample) * sample_bytes();
    }
  };

  Result<> copy_to(Hdf5TraceFile& shorter) const;
  Result<> write_tables(const Traces& traces) const;
  tl::unexpected<Error> failure(const Error& error) const {
    return fail(ErrorCode::kIo, "{}: cannot be written: {}", path_, error.message);
  }

  std::string path_;
  AtomicFile file_;
  std::int64_t batch_ = 0;
  std::vector<Place> places_;
};

Result<> Hdf5TraceFile::lay_out(const Traces& traces, const std::vector<SampleKind>& kinds) {
  constexpr double kMost = 9e18;
  const double most = most_bytes(traces);
  if (!(most < kMost)) return fail(ErrorCode::kInvalidInput, "{}: {:.2g} bytes are too many for a file", path_, most);
  const auto bytes = static_cast<std::int64_t>(most);
  if (Result<> reserved = file_.reserve(bytes); !reserved) return reserved;
  const Hdf5Session session;
  Hdf5Writer writer(session, file_.temporary(), Hdf5Writer::Begin::kEmpty);
  writer.group("/signals");
  batch_ = traces.batch;
  for (std::size_t k = 0; k < traces.signals.size(); ++k) {
    const SignalTrace& signal = traces.signals[k];
    const std::int64_t first_byte =
        writer.dataset(place_of(signal), {traces.batch, signal.samples, signal.neurons}, kinds[k]);
    places_.push_back({kinds[k], signal.samples, signal.neurons, first_byte});
  }
  if (Result<> done = writer.finish(); !done) return failure(done.error());
  // The library made the file as long as its tables are.
  return file_.reserve(bytes);
}

Result<> Hdf5TraceFile::take(std::int64_t trial, std::int64_t first, std::span<const SignalTrace> window) {
  static_assert(std::endian::native == std::endian::little, "the file holds samples as they lie in memory");
  for (std::size_t k = 0; k < places_.size(); ++k) {
    const SignalTrace& given = window[k];
    const auto* bytes = places_[k].kind == SampleKind::kCodes ? reinterpret_cast<const char*>(given.codes.data())
                                                              : reinterpret_cast<const char*>(given.values.data());
    const auto count = static_cast<std::size_t>(given.samples * places_[k].sample_bytes());
    if (Result<> written = file_.write_at(places_[k].of(trial, first), {bytes, count}); !written) return written;
  }
  return {};
}

Result<> Hdf5TraceFile::copy_to(Hdf5TraceFile& shorter) const {
  std::vector<char> part(std::size_t{1} << 20);
  for (std::size_t k = 0; k < places_.size(); ++k) {
    const Place& to = shorter.places_[k];
    const std::int64_t trial_bytes = to.samples * to.sample_bytes();
    for (std::int64_t trial = 0; trial < shorter.batch_; ++trial) {
      for (std::int64_t done = 0; done < trial_bytes; done += static_cast<std::int64_t>(part.size())) {
        const auto count =
            static_cast<std::size_t>(std::min(trial_bytes - done, static_cast<std::int64_t>(part.size())));
        if (Result<> got = file_.read_at(places_[k].of(trial, 0) + done, {part.data(), count}); !got) return got;
        if (Result<> put = shorter.file_.write_at(to.of(trial, 0) + done, {part.data(), count}); !put) return put;
      }
    }
  }
  return {};
}

Result<> Hdf5TraceFile::write_tables(const Traces& traces) const {
  const Hdf5Session session;
  Hdf5Writer writer(session, file_.temporary(), Hdf5Writer::Begin::kWhereItEnded);
  write_provenance(traces, writer);
  for (std::size_t k = 0; k < traces.signals.size(); ++k) {
    const SignalTrace& signal = traces.signals[k];
    const std::string place = place_of(signal);
    if (places_[k].kind == SampleKind::kCodes) {
      writer.attribute(place, "scale", signal.scale.scale);
      writer.attribute(place, "offset", signal.scale.offset);
      if (!signal.correction.empty()) writer.attribute(place, "correction", signal.correction);
      if (!signal.gain.empty()) writer.attribute(place, "gain", signal.gain);
    }
    // Rates, potentials and errors of the model have no dimension.
    writer.attribute(place, "unit", std::string("1"));
    writer.attribute(place, "position", static_cast<std::int64_t>(k));
  }
  const Result<> done = writer.finish();
  return done ? done : failure(done.error());
}

Result<> Hdf5TraceFile::finish(const Traces& traces) {
  const bool is_shorter =
      traces.batch < batch_ || (!places_.empty() && traces.signals.front().samples < places_.front().samples);
  if (!is_shorter) {
    if (Result<> written = write_tables(traces); !written) return written;
    return file_.commit();
  }
  Result<AtomicFile> file = AtomicFile::create(path_);
  if (!file) return tl::unexpected(file.error());
  Hdf5TraceFile shorter(path_, std::move(*file));
  std::vector<SampleKind> kinds;
  for (const Place& place : places_) kinds.push_back(place.kind);
  if (Result<> begun = shorter.lay_out(traces, kinds); !begun) return begun;
  if (Result<> copied = copy_to(shorter); !copied) return copied;
  return shorter.finish(traces);
}

/// The samples of one trial of `trace`.
SignalTrace trial_of(const SignalTrace& trace, std::int64_t trial) {
  SignalTrace own{trace.population, trace.signal, trace.neurons, trace.samples, {}, {}, trace.scale};
  const std::int64_t count = trace.samples * trace.neurons;
  const std::int64_t first = trial * count;
  if (!trace.codes.empty()) own.codes.assign(trace.codes.begin() + first, trace.codes.begin() + first + count);
  if (!trace.values.empty()) own.values.assign(trace.values.begin() + first, trace.values.begin() + first + count);
  return own;
}

Result<std::unique_ptr<Hdf5TraceFile>> make_trace_file(const std::string& path) {
  Result<AtomicFile> file = AtomicFile::create(path);
  if (!file) return tl::unexpected(file.error());
  return std::make_unique<Hdf5TraceFile>(path, std::move(*file));
}

}  // namespace

Result<> write_traces_hdf5(const std::string& path, const Traces& traces) {
  const auto file = make_trace_file(path);
  if (!file) return tl::unexpected(file.error());
  std::vector<SampleKind> kinds;
  for (const SignalTrace& trace : traces.signals) {
    kinds.push_back(trace.codes.empty() ? SampleKind::kValues : SampleKind::kCodes);
  }
  if (Result<> begun = (*file)->lay_out(traces, kinds); !begun) return begun;
  for (std::int64_t trial = 0; trial < traces.batch; ++trial) {
    std::vector<SignalTrace> window;
    for (const SignalTrace& trace : traces.signals) window.push_back(trial_of(trace, trial));
    if (Result<> taken = (*file)->take(trial, 0, window); !taken) return taken;
  }
  return (*file)->finish(traces);
}

}  // namespace vle::io

namespace vle {

Result<std::unique_ptr<TraceFile>> create_trace_file(const std::string& path) {
  auto file = io::make_trace_file(path);
  if (!file) return tl::unexpected(file.error());
  return std::unique_ptr<TraceFile>(std::move(*file));
}

}  // namespace vle
