#pragma once

#include <cstdint>
#include <string>
#include <vector>
#include <vle/result/result.hpp>

#include "hdf5_session.hpp"

namespace vle::io {

/// Makes an HDF5 file in memory, whose bytes follow from its content alone: a fixed format version, no times. (On a
/// full disk the library cannot close a file of its own, and crashes when the program ends.) The first failure is kept,
/// and what comes after it does nothing; finish() tells.
class Hdf5Writer {
 public:
  /// The session must outlive the writer.
  explicit Hdf5Writer(const Hdf5Session& session);

  bool has(const std::string& place) const;
  /// Makes a group, and those above it.
  void group(const std::string& place);
  void dataset(const std::string& place, const std::vector<std::int64_t>& shape,
               const std::vector<std::int32_t>& values);
  void dataset(const std::string& place, const std::vector<std::int64_t>& shape, const std::vector<double>& values);
  void attribute(const std::string& place, const std::string& name, const std::string& text);
  void attribute(const std::string& place, const std::string& name, double value);
  void attribute(const std::string& place, const std::string& name, std::int64_t value);
  void attribute(const std::string& place, const std::string& name, std::uint64_t value);

  /// One value for each neuron; at most 8,000, which is what the format holds as an attribute.
  void attribute(const std::string& place, const std::string& name, const std::vector<double>& values);

  /// Closes the file and gives its bytes. The error is the reason of the first failure, without a file name.
  [[nodiscard]] Result<std::string> finish();

 private:
  bool check(bool ok, const std::string& what);
  void write_dataset(const std::string& place, const std::vector<std::int64_t>& shape, hid_t stored, hid_t memory,
                     const void* values);
  void write_attribute(const std::string& place, const std::string& name, hid_t stored, hid_t memory, const void* value,
                       const Hdf5Handle& space);

  const Hdf5Session& session_;
  std::string failure_;
  Hdf5Handle parents_;
  Hdf5Handle file_;
};

}  // namespace vle::io
