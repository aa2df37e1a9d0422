#include "command_line.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <map>

#include "backend_uri.hpp"
#include "verb_table.hpp"

namespace vle::app {
namespace {

/// A parser made from the table, and where its values land.
struct Parser {
  CLI::App app{"Compiler and emulator for neuromorphic hardware that runs Variational Latent Equilibrium networks",
               "vle"};
  std::map<const VerbRecord*, CLI::App*> verbs;
  std::map<CLI::App*, std::map<std::string_view, std::string>> values;  // stable addresses: CLI11 writes into them
};

std::string exit_code_lines(const VerbRecord* verb) {
  std::string lines = "\nExit codes:";
  for (const ExitCodeRecord& record : kExitCodes) {
    const bool is_no = record.code == ExitCode::kAnswerIsNo && verb != nullptr;
    if (is_no && verb->answers_no.empty()) continue;
    lines += fmt::format("\n  {:<5} {}", static_cast<int>(record.code), is_no ? verb->answers_no : record.meaning);
  }
  return lines;
}

std::string backend_lines(const VerbRecord& verb) {
  const bool has_backend = std::any_of(verb.options.begin(), verb.options.end(),
                                       [](const OptionRecord& option) { return option.name == "--backend"; });
  if (!has_backend) return "";
  std::string lines = "\nBackends:";
  for (const SchemeRecord& record : kSchemes) lines += fmt::format("\n  {}\n      {}", record.form, record.meaning);
  return lines + '\n';
}

constexpr std::string_view kJsonHelp = "print the result as one JSON object on stdout, and text on stderr";

/// A flag that is only counted.
void add_flag(CLI::App& app, const std::string& names, std::string_view help) {
  app.add_flag_function(
      names, [](std::int64_t) {}, std::string(help));
}

void add_verb(Parser& parser, const VerbRecord& verb) {
  CLI::App* sub = parser.app.add_subcommand(std::string(verb.name), std::string(verb.summary));
  parser.verbs[&verb] = sub;
  auto& values = parser.values[sub];
  sub->allow_extras();
  sub->footer(backend_lines(verb) + exit_code_lines(&verb));
  for (const ArgumentRecord& argument : verb.arguments) {
    CLI::Option* option = sub->add_option(std::string(argument.name), values[argument.name], std::string(argument.help))
                              ->required(argument.required)
                              ->type_name("");
    if (argument.repeats) option->expected(-1)->join(Arguments::kSeparator);
  }
  for (const OptionRecord& option : verb.options) {
    std::string names(option.name);
    if (!option.short_name.empty()) names = fmt::format("{},{}", option.short_name, option.name);
    if (option.kind == OptionRecord::Kind::kFlag) {
      sub->add_flag_function(
          names, [](std::int64_t) {}, std::string(option.help));
    } else {
      sub->add_option(names, values[option.name], std::string(option.help))
          ->required(option.required)
          ->type_name(std::string(option.value));
    }
  }
  add_flag(*sub, "--json", kJsonHelp);
}

void fill(Parser& parser) {
  parser.app.set_version_flag("--version", std::string("vle ") + VLE_VERSION, "print the version");
  add_flag(parser.app, "--json", kJsonHelp);
  parser.app.require_subcommand(0, 1);
  parser.app.allow_extras();
  parser.app.footer(exit_code_lines(nullptr) + "\n\n`vle VERB --help` explains a verb.");
  for (const VerbRecord& verb : verb_table()) add_verb(parser, verb);
}

std::string hint(std::string_view word, const std::vector<std::string_view>& candidates) {
  const std::string_view meant = nearest(word, candidates);
  return meant.empty() ? "" : fmt::format("; did you mean {}?", meant);
}

Result<> check_words(const CLI::App& app, const VerbRecord* verb) {
  const auto extras = app.remaining();
  if (extras.empty()) return {};
  const std::string& word = extras.front();
  if (verb == nullptr) {
    std::vector<std::string_view> names;
    for (const VerbRecord& record : verb_table()) names.push_back(record.name);
    return fail(ErrorCode::kInvalidInput, "unknown {} \"{}\"{}; `vle --help` lists what there is",
                word.starts_with('-') ? "option" : "verb", word, hint(word, names));
  }
  if (!word.starts_with('-')) {
    return fail(ErrorCode::kInvalidInput, "{}: one argument too many: \"{}\"; see `vle {} --help`", verb->name, word,
                verb->name);
  }
  std::vector<std::string_view> names{"--json", "--help"};
  for (const OptionRecord& option : verb->options) names.push_back(option.name);
  const std::string name = word.substr(0, word.find('='));
  return fail(ErrorCode::kInvalidInput, "{}: unknown option {}{}; see `vle {} --help`", verb->name, name,
              hint(name, names), verb->name);
}

Result<> check_value(const VerbRecord& verb, const OptionRecord& option, const std::string& value) {
  if (option.kind == OptionRecord::Kind::kCount) {
    const auto count = parse_count(value);
    if (!count || *count < option.least) {
      return fail(ErrorCode::kInvalidInput, "{}: {} is \"{}\"; it takes a whole number from {} to {}", verb.name,
                  option.name, value, option.least, std::numeric_limits<std::int64_t>::max());
    }
  }
  const bool is_positive = option.kind == OptionRecord::Kind::kPositive;
  if (is_positive || option.kind == OptionRecord::Kind::kNonNegative) {
    const auto number = parse_number(value);
    if (!number || *number < 0 || (is_positive && *number == 0)) {
      return fail(ErrorCode::kInvalidInput, "{}: {} is \"{}\"; it takes a finite number {}", verb.name, option.name,
                  value, is_positive ? "above 0" : "from 0");
    }
  }
  if (value.empty()) return fail(ErrorCode::kInvalidInput, "{}: {} is empty", verb.name, option.name);
  return {};
}

Result<Invocation> collect(Parser& parser, const VerbRecord& verb) {
  CLI::App& sub = *parser.verbs.at(&verb);
  Invocation invocation;
  invocation.verb = &verb;
  for (const ArgumentRecord& argument : verb.arguments) {
    if (sub.count(std::string(argument.name)) > 0) {
      invocation.arguments.set(argument.name, parser.values[&sub][argument.name]);
    }
  }
  for (const OptionRecord& option : verb.options) {
    if (sub.count(std::string(option.name)) == 0) continue;
    if (option.kind == OptionRecord::Kind::kFlag) {
      invocation.arguments.set(option.name, "1");
      continue;
    }
    const std::string& value = parser.values[&sub][option.name];
    if (auto checked = check_value(verb, option, value); !checked) return tl::unexpected(checked.error());
    invocation.arguments.set(option.name, value);
  }
  return invocation;
}

const VerbRecord* verb_of(const Parser& parser) {
  for (const auto& [verb, sub] : parser.verbs) {
    if (sub->parsed()) return verb;
  }
  return nullptr;
}

Result<Invocation> parse(Parser& parser, const std::vector<std::string>& arguments) {
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());  // the order that CLI11 takes
  try {
    parser.app.parse(reversed);
  } catch (const CLI::CallForVersion& call) {
    return Invocation{nullptr, {}, call.what(), true};
  } catch (const CLI::CallForHelp&) {
    return Invocation{nullptr, {}, help_text(verb_of(parser)), false};
  } catch (const CLI::ParseError& error) {
    const VerbRecord* verb = verb_of(parser);
    if (verb == nullptr) return fail(ErrorCode::kInvalidInput, "{}; see `vle --help`", error.what());
    // Of two mistakes, a word that is not known says more than a value that is missing.
    if (auto words = check_words(*parser.verbs.at(verb), verb); !words) return tl::unexpected(words.error());
    return fail(ErrorCode::kInvalidInput, "{}: {}; see `vle {} --help`", verb->name, error.what(), verb->name);
  }
  const VerbRecord* verb = verb_of(parser);
  if (auto words = check_words(parser.app, nullptr); !words) return tl::unexpected(words.error());
  if (verb == nullptr) return fail(ErrorCode::kInvalidInput, "no verb given; `vle --help` lists them");
  if (auto words = check_words(*parser.verbs.at(verb), verb); !words) return tl::unexpected(words.error());
  return collect(parser, *verb);
}

}  // namespace

bool asks_for_json(const std::vector<std::string>& arguments) {
  return std::find(arguments.begin(), arguments.end(), "--json") != arguments.end();
}

Result<Invocation> parse_command_line(const std::vector<std::string>& arguments) {
  Parser parser;
  fill(parser);
  return parse(parser, arguments);
}

std::string help_text(const VerbRecord* verb) {
  Parser parser;
  fill(parser);
  return verb == nullptr ? parser.app.help() : parser.verbs.at(verb)->help("vle");
}

}  // namespace vle::app
