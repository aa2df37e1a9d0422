#pragma once

#include <cstdint>
#include <string>
#include <vector>
#include <vle/backend/trace_sink.hpp>
#include <vle/result/result.hpp>

#include "hdf5_session.hpp"

namespace vle::io {

/// The library cannot close a file that it could not write (a full disk), and crashes when the program ends. So it
/// writes the tables alone, into room that was reserved, and says where samples go.
///
/// The bytes follow from the content alone: a fixed format version, no times. The first failure is kept, and what comes
/// after it does nothing; finish() tells.
class Hdf5Writer {
 public:
  enum class Begin { kEmpty, kWhereItEnded };
  /// Into the file of that name. The session must outlive the writer.
  Hdf5Writer(const Hdf5Session& session, const std::string& path, Begin begin);

  /// Makes a group, and those above it.
  void group(const std::string& place);
  /// Makes room for an array (int32 or float64) whose elements are written by others, little-endian, the last index the
  /// fastest. The place of its first byte in the file; 0 where it has none.
  std::int64_t dataset(const std::string& place, const std::vector<std::int64_t>& shape, SampleKind kind);
  void attribute(const std::string& place, const std::string& name, const std::string& text);
  void attribute(const std::string& place, const std::string& name, double value);
  void attribute(const std::string& place, const std::string& name, std::int64_t value);
  void attribute(const std::string& place, const std::string& name, std::uint64_t value);

  /// One value for each neuron; at most 8,000, which is what the format holds as an attribute.
  void attribute(const std::string& place, const std::string& name, const std::vector<double>& values);

  /// Closes the file. The error is the reason of the first failure, without a file name.
  [[nodiscard]] Result<> finish();

 private:
  bool check(bool ok, const std::string& what);
  void write_attribute(const std::string& place, const std::string& name, hid_t stored, hid_t memory, const void* value,
                       const Hdf5Handle& space);

  const Hdf5Session& session_;
  std::string failure_;
  Hdf5Handle parents_;
  Hdf5Handle file_;
};

}  // namespace vle::io
