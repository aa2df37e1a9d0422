#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>
#include <vle/backend/backend.hpp>
#include <vle/network/network.hpp>
#include <vle/parameter_map/parameter_map.hpp>
#include <vle/result/result.hpp>
#include <vle/target/calibration.hpp>
#include <vle/target/target.hpp>

namespace vle {

/// What a description file holds.
enum class FileKind { kNetwork, kTarget, kCalibration, kParameterMap };

/// Largest text file that is read, bytes.
inline constexpr std::int64_t kMaxTextBytes = std::int64_t{64} << 20;
/// Semantic errors of one file that are reported.
inline constexpr std::size_t kMaxReportedErrors = 20;

/// Says what a file is: a binary parameter map by its bytes; a text file by its first line
/// `# proto-message: vle.v1.Network`, a JSON file by its top key `"vle.v1.Network"`.
[[nodiscard]] Result<FileKind> kind_of_file(const std::string& path);

/// Reads a network from protobuf text (.textproto) or JSON (.json). Each error line says file, line (JSON: path), what
/// is wrong and the limit; all semantic errors are there, up to kMaxReportedErrors.
[[nodiscard]] Result<Network> read_network(const std::string& path);
/// The same from memory; `name` stands for the file in messages and ends in its extension.
[[nodiscard]] Result<Network> parse_network(std::string_view text, const std::string& name);

/// A network as a description in the format of `name`'s extension, every parameter by its value: read again, it is the
/// same network, with the same hash. Errors (kInvalidInput): an extension of neither format.
[[nodiscard]] Result<std::string> network_text(const Network& network, const std::string& name);
/// Writes network_text() to a file.
[[nodiscard]] Result<> write_network(const std::string& path, const Network& network);

/// Reads a target from a file, or a shipped one by its name.
[[nodiscard]] Result<Target> read_target(const std::string& path_or_name);
/// A target as a binary vle.v1.Target message, as boards hold it, and back; `name` stands for it in messages. Where its
/// figures come from is not in it.
[[nodiscard]] std::string serialise_target(const Target& target);
[[nodiscard]] Result<Target> parse_target(std::string_view bytes, const std::string& name);
/// Folders that shipped targets are looked for in: VLE_TARGET_PATH, the installed share folder, the source tree.
[[nodiscard]] std::vector<std::string> target_folders();

/// Provenance and counts of a calibration file, after its checks.
struct CalibrationSummary {
  std::uint64_t chip_id = 0;
  std::string target_hash;
  std::int64_t parameters = 0;
};
[[nodiscard]] Result<CalibrationSummary> check_calibration(const std::string& path);

/// Reads a calibration, binary or text (.textproto, .json).
[[nodiscard]] Result<Calibration> read_calibration(const std::string& path);
/// Writes it as binary protobuf.
[[nodiscard]] Result<> write_calibration(const std::string& path, const Calibration& calibration);

[[nodiscard]] Result<ParameterMap> read_map(const std::string& path);
[[nodiscard]] Result<> write_map(const std::string& path, const ParameterMap& map);
/// The bytes that write_map writes.
[[nodiscard]] std::string serialise_map(const ParameterMap& map);
/// A map in full as protobuf text.
[[nodiscard]] std::string dump_map_text(const ParameterMap& map);

/// Writes a whole file or nothing: a temporary file beside it, synced, then renamed.
[[nodiscard]] Result<> write_file(const std::string& path, std::string_view bytes);

}  // namespace vle
