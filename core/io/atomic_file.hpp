#pragma once

#include <string>
#include <string_view>
#include <vle/result/result.hpp>

namespace vle::io {

/// A file that appears under its name whole or not at all. It is written under another name in the same folder;
/// commit() syncs and renames it, and without a commit the destructor removes it.
class AtomicFile {
 public:
  /// Opens the temporary file. Errors: kIo, with the reason and the folder.
  [[nodiscard]] static Result<AtomicFile> create(const std::string& path);
  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&&) = delete;
  ~AtomicFile();

  [[nodiscard]] Result<> append(std::string_view bytes);
  [[nodiscard]] Result<> commit();

 private:
  AtomicFile(std::string path, std::string temporary, int descriptor);
  tl::unexpected<Error> failure(int error) const;

  std::string path_;
  std::string temporary_;
  int descriptor_ = -1;
};

}  // namespace vle::io
