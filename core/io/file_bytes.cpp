#include "file_bytes.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace vle::io {
namespace {

/// An open file, closed on the way out.
class Descriptor {
 public:
  explicit Descriptor(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

Result<std::int64_t> check_open_file(const Descriptor& file, const std::string& path, std::int64_t max_bytes) {
  struct stat status {};
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0) {
    return fail(ErrorCode::kIo, "{}: cannot be read: {}", path, std::strerror(errno));
  }
  if (S_ISDIR(status.st_mode)) return fail(ErrorCode::kInvalidInput, "{}: is a folder, a file is needed", path);
  if (!S_ISREG(status.st_mode)) return fail(ErrorCode::kInvalidInput, "{}: is not a regular file", path);
  if (status.st_size == 0) return fail(ErrorCode::kInvalidInput, "{}: the file is empty", path);
  if (status.st_size > max_bytes) {
    return fail(ErrorCode::kInvalidInput, "{}: has {}, above the limit of {}", path, size_in_words(status.st_size),
                size_in_words(max_bytes));
  }
  return status.st_size;
}

}  // namespace

Result<std::string> read_bytes(const std::string& path, std::int64_t max_bytes) {
  const Descriptor file(path);
  const Result<std::int64_t> size = check_open_file(file, path, max_bytes);
  if (!size) return tl::unexpected(size.error());
  std::string bytes(static_cast<std::size_t>(*size), '\0');
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = ::read(file.get(), bytes.data() + done, bytes.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(ErrorCode::kIo, "{}: cannot be read: {}", path, std::strerror(errno));
    if (got == 0) return fail(ErrorCode::kIo, "{}: became shorter while it was read", path);
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

Result<> check_readable(const std::string& path, std::int64_t max_bytes) {
  const Descriptor file(path);
  const Result<std::int64_t> size = check_open_file(file, path, max_bytes);
  if (!size) return tl::unexpected(size.error());
  return {};
}

std::string extension_of(const std::string& path) {
  return std::filesystem::path(path).extension().string();
}

std::string size_in_words(std::int64_t bytes) {
  constexpr double kMebi = 1024.0 * 1024.0;
  const auto count = static_cast<double>(bytes);
  return count < kMebi ? fmt::format("{} bytes", bytes) : fmt::format("{:.4g} MiB", count / kMebi);
}

}  // namespace vle::io
