#include <algorithm>
#include <vle/io/traces.hpp>

#include "file_bytes.hpp"
#include "hdf5_read.hpp"
#include "trace_fields.hpp"

namespace vle {
namespace io {
namespace {

/// Reads a trace file that write_traces() wrote; what is missing or does not fit is an error.
class TraceReader {
 public:
  TraceReader(const Hdf5Reader& file, const std::string& path) : file_(file), path_(path) {}

  Result<Traces> read() {
    const std::optional<std::int64_t> version = file_.integer_attribute("/", "format_version");
    if (!version || *version != 1) {
      return fail(ErrorCode::kInvalidInput, "{}: is not a trace file of format version 1", path_);
    }
    read_provenance();
    if (!missing_.empty()) return fail(ErrorCode::kInvalidInput, "{}: the attribute {} is missing", path_, missing_);
    const Result<std::vector<std::string>> names = file_.datasets();
    if (!names) return tl::unexpected(names.error());
    std::vector<std::pair<std::int64_t, SignalTrace>> signals;
    for (const std::string& name : *names) {
      Result<SignalTrace> signal = read_signal(name);
      if (!signal) return tl::unexpected(signal.error());
      signals.emplace_back(file_.integer_attribute(name, "position").value_or(0), std::move(*signal));
    }
    std::stable_sort(signals.begin(), signals.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (auto& [position, signal] : signals) traces_.signals.push_back(std::move(signal));
    return std::move(traces_);
  }

 private:
  template <class T>
  T require(const std::optional<T>& value, const char* name) {
    if (!value && missing_.empty()) missing_ = name;
    return value.value_or(T{});
  }

  void read_provenance() {
    RunReport& report = traces_.report;
    for (const TextField& field : kTextFields)
      report.*field.field = require(file_.text_attribute("/", field.name), field.name);
    for (const CountField& field : kCountFields) {
      report.*field.field = require(file_.integer_attribute("/", field.name), field.name);
    }
    for (const RealField& field : kRealFields)
      report.*field.field = require(file_.real_attribute("/", field.name), field.name);
    report.chip_id = file_.unsigned_attribute("/", "chip_id");
    report.seed = require(file_.unsigned_attribute("/", "seed"), "seed");
    report.interrupted = file_.integer_attribute("/", "interrupted").value_or(0) != 0;
    traces_.dt = require(file_.real_attribute("/", "dt_seconds"), "dt_seconds");
    traces_.every = require(file_.integer_attribute("/", "every"), "every");
    traces_.batch = require(file_.integer_attribute("/", "batch"), "batch");
    report.batch = traces_.batch;
    for (const CountTable& table : kCountTables) {
      for (const std::string& name : file_.attribute_names(table.group)) {
        (report.*table.field)[name] = file_.integer_attribute(table.group, name).value_or(0);
      }
    }
    for (const std::string& name : file_.attribute_names(kEnergyGroup)) {
      report.energy_joules[name] = file_.real_attribute(kEnergyGroup, name).value_or(0);
    }
  }

  // `name` is signals/POPULATION/SIGNAL.
  Result<SignalTrace> read_signal(const std::string& name) const {
    const std::size_t first = name.find('/');
    const std::size_t last = name.rfind('/');
    const std::optional<Signal> signal =
        last == first ? std::nullopt : find_signal(std::string_view(name).substr(last + 1));
    if (!signal || name.substr(0, first) != "signals") {
      return fail(ErrorCode::kInvalidInput, "{}: data set \"{}\" is not /signals/POPULATION/SIGNAL", path_, name);
    }
    SignalTrace trace;
    trace.population = name.substr(first + 1, last - first - 1);
    trace.signal = *signal;
    const Result<Hdf5Handle> dataset = file_.open_dataset(name);
    if (!dataset) return tl::unexpected(dataset.error());
    const Result<std::vector<std::int64_t>> shape = file_.shape_of(*dataset, name);
    if (!shape) return tl::unexpected(shape.error());
    if (shape->size() != 3 || shape->front() != traces_.batch) {
      return fail(ErrorCode::kInvalidInput,
                  "{}: data set \"{}\" is not of shape batch x samples x neurons with batch {}", path_, name,
                  traces_.batch);
    }
    trace.samples = (*shape)[1];
    trace.neurons = (*shape)[2];
    if (!file_.is_integer(*dataset)) {
      Result<std::vector<double>> values = file_.read_doubles(*dataset, name);
      if (!values) return tl::unexpected(values.error());
      trace.values = std::move(*values);
      return trace;
    }
    Result<std::vector<std::int32_t>> codes = file_.read_integers(*dataset, name);
    if (!codes) return tl::unexpected(codes.error());
    trace.codes = std::move(*codes);
    const std::optional<double> scale = file_.real_attribute(name, "scale");
    const std::optional<double> offset = file_.real_attribute(name, "offset");
    if (!scale || !offset) {
      return fail(ErrorCode::kInvalidInput, "{}: data set \"{}\" holds codes without scale and offset", path_, name);
    }
    trace.scale = {*scale, *offset};
    trace.correction = file_.real_attributes(name, "correction");
    trace.gain = file_.real_attributes(name, "gain");
    for (const auto& [values, what] : {std::pair(&trace.gain, "gains"), std::pair(&trace.correction, "corrections")}) {
      if (values->empty() || values->size() == static_cast<std::size_t>(trace.neurons)) continue;
      return fail(ErrorCode::kInvalidInput, "{}: data set \"{}\" has {} {} for {} neurons", path_, name, values->size(),
                  what, trace.neurons);
    }
    return trace;
  }

  const Hdf5Reader& file_;
  const std::string& path_;
  Traces traces_;
  std::string missing_;
};

}  // namespace
}  // namespace io

Result<Traces> read_traces(const std::string& path) {
  if (io::extension_of(path) != ".h5") {
    return fail(ErrorCode::kInvalidInput, "{}: traces are read from .h5 files; a .csv does not hold all of them", path);
  }
  const io::Hdf5Session session;
  const Result<io::Hdf5Reader> file = io::Hdf5Reader::open(session, path);
  if (!file) return tl::unexpected(file.error());
  return io::TraceReader(*file, path).read();
}

}  // namespace vle
