#include <vle/io/files.hpp>

#include "../map_summary.hpp"
#include "verbs.hpp"

namespace vle::app {

Result<Outcome> run_dump(const Arguments& arguments, Console& console) {
  const auto map = read_map(arguments.text("MAP"));
  if (!map) return tl::unexpected(map.error());
  Outcome outcome{ExitCode::kDone, json_summary(*map)};
  if (arguments.has("--summary")) {
    console.write_text(text_summary(*map));
    return outcome;
  }
  std::string text = dump_map_text(*map);
  if (console.json()) {
    outcome.json["text"] = std::move(text);
  } else {
    console.write_text(text);
  }
  return outcome;
}

}  // namespace vle::app
