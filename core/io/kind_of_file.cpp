#include <vle/io/files.hpp>

#include "binary_message.hpp"
#include "declared_type.hpp"
#include "file_bytes.hpp"

namespace vle {
namespace {

constexpr std::int64_t kMaxBytes = std::int64_t{1} << 31;

Result<FileKind> kind_of_message(const std::string& message, const std::string& place) {
  if (message == "vle.v1.Network") return FileKind::kNetwork;
  if (message == "vle.v1.Target") return FileKind::kTarget;
  if (message == "vle.v1.Calibration") return FileKind::kCalibration;
  return fail(ErrorCode::kInvalidInput,
              "{}: holds \"{}\"; vle.v1.Network, vle.v1.Target and vle.v1.Calibration are known", place, message);
}

}  // namespace

Result<FileKind> kind_of_file(const std::string& path) {
  const std::string extension = io::extension_of(path);
  const bool is_text = extension == ".textproto" || extension == ".json";
  const Result<std::string> bytes = io::read_bytes(path, is_text ? kMaxTextBytes : kMaxBytes);
  if (!bytes) return tl::unexpected(bytes.error());
  if (extension == ".json") {
    const Result<io::JsonDeclaration> declaration = io::declared_in_json(*bytes, path);
    if (!declaration) return tl::unexpected(declaration.error());
    return kind_of_message(declaration->key, path);
  }
  if (extension == ".textproto") {
    const std::string declared = io::declared_in_text(*bytes);
    if (!declared.empty()) return kind_of_message(declared, path + ":1");
    return fail(ErrorCode::kInvalidInput, "{}:1: the first line must say what the file is, e.g. \"{} vle.v1.Network\"",
                path, io::kTextHeader);
  }
  if (const std::optional<FileKind> kind = io::kind_of_binary(*bytes)) return *kind;
  return fail(ErrorCode::kInvalidInput,
              "{}: is neither a description (.textproto, .json) nor a parameter map or calibration in binary form",
              path);
}

}  // namespace vle
