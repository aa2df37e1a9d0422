#include "hdf5_read.hpp"

#include "array_limits.hpp"
#include "file_bytes.hpp"

namespace vle::io {
namespace {

herr_t keep_dataset(hid_t, const char* name, const H5O_info_t* object, void* names) {
  if (object->type == H5O_TYPE_DATASET) static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

herr_t keep_attribute(hid_t, const char* name, const H5A_info_t*, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

}  // namespace

Hdf5Reader::Hdf5Reader(const Hdf5Session& session, std::string path, Hdf5Handle file)
    : session_(&session), path_(std::move(path)), file_(std::move(file)) {}

tl::unexpected<Error> Hdf5Reader::failure(const std::string& what) const {
  return fail(ErrorCode::kInvalidInput, "{}: {}: {}", path_, what, session_->last_error());
}

Result<Hdf5Reader> Hdf5Reader::open(const Hdf5Session& session, const std::string& path) {
  if (Result<> readable = check_readable(path, std::int64_t{1} << 40); !readable)
    return tl::unexpected(readable.error());
  if (H5Fis_hdf5(path.c_str()) <= 0) return fail(ErrorCode::kInvalidInput, "{}: is not an HDF5 file", path);
  Hdf5Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  if (!file) return fail(ErrorCode::kInvalidInput, "{}: cannot be opened as HDF5: {}", path, session.last_error());
  return Hdf5Reader(session, path, std::move(file));
}

Result<std::vector<std::string>> Hdf5Reader::datasets() const {
  std::vector<std::string> names;
  if (H5Ovisit2(file_.id(), H5_INDEX_NAME, H5_ITER_INC, keep_dataset, &names, H5O_INFO_BASIC) < 0) {
    return failure("its groups cannot be read");
  }
  return names;
}

Result<Hdf5Handle> Hdf5Reader::open_dataset(const std::string& name) const {
  Hdf5Handle dataset(H5Dopen2(file_.id(), name.c_str(), H5P_DEFAULT), H5Dclose);
  if (!dataset) return fail(ErrorCode::kInvalidInput, "{}: has no data set \"{}\"", path_, name);
  return dataset;
}

Result<std::vector<std::int64_t>> Hdf5Reader::shape_of(const Hdf5Handle& dataset, const std::string& name) const {
  const Hdf5Handle space(H5Dget_space(dataset.id()), H5Sclose);
  const int rank = space ? H5Sget_simple_extent_ndims(space.id()) : -1;
  if (rank < 0 || H5Sget_simple_extent_type(space.id()) == H5S_NULL)
    return failure(fmt::format("data set \"{}\" has no shape", name));
  std::vector<hsize_t> extents(static_cast<std::size_t>(rank));
  if (rank > 0) H5Sget_simple_extent_dims(space.id(), extents.data(), nullptr);
  return std::vector<std::int64_t>(extents.begin(), extents.end());
}

bool Hdf5Reader::is_integer(const Hdf5Handle& dataset) const {
  const Hdf5Handle type(H5Dget_type(dataset.id()), H5Tclose);
  return type && H5Tget_class(type.id()) == H5T_INTEGER;
}

Result<std::size_t> Hdf5Reader::count_numbers(const Hdf5Handle& dataset, const std::string& name) const {
  const Hdf5Handle type(H5Dget_type(dataset.id()), H5Tclose);
  const H5T_class_t kind = type ? H5Tget_class(type.id()) : H5T_NO_CLASS;
  if (kind != H5T_INTEGER && kind != H5T_FLOAT) {
    return fail(ErrorCode::kInvalidInput, "{}: data set \"{}\" does not hold numbers", path_, name);
  }
  const Result<std::vector<std::int64_t>> shape = shape_of(dataset, name);
  if (!shape) return tl::unexpected(shape.error());
  const std::optional<std::int64_t> count = count_of(*shape);
  if (!count) {
    return fail(ErrorCode::kInvalidInput, "{}: data set \"{}\" has the shape {}, above {} values", path_, name,
                shape_in_words(*shape), kMaxArrayValues);
  }
  return static_cast<std::size_t>(*count);
}

Result<std::vector<double>> Hdf5Reader::read_doubles(const Hdf5Handle& dataset, const std::string& name) const {
  const Result<std::size_t> count = count_numbers(dataset, name);
  if (!count) return tl::unexpected(count.error());
  std::vector<double> values(*count);
  if (H5Dread(dataset.id(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0) {
    return failure(fmt::format("data set \"{}\" cannot be read", name));
  }
  return values;
}

Result<std::vector<std::int32_t>> Hdf5Reader::read_integers(const Hdf5Handle& dataset, const std::string& name) const {
  const Result<std::size_t> count = count_numbers(dataset, name);
  if (!count) return tl::unexpected(count.error());
  std::vector<std::int32_t> values(*count);
  if (H5Dread(dataset.id(), H5T_NATIVE_INT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0) {
    return failure(fmt::format("data set \"{}\" cannot be read", name));
  }
  return values;
}

bool Hdf5Reader::read_scalar(const std::string& place, const std::string& name, H5T_class_t wanted, hid_t type,
                             void* value) const {
  const Hdf5Handle attribute(H5Aopen_by_name(file_.id(), place.c_str(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT),
                             H5Aclose);
  if (!attribute) return false;
  const Hdf5Handle stored(H5Aget_type(attribute.id()), H5Tclose);
  const Hdf5Handle space(H5Aget_space(attribute.id()), H5Sclose);
  if (!stored || !space || H5Tget_class(stored.id()) != wanted) return false;
  return H5Sget_simple_extent_npoints(space.id()) == 1 && H5Aread(attribute.id(), type, value) >= 0;
}

std::optional<std::string> Hdf5Reader::text_attribute(const std::string& place, const std::string& name) const {
  const Hdf5Handle attribute(H5Aopen_by_name(file_.id(), place.c_str(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT),
                             H5Aclose);
  if (!attribute) return std::nullopt;
  const Hdf5Handle type(H5Aget_type(attribute.id()), H5Tclose);
  const Hdf5Handle space(H5Aget_space(attribute.id()), H5Sclose);
  constexpr std::size_t kMaxText = 4096;
  if (!type || !space || H5Tget_class(type.id()) != H5T_STRING || H5Tis_variable_str(type.id()) != 0 ||
      H5Tget_size(type.id()) > kMaxText || H5Sget_simple_extent_npoints(space.id()) != 1) {
    return std::nullopt;
  }
  std::string text(H5Tget_size(type.id()), '\0');
  if (H5Aread(attribute.id(), type.id(), text.data()) < 0) return std::nullopt;
  text.resize(text.find_last_not_of('\0') + 1);
  return text;
}

std::optional<double> Hdf5Reader::real_attribute(const std::string& place, const std::string& name) const {
  double value = 0;
  if (!read_scalar(place, name, H5T_FLOAT, H5T_NATIVE_DOUBLE, &value)) return std::nullopt;
  return value;
}

std::vector<double> Hdf5Reader::real_attributes(const std::string& place, const std::string& name) const {
  const Hdf5Handle attribute(H5Aopen_by_name(file_.id(), place.c_str(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT),
                             H5Aclose);
  if (!attribute) return {};
  const Hdf5Handle type(H5Aget_type(attribute.id()), H5Tclose);
  const Hdf5Handle space(H5Aget_space(attribute.id()), H5Sclose);
  if (!type || !space || H5Tget_class(type.id()) != H5T_FLOAT) return {};
  std::vector<double> values(static_cast<std::size_t>(std::max<hssize_t>(H5Sget_simple_extent_npoints(space.id()), 0)));
  if (H5Aread(attribute.id(), H5T_NATIVE_DOUBLE, values.data()) < 0) return {};
  return values;
}

std::optional<std::int64_t> Hdf5Reader::integer_attribute(const std::string& place, const std::string& name) const {
  std::int64_t value = 0;
  if (!read_scalar(place, name, H5T_INTEGER, H5T_NATIVE_INT64, &value)) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> Hdf5Reader::unsigned_attribute(const std::string& place, const std::string& name) const {
  std::uint64_t value = 0;
  if (!read_scalar(place, name, H5T_INTEGER, H5T_NATIVE_UINT64, &value)) return std::nullopt;
  return value;
}

std::vector<std::string> Hdf5Reader::attribute_names(const std::string& place) const {
  std::vector<std::string> names;
  const Hdf5Handle object(H5Oopen(file_.id(), place.c_str(), H5P_DEFAULT), H5Oclose);
  if (object) H5Aiterate2(object.id(), H5_INDEX_NAME, H5_ITER_INC, nullptr, keep_attribute, &names);
  return names;
}

}  // namespace vle::io
