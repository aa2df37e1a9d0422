#pragma once

#include <fmt/format.h>

#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace vle {

/// What kind of failure an Error is. The program's exit code follows from it (docs/cli.md).
enum class ErrorCode {
  kInvalidInput,  ///< the user's words or files are wrong
  kDoesNotFit,    ///< a correct network that the target cannot hold
  kUnsupported,   ///< the device cannot do what was asked
  kDevice,        ///< the device or the link failed
  kIo,            ///< a file could not be read or written
  kInterrupted,   ///< the user stopped it
};

/// One failure that a correct program must expect, with a message for people: where, what, the limit, the way out.
struct Error {
  ErrorCode code = ErrorCode::kInvalidInput;
  std::string message;
};

/// A value, or the reason why there is none.
template <class T = void>
using Result = tl::expected<T, Error>;

/// One mistake in a description. `path` names the field from the root of the description, e.g.
/// `population[1].tau_m.value[3]`, so that whoever read the file can say on which line it stands.
struct Diagnostic {
  std::string path;
  std::string message;
};

/// All mistakes found in one description, in the order of its fields.
using Diagnostics = std::vector<Diagnostic>;

/// Makes the failure branch of a Result: `return fail(ErrorCode::kIo, "{}: cannot open", name);`
template <class... Args>
[[nodiscard]] tl::unexpected<Error> fail(ErrorCode code, fmt::format_string<Args...> format, Args&&... args) {
  return tl::unexpected<Error>(Error{code, fmt::format(format, std::forward<Args>(args)...)});
}

}  // namespace vle
