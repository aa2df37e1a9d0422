#include <unistd.h>

#include <fmt/ranges.h>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <vle/io/files.hpp>

#include "binary_message.hpp"
#include "file_bytes.hpp"
#include "source_text.hpp"
#include "target_proto.hpp"

namespace vle {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kExtension = ".textproto";

// What every target but an unfinished one has: sections that check_target() would otherwise complain about figure by
// figure.
Diagnostics find_missing_sections(const v1::Target& given) {
  Diagnostics missing;
  const auto require = [&](bool is_there, std::string name) {
    if (!is_there) missing.push_back({name, fmt::format("{} is missing", name)});
  };
  require(given.has_counts(), "counts");
  require(given.has_timing(), "timing");
  require(given.has_analog(), "analog");
  require(given.parameter_size() > 0, "parameter");
  require(given.shape_size() > 0, "shape");
  require(given.has_input_dac(), "input_dac");
  require(given.has_readout_adc(), "readout_adc");
  require(given.has_crossing(), "crossing");
  return missing;
}

Result<Target> read_target_file(const std::string& path) {
  const Result<std::string> text = io::read_bytes(path, kMaxTextBytes);
  if (!text) return tl::unexpected(text.error());
  io::SourceText source;
  v1::Target given;
  if (Result<> parsed = source.parse(*text, path, given); !parsed) return tl::unexpected(parsed.error());
  if (const Diagnostics missing = find_missing_sections(given); !missing.empty()) return source.error_of(missing);
  if (const Diagnostics values = io::check_values(given); !values.empty()) return source.error_of(values);
  tl::expected<Target, Diagnostics> target = io::to_target(given);
  Diagnostics mistakes = target ? Diagnostics{} : target.error();
  const Diagnostics sources = io::check_sources(given);
  mistakes.insert(mistakes.end(), sources.begin(), sources.end());
  if (!mistakes.empty()) return source.error_of(mistakes);
  return std::move(*target);
}

std::set<std::string> shipped_names() {
  std::set<std::string> names;
  for (const std::string& folder : target_folders()) {
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
      if (entry.path().extension() == kExtension) names.insert(entry.path().stem().string());
    }
  }
  return names;
}

bool is_file(const std::string& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

}  // namespace

std::vector<std::string> target_folders() {
  std::vector<std::string> folders;
  if (const char* given = std::getenv("VLE_TARGET_PATH"); given != nullptr) {
    std::string_view rest = given;
    while (!rest.empty()) {
      const std::size_t colon = std::min(rest.find(':'), rest.size());
      if (colon > 0) folders.emplace_back(rest.substr(0, colon));
      rest.remove_prefix(std::min(colon + 1, rest.size()));
    }
  }
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (!error) folders.push_back((program.parent_path().parent_path() / "share/vle/targets").string());
#ifdef VLE_SOURCE_TARGETS
  folders.emplace_back(VLE_SOURCE_TARGETS);
#endif
  return folders;
}

std::string serialise_target(const Target& target) {
  return io::to_proto(target).SerializeAsString();
}

Result<Target> parse_target(std::string_view bytes, const std::string& name) {
  v1::Target given;
  if (!io::parse_quietly(bytes, given)) {
    return fail(ErrorCode::kInvalidInput, "{}: these {} bytes are no target description", name, bytes.size());
  }
  Diagnostics mistakes = find_missing_sections(given);
  if (mistakes.empty()) mistakes = io::check_values(given);
  if (mistakes.empty()) {
    tl::expected<Target, Diagnostics> target = io::to_target(given);
    if (target) return std::move(*target);
    mistakes = target.error();
  }
  return fail(ErrorCode::kInvalidInput, "{}: {}", name, mistakes.front().message);
}

Result<Target> read_target(const std::string& path_or_name) {
  const bool is_path =
      path_or_name.find('/') != std::string::npos || !io::extension_of(path_or_name).empty() || path_or_name.empty();
  if (is_path) return read_target_file(path_or_name);
  for (const std::string& folder : target_folders()) {
    const std::string path = (fs::path(folder) / path_or_name).string() + std::string(kExtension);
    if (is_file(path)) return read_target_file(path);
  }
  return fail(ErrorCode::kInvalidInput, "there is no target \"{}\"; known are {}; a file is given with its extension",
              path_or_name, fmt::join(shipped_names(), ", "));
}

}  // namespace vle
