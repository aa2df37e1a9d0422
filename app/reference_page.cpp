#include "reference_page.hpp"

#include <fmt/format.h>

#include "backend_uri.hpp"
#include "verb_table.hpp"

namespace vle::app {
namespace {

std::string optional_words(bool required, std::string_view words) {
  return required ? fmt::format(" {}", words) : fmt::format(" [{}]", words);
}

std::string usage(const VerbRecord& verb) {
  std::string line = fmt::format("vle {}", verb.name);
  for (const ArgumentRecord& argument : verb.arguments) {
    line += optional_words(argument.required,
                           argument.repeats ? fmt::format("{}...", argument.name) : std::string(argument.name));
  }
  for (const OptionRecord& option : verb.options) {
    const std::string_view name = option.short_name.empty() ? option.name : option.short_name;
    const std::string words =
        option.kind == OptionRecord::Kind::kFlag ? std::string(name) : fmt::format("{} {}", name, option.value);
    line += optional_words(option.required, words);
  }
  return line;
}

std::string option_cell(const OptionRecord& option) {
  std::string words(option.name);
  if (!option.short_name.empty()) words = fmt::format("{}, {}", option.short_name, option.name);
  if (option.kind != OptionRecord::Kind::kFlag) words += fmt::format(" {}", option.value);
  return fmt::format("`{}`{}", words, option.required ? " (required)" : "");
}

std::string section(const VerbRecord& verb) {
  std::string text =
      fmt::format("\n## vle {}\n\n{}.\n\n    {}\n\n| argument | |\n|---|---|\n", verb.name, verb.summary, usage(verb));
  for (const ArgumentRecord& argument : verb.arguments) {
    text += fmt::format("| `{}` | {} |\n", argument.name, argument.help);
  }
  for (const OptionRecord& option : verb.options)
    text += fmt::format("| {} | {} |\n", option_cell(option), option.help);
  if (!verb.answers_no.empty()) text += fmt::format("\nExit code 1: {}.\n", verb.answers_no);
  return text;
}

}  // namespace

std::string reference_page() {
  std::string text =
      "# The `vle` program\n\n"
      "This page is printed by `vle help --markdown`; the text comes from the table of verbs in "
      "`app/verb_table.cpp`.\n\n"
      "Every verb takes `--help`, and `--json`: then stdout holds exactly one JSON object, on failure\n"
      "`{\"error\": {\"code\": ..., \"message\": ...}}`, and everything for people goes to stderr.\n\n"
      "| exit code | meaning |\n|---|---|\n";
  for (const ExitCodeRecord& record : kExitCodes) {
    text += fmt::format("| {} | {} |\n", static_cast<int>(record.code), record.meaning);
  }
  text += "\n## Backends\n\n| URI | |\n|---|---|\n";
  for (const SchemeRecord& record : kSchemes) text += fmt::format("| `{}` | {} |\n", record.form, record.meaning);
  for (const VerbRecord& verb : verb_table()) text += section(verb);
  return text;
}

}  // namespace vle::app
