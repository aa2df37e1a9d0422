#include "recording_list.hpp"

namespace vle::app {
namespace {

Result<Recording> parse_recording(std::string_view entry) {
  const auto dot = entry.rfind('.');
  const auto signal = dot == std::string_view::npos ? std::nullopt : find_signal(entry.substr(dot + 1));
  if (!signal || dot == 0) {
    std::string known;
    for (const Signal each : kSignals) known += fmt::format("{}{}", known.empty() ? "" : ", ", name_of(each));
    known += fmt::format(", {}", name_of(Signal::kEnergy));
    return fail(ErrorCode::kInvalidInput, "--record: \"{}\" is not of the form population.signal with a signal of {}",
                entry, known);
  }
  return Recording{std::string(entry.substr(0, dot)), *signal};
}

}  // namespace

Result<std::vector<Recording>> parse_recordings(std::string_view list) {
  std::vector<Recording> recordings;
  while (true) {
    const auto comma = list.find(',');
    auto recording = parse_recording(list.substr(0, comma));
    if (!recording) return tl::unexpected(recording.error());
    recordings.push_back(std::move(*recording));
    if (comma == std::string_view::npos) return recordings;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace vle::app
