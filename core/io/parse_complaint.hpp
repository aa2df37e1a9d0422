#pragma once

#include <google/protobuf/descriptor.h>

#include <string>
#include <string_view>

namespace vle::io {

/// An error of protobuf's text parser.
struct ParseComplaint {
  int line = 0;  ///< from 1; 0: nowhere
  int column = 0;
  std::string message;
};

/// Moves the place from the token after an unknown word, where the parser notices, to the word itself, and lists the
/// values that an enum of `type` or of a message within it has.
[[nodiscard]] ParseComplaint improved(ParseComplaint complaint, std::string_view text,
                                      const google::protobuf::Descriptor& type);

/// An error of protobuf's JSON reader, `(population[0].tau_m): invalid name ...`, as `population[0].tau_m: ...`.
[[nodiscard]] std::string improved_json_complaint(std::string_view message);

}  // namespace vle::io
