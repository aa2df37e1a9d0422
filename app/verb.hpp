#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "arguments.hpp"
#include "console.hpp"
#include "outcome.hpp"

namespace vle::app {

/// One option of a verb. Parser, help and docs/cli.md are made from it.
struct OptionRecord {
  enum class Kind {
    kFlag,
    kText,
    kCount,        ///< a whole number, at least `least`
    kPositive,     ///< a finite number above 0
    kNonNegative,  ///< a finite number, 0 or above
  };
  std::string_view name;        ///< long form, with its dashes
  std::string_view short_name;  ///< with its dash; may be empty
  std::string_view value;       ///< what stands for the value in help; empty for flags
  Kind kind = Kind::kText;
  std::string_view help;
  bool required = false;
  std::int64_t least = 0;
};

/// One positional argument.
struct ArgumentRecord {
  std::string_view name;
  std::string_view help;
  bool required = true;
  bool repeats = false;  ///< takes any number of words; Arguments::list() has them
};

/// One verb of the program.
struct VerbRecord {
  std::string_view name;
  std::string_view summary;
  std::vector<ArgumentRecord> arguments;
  std::vector<OptionRecord> options;
  std::string_view answers_no;  ///< what exit code 1 says; empty: this verb has no such answer
  Result<Outcome> (*run)(const Arguments& arguments, Console& console) = nullptr;
};

}  // namespace vle::app
