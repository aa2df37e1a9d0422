#include "program.hpp"

#include <exception>

#include "command_line.hpp"
#include "console.hpp"
#include "outcome.hpp"

namespace vle::app {
namespace {

using Json = nlohmann::ordered_json;

/// One object and a line's end. Bytes that are not UTF-8 (in a message about a file) are replaced.
std::string json_text(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

ExitCode report_failure(Console& console, ExitCode exit_code, std::string_view code, const std::string& message) {
  console.error(message);
  if (console.json()) console.write_output(json_text({{"error", {{"code", code}, {"message", message}}}}));
  return exit_code;
}

ExitCode answer(Console& console, const Invocation& invocation) {
  if (console.json()) {
    console.write_output(json_text({{invocation.is_version ? "version" : "help", invocation.answer}}));
  } else {
    console.print("{}{}", invocation.answer, invocation.is_version ? "\n" : "");
  }
  return ExitCode::kDone;
}

ExitCode run_invocation(Console& console, const std::vector<std::string>& arguments) {
  const auto invocation = parse_command_line(arguments);
  if (!invocation) return report_failure(console, ExitCode::kWrongUse, "usage", invocation.error().message);
  if (invocation->verb == nullptr) return answer(console, *invocation);
  const auto outcome = invocation->verb->run(invocation->arguments, console);
  if (!outcome) {
    const Error& error = outcome.error();
    return report_failure(console, exit_code_of(error.code), name_of(error.code), error.message);
  }
  if (console.json()) console.write_output(json_text(outcome->json));
  return outcome->exit_code;
}

}  // namespace

int run_program(const std::vector<std::string>& arguments) noexcept {
  secure_standard_streams();
  Console console(asks_for_json(arguments));
  ExitCode code = ExitCode::kInternal;
  try {
    code = run_invocation(console, arguments);
  } catch (const std::bad_alloc&) {
    code = report_failure(console, ExitCode::kInternal, "internal", "out of memory");
  } catch (const std::exception& exception) {
    code = report_failure(console, ExitCode::kInternal, "internal", exception.what());
  }
  if (!console.flush()) {
    console.error("stdout could not be written");
    return static_cast<int>(ExitCode::kInternal);
  }
  return static_cast<int>(code);
}

}  // namespace vle::app
