#include "atomic_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>
#include <vle/io/files.hpp>

namespace vle::io {
namespace {

// Makes the rename last through a power cut. Folders that cannot be opened or synced are no reason to fail: the file
// itself is complete.
void sync_folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const int descriptor = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

// Opens a new file beside `path` under a name that is free, and says which.
int open_beside(const std::string& path, std::string& temporary) {
  constexpr int kAttempts = 1000;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    temporary = fmt::format("{}.{}-{}.part", path, ::getpid(), attempt);
    const int descriptor = ::open(temporary.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor >= 0 || errno != EEXIST) return descriptor;
  }
  return -1;
}

}  // namespace

AtomicFile::AtomicFile(std::string path, std::string temporary, int descriptor)
    : path_(std::move(path)), temporary_(std::move(temporary)), descriptor_(descriptor) {}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

tl::unexpected<Error> AtomicFile::failure(int error) const {
  return fail(ErrorCode::kIo, "{}: cannot be written: {}", path_, std::strerror(error));
}

Result<AtomicFile> AtomicFile::create(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
    return fail(ErrorCode::kIo, "{}: cannot be written: {}", path,
                S_ISDIR(status.st_mode) ? "is a folder" : "is not a regular file");
  }
  std::string temporary;
  const int descriptor = open_beside(path, temporary);
  if (descriptor < 0) return fail(ErrorCode::kIo, "{}: cannot be written: {}", path, std::strerror(errno));
  return AtomicFile(path, std::move(temporary), descriptor);
}

Result<> AtomicFile::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failure(errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<> AtomicFile::reserve(std::int64_t bytes) {
  if (::fallocate(descriptor_, 0, 0, bytes) == 0 || errno == EOPNOTSUPP) return {};
  return failure(errno);
}

Result<> AtomicFile::write_at(std::int64_t place, std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(descriptor_, bytes.data(), bytes.size(), place);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failure(errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
    place += written;
  }
  return {};
}

Result<> AtomicFile::read_at(std::int64_t place, std::span<char> bytes) const {
  while (!bytes.empty()) {
    const ssize_t got = ::pread(descriptor_, bytes.data(), bytes.size(), place);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return failure(got < 0 ? errno : EIO);
    bytes = bytes.subspan(static_cast<std::size_t>(got));
    place += got;
  }
  return {};
}

Result<> AtomicFile::commit() {
  if (::fsync(descriptor_) != 0 && errno != EINVAL) return failure(errno);
  if (::close(std::exchange(descriptor_, -1)) != 0) return failure(errno);
  if (std::rename(temporary_.c_str(), path_.c_str()) != 0) return failure(errno);
  temporary_.clear();
  sync_folder_of(path_);
  return {};
}

}  // namespace vle::io

namespace vle {

Result<> write_file(const std::string& path, std::string_view bytes) {
  Result<io::AtomicFile> file = io::AtomicFile::create(path);
  if (!file) return tl::unexpected(file.error());
  if (Result<> written = file->append(bytes); !written) return written;
  return file->commit();
}

}  // namespace vle
