#include <fmt/ranges.h>

#include <vle/io/array.hpp>

#include "hdf5_read.hpp"

namespace vle {
namespace {

Result<std::string> only_dataset(const io::Hdf5Reader& file, const std::string& path) {
  const Result<std::vector<std::string>> names = file.datasets();
  if (!names) return tl::unexpected(names.error());
  if (names->size() == 1) return names->front();
  if (names->empty()) return fail(ErrorCode::kInvalidInput, "{}: holds no data set", path);
  return fail(ErrorCode::kInvalidInput, "{}: holds {} data sets, so one must be named: {}", path, names->size(),
              fmt::join(*names, ", "));
}

}  // namespace

Result<Array> read_h5(const std::string& path, const std::string& dataset) {
  const io::Hdf5Session session;
  const Result<io::Hdf5Reader> file = io::Hdf5Reader::open(session, path);
  if (!file) return tl::unexpected(file.error());
  const Result<std::string> name = dataset.empty() ? only_dataset(*file, path) : Result<std::string>(dataset);
  if (!name) return tl::unexpected(name.error());
  const Result<io::Hdf5Handle> opened = file->open_dataset(*name);
  if (!opened) return tl::unexpected(opened.error());
  Result<std::vector<std::int64_t>> shape = file->shape_of(*opened, *name);
  if (!shape) return tl::unexpected(shape.error());
  Result<std::vector<double>> values = file->read_doubles(*opened, *name);
  if (!values) return tl::unexpected(values.error());
  return Array{std::move(*shape), std::move(*values)};
}

}  // namespace vle
