#include "outcome.hpp"

namespace vle::app {

ExitCode exit_code_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidInput:
    case ErrorCode::kDoesNotFit:
    case ErrorCode::kUnsupported:
      return ExitCode::kWrongUse;
    case ErrorCode::kDevice:
      return ExitCode::kDevice;
    case ErrorCode::kIo:
      return ExitCode::kInternal;
    case ErrorCode::kInterrupted:
      return ExitCode::kInterrupted;
  }
  return ExitCode::kInternal;
}

std::string_view name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidInput:
      return "invalid_input";
    case ErrorCode::kDoesNotFit:
      return "does_not_fit";
    case ErrorCode::kUnsupported:
      return "unsupported";
    case ErrorCode::kDevice:
      return "device";
    case ErrorCode::kIo:
      return "io";
    case ErrorCode::kInterrupted:
      return "interrupted";
  }
  return "internal";
}

}  // namespace vle::app
