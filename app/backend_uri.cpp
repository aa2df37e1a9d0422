#include "backend_uri.hpp"

#include <algorithm>
#include <vector>

#include "arguments.hpp"

namespace vle::app {
namespace {

struct Parts {
  std::string scheme;
  std::string path;
  std::vector<std::pair<std::string, std::string>> keys;
};

Result<Parts> split(std::string_view uri) {
  const auto colon = uri.find(':');
  if (colon == std::string_view::npos) {
    return fail(ErrorCode::kInvalidInput, "--backend \"{}\": no scheme; write for example {} or {}", uri,
                kSchemes[0].form, kSchemes[1].form);
  }
  Parts parts;
  parts.scheme = uri.substr(0, colon);
  const std::string_view rest = uri.substr(colon + 1);
  const auto question = rest.find('?');
  parts.path = rest.substr(0, question);
  std::string_view query = question == std::string_view::npos ? std::string_view{} : rest.substr(question + 1);
  while (!query.empty()) {
    const auto end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      return fail(ErrorCode::kInvalidInput, "--backend \"{}\": \"{}\" is not of the form key=value", uri, pair);
    }
    const std::string key(pair.substr(0, equals));
    for (const auto& known : parts.keys) {
      if (known.first == key) return fail(ErrorCode::kInvalidInput, "--backend \"{}\": {} is given twice", uri, key);
    }
    parts.keys.emplace_back(key, pair.substr(equals + 1));
    query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
  }
  return parts;
}

tl::unexpected<Error> unknown_key(std::string_view uri, std::string_view key, std::string_view known) {
  return fail(ErrorCode::kInvalidInput, "--backend \"{}\": unknown key \"{}\"; known: {}", uri, key, known);
}

Result<BackendUri> parse_reference(std::string_view uri, const Parts& parts) {
  ReferenceUri reference;
  if (!parts.path.empty()) {
    return fail(ErrorCode::kInvalidInput, "--backend \"{}\": the reference has no target; write {}", uri,
                kSchemes[0].form);
  }
  for (const auto& entry : parts.keys) {
    if (entry.first == "precision") {
      if (entry.second != "single" && entry.second != "double") {
        return fail(ErrorCode::kInvalidInput, "--backend \"{}\": precision is \"{}\"; it takes single or double", uri,
                    entry.second);
      }
      reference.precision = entry.second == "single" ? Precision::kSingle : Precision::kDouble;
      continue;
    }
    if (entry.first != "substeps") return unknown_key(uri, entry.first, "substeps, precision");
    const auto count = parse_count(entry.second);
    if (!count || *count < 1) {
      return fail(ErrorCode::kInvalidInput, "--backend \"{}\": substeps is \"{}\"; it takes a whole number from 1", uri,
                  entry.second);
    }
    reference.substeps = *count;
  }
  return reference;
}

Result<BackendUri> parse_emulator(std::string_view uri, const Parts& parts) {
  EmulatorUri chip;
  chip.target = parts.path;
  for (const auto& entry : parts.keys) {
    if (entry.first == "chip") {
      const auto id = parse_unsigned(entry.second);
      if (!id) {
        return fail(ErrorCode::kInvalidInput, "--backend \"{}\": chip is \"{}\"; it takes a whole number from 0", uri,
                    entry.second);
      }
      chip.chip = *id;
    } else if (entry.first == "effects") {
      auto effects = emulator::parse_effects(entry.second);
      if (!effects) return fail(effects.error().code, "--backend \"{}\": {}", uri, effects.error().message);
      chip.effects = *effects;
    } else if (entry.first == "temperature") {
      const auto kelvin = parse_number(entry.second);
      if (!kelvin || *kelvin <= 0) {
        return fail(ErrorCode::kInvalidInput, "--backend \"{}\": temperature is \"{}\"; it takes kelvin above 0", uri,
                    entry.second);
      }
      chip.temperature_kelvin = *kelvin;
    } else {
      return unknown_key(uri, entry.first, "chip, effects, temperature");
    }
  }
  return chip;
}

}  // namespace

Result<BackendUri> parse_backend_uri(std::string_view uri) {
  const auto parts = split(uri);
  if (!parts) return tl::unexpected(parts.error());
  if (parts->scheme == "reference") return parse_reference(uri, *parts);
  if (parts->scheme == "emulator") return parse_emulator(uri, *parts);
  if (link::is_link_uri(uri) && parts->scheme != "pty") {
    auto board = link::parse_link_uri(uri);
    if (!board) return fail(board.error().code, "--backend {}", board.error().message);
    return BoardUri{std::move(*board), "", ""};
  }
  std::string known;
  for (const SchemeRecord& record : kSchemes) known += fmt::format("{}{}", known.empty() ? "" : ", ", record.form);
  return fail(ErrorCode::kInvalidInput, "--backend \"{}\": unknown scheme \"{}\"; known: {}", uri, parts->scheme,
              known);
}

}  // namespace vle::app
