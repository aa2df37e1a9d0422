#pragma once

#include <fmt/format.h>

#include <string_view>

namespace vle::app {

/// Where the program speaks. Text for people goes to stdout, or, with --json, to stderr, so that stdout holds exactly
/// one JSON object. A failed write to stdout is remembered.
class Console {
 public:
  explicit Console(bool json) : json_(json) {}

  bool json() const { return json_; }
  /// Text for people.
  template <class... Args>
  void print(fmt::format_string<Args...> format, Args&&... args) {
    write_text(fmt::format(format, std::forward<Args>(args)...));
  }
  void write_text(std::string_view text);
  /// To stdout, whatever the mode: the JSON object.
  void write_output(std::string_view text);
  /// A warning, to stderr.
  void warn(std::string_view message);
  /// A failure, to stderr.
  void error(std::string_view message);
  /// Hands everything to the system; false when stdout did not take it all.
  [[nodiscard]] bool flush();

 private:
  bool json_;
  bool failed_ = false;
};

/// True where stderr is a terminal: progress is shown there and nowhere else.
bool stderr_is_terminal();

/// Makes closed standard streams harmless: files that the program opens never take their numbers, writing to a closed
/// pipe is an error and not a signal.
void secure_standard_streams();

}  // namespace vle::app
