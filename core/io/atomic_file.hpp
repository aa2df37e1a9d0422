#pragma once

#include <cstdint>
#include <span>
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
  /// Makes the file `bytes` long, with room on the disk for all of it. Where the disk makes no such promise, nothing
  /// happens.
  [[nodiscard]] Result<> reserve(std::int64_t bytes);
  /// Writes at a place of its own, from any thread.
  [[nodiscard]] Result<> write_at(std::int64_t place, std::string_view bytes) const;
  [[nodiscard]] Result<> read_at(std::int64_t place, std::span<char> bytes) const;
  /// The name that it has until then.
  const std::string& temporary() const { return temporary_; }
  [[nodiscard]] Result<> commit();

 private:
  AtomicFile(std::string path, std::string temporary, int descriptor);
  tl::unexpected<Error> failure(int error) const;

  std::string path_;
  std::string temporary_;
  int descriptor_ = -1;
};

}  // namespace vle::io
