#pragma once

#include <string>
#include <vector>

#include "arguments.hpp"
#include "verb.hpp"

namespace vle::app {

/// What the user asked for: a verb, or one of the questions that the program answers itself.
struct Invocation {
  const VerbRecord* verb = nullptr;
  Arguments arguments;
  std::string answer;  ///< text of --help or --version; then there is no verb
  bool is_version = false;
};

/// True where --json stands among the arguments; known before they are understood, so that a failure can be told in
/// JSON.
bool asks_for_json(const std::vector<std::string>& arguments);

/// Understands the words after the program's name by the verb table. The error says what is wrong and what was meant.
[[nodiscard]] Result<Invocation> parse_command_line(const std::vector<std::string>& arguments);

/// Help of the program (null) or of a verb.
std::string help_text(const VerbRecord* verb);

}  // namespace vle::app
