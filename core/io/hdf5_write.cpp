#include "hdf5_write.hpp"

namespace vle::io {

Hdf5Writer::Hdf5Writer(const Hdf5Session& session, const std::string& path, Begin begin)
    : session_(session), parents_(H5Pcreate(H5P_LINK_CREATE), H5Pclose), file_(-1, H5Fclose) {
  H5Pset_create_intermediate_group(parents_.id(), 1);
  const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_libver_bounds(access.id(), H5F_LIBVER_EARLIEST, H5F_LIBVER_V18);
  H5Pset_file_locking(access.id(), false, true);
  if (begin == Begin::kWhereItEnded) {
    file_ = Hdf5Handle(H5Fopen(path.c_str(), H5F_ACC_RDWR, access.id()), H5Fclose);
  } else {
    const Hdf5Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
    H5Pset_obj_track_times(creation.id(), false);
    file_ = Hdf5Handle(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation.id(), access.id()), H5Fclose);
  }
  check(static_cast<bool>(file_), "the file cannot be made");
}

bool Hdf5Writer::check(bool ok, const std::string& what) {
  if (!ok && failure_.empty()) failure_ = fmt::format("{}: {}", what, session_.last_error());
  return failure_.empty();
}

void Hdf5Writer::group(const std::string& place) {
  if (!failure_.empty()) return;
  const Hdf5Handle creation(H5Pcreate(H5P_GROUP_CREATE), H5Pclose);
  H5Pset_obj_track_times(creation.id(), false);
  const Hdf5Handle group(H5Gcreate2(file_.id(), place.c_str(), parents_.id(), creation.id(), H5P_DEFAULT), H5Gclose);
  check(static_cast<bool>(group), place);
}

std::int64_t Hdf5Writer::dataset(const std::string& place, const std::vector<std::int64_t>& shape, SampleKind kind) {
  if (!failure_.empty()) return 0;
  const std::vector<hsize_t> extents(shape.begin(), shape.end());
  const Hdf5Handle space(H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr), H5Sclose);
  const Hdf5Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_obj_track_times(creation.id(), false);
  H5Pset_alloc_time(creation.id(), H5D_ALLOC_TIME_EARLY);
  H5Pset_fill_time(creation.id(), H5D_FILL_TIME_NEVER);
  const hid_t type = kind == SampleKind::kCodes ? H5T_STD_I32LE : H5T_IEEE_F64LE;
  Hdf5Handle dataset(H5Dcreate2(file_.id(), place.c_str(), type, space.id(), parents_.id(), creation.id(), H5P_DEFAULT),
                     H5Dclose);
  if (!check(static_cast<bool>(dataset), place)) return 0;
  const haddr_t first = H5Dget_offset(dataset.id());
  check(dataset.close(), place);
  return first == HADDR_UNDEF ? 0 : static_cast<std::int64_t>(first);
}

void Hdf5Writer::write_attribute(const std::string& place, const std::string& name, hid_t stored, hid_t memory,
                                 const void* value, const Hdf5Handle& space) {
  if (!failure_.empty()) return;
  const Hdf5Handle attribute(H5Acreate_by_name(file_.id(), place.c_str(), name.c_str(), stored, space.id(), H5P_DEFAULT,
                                               H5P_DEFAULT, H5P_DEFAULT),
                             H5Aclose);
  const bool ok = attribute && H5Awrite(attribute.id(), memory, value) >= 0;
  check(ok, fmt::format("attribute {} of {}", name, place));
}

namespace {

Hdf5Handle scalar_space() {
  return {H5Screate(H5S_SCALAR), H5Sclose};
}

}  // namespace

void Hdf5Writer::attribute(const std::string& place, const std::string& name, const std::string& text) {
  // Fixed length with its closing zero: text of variable length lies in heaps whose layout is less certain.
  const Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.id(), text.size() + 1);
  H5Tset_cset(type.id(), H5T_CSET_UTF8);
  write_attribute(place, name, type.id(), type.id(), text.c_str(), scalar_space());
}

void Hdf5Writer::attribute(const std::string& place, const std::string& name, double value) {
  write_attribute(place, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, &value, scalar_space());
}

void Hdf5Writer::attribute(const std::string& place, const std::string& name, std::int64_t value) {
  write_attribute(place, name, H5T_STD_I64LE, H5T_NATIVE_INT64, &value, scalar_space());
}

void Hdf5Writer::attribute(const std::string& place, const std::string& name, std::uint64_t value) {
  write_attribute(place, name, H5T_STD_U64LE, H5T_NATIVE_UINT64, &value, scalar_space());
}

void Hdf5Writer::attribute(const std::string& place, const std::string& name, const std::vector<double>& values) {
  const hsize_t count = values.size();
  write_attribute(place, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, values.data(),
                  {H5Screate_simple(1, &count, nullptr), H5Sclose});
}

Result<> Hdf5Writer::finish() {
  check(file_.close(), "the file cannot be closed");
  if (!failure_.empty()) return fail(ErrorCode::kIo, "{}", failure_);
  return {};
}

}  // namespace vle::io
