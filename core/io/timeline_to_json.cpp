#include <fmt/format.h>

#include <map>
#include <vle/io/timeline.hpp>

#include "atomic_file.hpp"

namespace vle {
namespace {

/// Threads of the viewer, one a unit and core, in order of appearance.
std::map<std::pair<std::string_view, std::uint32_t>, std::size_t> rows_of(const Timeline& timeline) {
  std::map<std::pair<std::string_view, std::uint32_t>, std::size_t> rows;
  for (const TimelineInterval& interval : timeline.intervals) {
    rows.try_emplace({interval.unit, interval.index}, rows.size() + 1);
  }
  return rows;
}

}  // namespace

std::string to_chrome_trace(const Timeline& timeline) {
  constexpr double kMicroseconds = 1e6;
  const double clock = timeline.clock_seconds * kMicroseconds;
  const auto rows = rows_of(timeline);
  std::string text = "{\"displayTimeUnit\": \"ns\", \"traceEvents\": [\n";
  for (const auto& [unit, row] : rows) {
    text += fmt::format(
        "{{\"ph\": \"M\", \"name\": \"thread_name\", \"pid\": 0, \"tid\": {}, \"args\": {{\"name\": \"{} {}\"}}}},\n",
        row, unit.first, unit.second);
  }
  std::string_view separator;
  for (const TimelineInterval& interval : timeline.intervals) {
    text += fmt::format(
        "{}{{\"ph\": \"X\", \"name\": \"{}\", \"cat\": \"{}\", \"pid\": 0, \"tid\": {}, \"ts\": {}, \"dur\": {}, "
        "\"args\": {{\"begin\": {}, \"clocks\": {}, \"events\": {}}}}}",
        separator, interval.work, interval.phase, rows.at({interval.unit, interval.index}),
        clock * static_cast<double>(interval.begin), clock * static_cast<double>(interval.end - interval.begin),
        interval.begin, interval.end - interval.begin, interval.events);
    separator = ",\n";
  }
  return text + "\n]}\n";
}

Result<> write_timeline(const std::string& path, const Timeline& timeline) {
  Result<io::AtomicFile> file = io::AtomicFile::create(path);
  if (!file) return tl::unexpected(file.error());
  if (Result<> written = file->append(to_chrome_trace(timeline)); !written) return written;
  return file->commit();
}

}  // namespace vle
