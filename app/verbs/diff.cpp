#include <vle/io/files.hpp>

#include "verbs.hpp"

namespace vle::app {

Result<Outcome> run_diff(const Arguments& arguments, Console& console) {
  const auto map = read_map(arguments.text("MAP"));
  if (!map) return tl::unexpected(map.error());
  const auto other = read_map(arguments.text("OTHER"));
  if (!other) return tl::unexpected(other.error());
  const auto lines = diff_maps(*map, *other, static_cast<std::size_t>(arguments.count("--lines").value_or(40)));
  for (const std::string& line : lines) console.print("{}\n", line);
  if (lines.empty()) console.print("the maps are equal\n");
  return Outcome{lines.empty() ? ExitCode::kDone : ExitCode::kAnswerIsNo,
                 {{"equal", lines.empty()}, {"differences", lines}}};
}

}  // namespace vle::app
