#pragma once

#include <hdf5.h>

#include <mutex>
#include <string>
#include <utility>

namespace vle::io {

/// Sole use of the HDF5 library, which is not thread-safe, with its error printing off. Make one before anything else.
class Hdf5Session {
 public:
  Hdf5Session();
  ~Hdf5Session();
  Hdf5Session(const Hdf5Session&) = delete;
  Hdf5Session& operator=(const Hdf5Session&) = delete;

  /// What the library says about the last call that failed.
  std::string last_error() const;

 private:
  std::scoped_lock<std::mutex> lock_;
  H5E_auto2_t print_ = nullptr;
  void* print_argument_ = nullptr;
};

/// An HDF5 object with the function that closes it; negative: none.
class Hdf5Handle {
 public:
  using Close = herr_t (*)(hid_t);
  Hdf5Handle(hid_t id, Close close_function) : id_(id), close_(close_function) {}
  Hdf5Handle(Hdf5Handle&& other) noexcept : id_(std::exchange(other.id_, hid_t{-1})), close_(other.close_) {}
  Hdf5Handle& operator=(Hdf5Handle&& other) noexcept {
    if (this != &other) {
      close();
      id_ = std::exchange(other.id_, hid_t{-1});
      close_ = other.close_;
    }
    return *this;
  }
  ~Hdf5Handle() { close(); }

  explicit operator bool() const { return id_ >= 0; }
  hid_t id() const { return id_; }
  /// False: what was buffered could not be written.
  bool close() {
    const hid_t id = std::exchange(id_, hid_t{-1});
    return id < 0 || close_(id) >= 0;
  }

 private:
  hid_t id_;
  Close close_;
};

}  // namespace vle::io
