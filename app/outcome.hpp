#pragma once

#include <nlohmann/json.hpp>
#include <string_view>
#include <vle/result/result.hpp>

namespace vle::app {

/// How the program ends.
enum class ExitCode : int {
  kDone = 0,
  kAnswerIsNo = 1,
  kWrongUse = 2,
  kDevice = 3,
  kInternal = 4,
  kInterrupted = 130,
};

struct ExitCodeRecord {
  ExitCode code;
  std::string_view meaning;
};

inline constexpr ExitCodeRecord kExitCodes[] = {
    {ExitCode::kDone, "done"},
    {ExitCode::kAnswerIsNo, "it ran, and the answer is no"},
    {ExitCode::kWrongUse, "wrong use, bad input, or a network that does not fit"},
    {ExitCode::kDevice, "the device or the link failed"},
    {ExitCode::kInternal, "a file or the output could not be read or written, or an internal error"},
    {ExitCode::kInterrupted, "interrupted; what was recorded so far is written"},
};

/// What a verb hands back: how to end, and its result as the one object that --json prints.
struct Outcome {
  ExitCode exit_code = ExitCode::kDone;
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
};

/// The exit code that an error leads to.
ExitCode exit_code_of(ErrorCode code);
/// `invalid_input`, `does_not_fit`, `unsupported`, `device`, `io`, `interrupted`: as --json gives it.
std::string_view name_of(ErrorCode code);

}  // namespace vle::app
