#include <vle/io/files.hpp>

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

void write_signal(const Traces& traces, std::int64_t position, Hdf5Writer& file) {
  const SignalTrace& signal = traces.signals[static_cast<std::size_t>(position)];
  const std::string place = fmt::format("/signals/{}/{}", signal.population, name_of(signal.signal));
  const std::vector<std::int64_t> shape{traces.batch, signal.samples, signal.neurons};
  if (signal.codes.empty()) {
    file.dataset(place, shape, signal.values);
  } else {
    file.dataset(place, shape, signal.codes);
    file.attribute(place, "scale", signal.scale.scale);
    file.attribute(place, "offset", signal.scale.offset);
    if (!signal.correction.empty()) file.attribute(place, "correction", signal.correction);
  }
  // Rates, potentials and errors of the model have no dimension.
  file.attribute(place, "unit", std::string("1"));
  file.attribute(place, "position", position);
}

Result<std::string> hdf5_bytes(const Traces& traces) {
  const Hdf5Session session;
  Hdf5Writer writer(session);
  writer.group("/signals");
  write_provenance(traces, writer);
  for (const SignalTrace& signal : traces.signals) {
    const std::string place = fmt::format("/signals/{}", signal.population);
    if (!writer.has(place)) writer.group(place);
  }
  for (std::size_t i = 0; i < traces.signals.size(); ++i) {
    write_signal(traces, static_cast<std::int64_t>(i), writer);
  }
  return writer.finish();
}

}  // namespace

Result<> write_traces_hdf5(const std::string& path, const Traces& traces) {
  const Result<std::string> bytes = hdf5_bytes(traces);
  if (!bytes) return fail(ErrorCode::kIo, "{}: cannot be written: {}", path, bytes.error().message);
  return write_file(path, *bytes);
}

}  // namespace vle::io
