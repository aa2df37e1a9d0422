#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>
#include <vle/result/result.hpp>

#include "hdf5_session.hpp"

namespace vle::io {

/// An open HDF5 file for reading, with failures as errors that begin with the file's name.
class Hdf5Reader {
 public:
  /// The session must outlive it. Errors: kIo, kInvalidInput (not an HDF5 file, damaged).
  [[nodiscard]] static Result<Hdf5Reader> open(const Hdf5Session& session, const std::string& path);

  /// Full names of all data sets, in the order of names.
  [[nodiscard]] Result<std::vector<std::string>> datasets() const;
  [[nodiscard]] Result<Hdf5Handle> open_dataset(const std::string& name) const;
  [[nodiscard]] Result<std::vector<std::int64_t>> shape_of(const Hdf5Handle& dataset, const std::string& name) const;
  [[nodiscard]] bool is_integer(const Hdf5Handle& dataset) const;
  [[nodiscard]] Result<std::vector<double>> read_doubles(const Hdf5Handle& dataset, const std::string& name) const;
  [[nodiscard]] Result<std::vector<std::int32_t>> read_integers(const Hdf5Handle& dataset,
                                                                const std::string& name) const;

  /// Attributes of the object at `place` ("/" is the root). Empty: there is none of that name and class.
  [[nodiscard]] std::optional<std::string> text_attribute(const std::string& place, const std::string& name) const;
  /// Empty where it is missing.
  [[nodiscard]] std::vector<double> real_attributes(const std::string& place, const std::string& name) const;
  [[nodiscard]] std::optional<double> real_attribute(const std::string& place, const std::string& name) const;
  [[nodiscard]] std::optional<std::int64_t> integer_attribute(const std::string& place, const std::string& name) const;
  [[nodiscard]] std::optional<std::uint64_t> unsigned_attribute(const std::string& place,
                                                                const std::string& name) const;
  /// Names of an object's attributes, in the order of names; none where there is no such object.
  [[nodiscard]] std::vector<std::string> attribute_names(const std::string& place) const;

 private:
  Hdf5Reader(const Hdf5Session& session, std::string path, Hdf5Handle file);
  tl::unexpected<Error> failure(const std::string& what) const;
  Result<std::size_t> count_numbers(const Hdf5Handle& dataset, const std::string& name) const;
  bool read_scalar(const std::string& place, const std::string& name, H5T_class_t wanted, hid_t type,
                   void* value) const;

  const Hdf5Session* session_;
  std::string path_;
  Hdf5Handle file_;
};

}  // namespace vle::io
