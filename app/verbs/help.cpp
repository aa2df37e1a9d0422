#include "../command_line.hpp"
#include "../reference_page.hpp"
#include "../verb_table.hpp"
#include "verbs.hpp"

namespace vle::app {

Result<Outcome> run_help(const Arguments& arguments, Console& console) {
  const auto name = arguments.find("VERB");
  const VerbRecord* verb = name ? find_verb(*name) : nullptr;
  if (name && verb == nullptr) {
    return fail(ErrorCode::kInvalidInput, "help: unknown verb \"{}\"; `vle --help` lists what there is", *name);
  }
  const std::string text = arguments.has("--markdown") ? reference_page() : help_text(verb);
  if (!console.json()) console.write_text(text);
  return Outcome{ExitCode::kDone, {{"help", text}}};
}

}  // namespace vle::app
