#include <hdf5.h>

#include <cstring>
#include <filesystem>
#include <vle/io/array.hpp>

#include "expectations.hpp"
#include "files.hpp"

namespace vle {
namespace {

using test::fails_with;
using test::TemporaryFolder;

std::string npy(const std::string& dictionary, std::string_view data, char version = 1) {
  std::string bytes = "\x93NUMPY";
  bytes += version;
  bytes += '\0';
  const std::size_t length_bytes = version == 1 ? 2 : 4;
  for (std::size_t i = 0; i < length_bytes; ++i) bytes += static_cast<char>(dictionary.size() >> (8 * i) & 0xFF);
  return bytes + dictionary + std::string(data);
}

std::string header(const std::string& type, const std::string& shape, bool fortran = false) {
  return fmt::format("{{'descr': '{}', 'fortran_order': {}, 'shape': {}, }}\n", type, fortran ? "True" : "False",
                     shape);
}

template <class T>
std::string bytes_of(const std::vector<T>& values) {
  std::string bytes(values.size() * sizeof(T), '\0');
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

class NpyFile : public testing::Test {
 protected:
  Result<Array> read(const std::string& bytes) const { return read_npy(folder_.write("a.npy", bytes)); }

  template <class T>
  void expect_type(const std::string& type) const {
    const Result<Array> array = read(npy(header(type, "(3,)"), bytes_of<T>({T{1}, T{0}, T{1}})));
    ASSERT_TRUE(array) << array.error().message;
    EXPECT_EQ(array->shape, std::vector<std::int64_t>{3});
    EXPECT_EQ(array->values, (std::vector<double>{1, 0, 1})) << type;
  }

  TemporaryFolder folder_;
};

TEST_F(NpyFile, ReadsEveryNumberType) {
  expect_type<float>("<f4");
  expect_type<double>("<f8");
  expect_type<std::int8_t>("|i1");
  expect_type<std::int16_t>("<i2");
  expect_type<std::int32_t>("<i4");
  expect_type<std::int64_t>("<i8");
  expect_type<std::uint8_t>("|u1");
  expect_type<std::uint16_t>("<u2");
  expect_type<std::uint32_t>("<u4");
  expect_type<std::uint64_t>("<u8");
  expect_type<std::uint8_t>("|b1");
}

TEST_F(NpyFile, ReadsAllThreeVersionsAndShapes) {
  for (const char version : {char{1}, char{2}, char{3}}) {
    const Result<Array> array = read(npy(header("<f8", "(2, 1)"), bytes_of<double>({3, 4}), version));
    ASSERT_TRUE(array) << array.error().message;
    EXPECT_EQ(array->shape, (std::vector<std::int64_t>{2, 1}));
  }
  const Result<Array> scalar = read(npy(header("<f8", "()"), bytes_of<double>({5})));
  ASSERT_TRUE(scalar) << scalar.error().message;
  EXPECT_TRUE(scalar->shape.empty());
  EXPECT_EQ(scalar->values, std::vector<double>{5});
  const Result<Array> nothing = read(npy(header("<f8", "(0, 9)"), ""));
  ASSERT_TRUE(nothing) << nothing.error().message;
  EXPECT_TRUE(nothing->values.empty());
}

TEST_F(NpyFile, TurnsFortranOrderAround) {
  // Element [i][j][k] = 100 i + 10 j + k; the first index runs fastest in the file.
  std::vector<double> column_major;
  std::vector<double> row_major;
  for (int k = 0; k < 2; ++k) {
    for (int j = 0; j < 3; ++j) {
      for (int i = 0; i < 2; ++i) column_major.push_back(100 * i + 10 * j + k);
    }
  }
  for (int i = 0; i < 2; ++i) {
    for (int j = 0; j < 3; ++j) {
      for (int k = 0; k < 2; ++k) row_major.push_back(100 * i + 10 * j + k);
    }
  }
  const Result<Array> array = read(npy(header("<f8", "(2, 3, 2)", true), bytes_of(column_major)));
  ASSERT_TRUE(array) << array.error().message;
  EXPECT_EQ(array->values, row_major);
}

TEST_F(NpyFile, RefusesWhatIsDamagedOrHostile) {
  const std::string data = bytes_of<double>({1, 2, 3, 4});
  const auto refuse = [&](const std::string& bytes, std::string_view part) {
    EXPECT_TRUE(fails_with(read(bytes), ErrorCode::kInvalidInput, part)) << part;
  };
  refuse("", "empty");
  refuse("PK\3\4 not numpy", "does not begin with");
  refuse(npy(header("<f8", "(2, 2)"), data, 9), "version 9");
  refuse(npy(header("<f8", "(2, 2)"), data).substr(0, 9), "cut off");
  refuse(npy(header("<f8", "(2, 2)"), data).substr(0, 30), "longer than the file");
  refuse(npy(header("<f8", "(2, 2)"), data.substr(1)), "needs 32 bytes of numbers, the file has 31");
  refuse(npy(header("<f8", "(2, 2)"), data + "x"), "needs 32 bytes of numbers, the file has 33");
  refuse(npy(header(">f8", "(2, 2)"), data), "\">f8\" are not read");
  refuse(npy(header("<c16", "(2,)"), data), "\"<c16\" are not read");
  refuse(npy(header("|O", "(4,)"), data), "\"|O\" are not read");
  refuse(npy(header("<f8", "(-2, -2)"), data), "(-2, -2)");
  refuse(npy(header("<f8", "(4294967296, 4294967296)"), data), "(4294967296, 4294967296)");
  refuse(npy(header("<f8", "(9223372036854775807, 3)"), data), "is not one of at most");
  refuse(npy(header("<f8", "(99999999999999999999,)"), data), "is not the dictionary");
  refuse(npy(header("<f8", "(2, 2"), data), "is not the dictionary");
  refuse(npy("{'descr': '<f8', 'shape': (4,), }", data), "is not the dictionary");
  refuse(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (4,), 'x': 1}", data), "is not the dictionary");
  refuse(npy("[('a', '<f8')]", data), "is not the dictionary");
  refuse(npy("", data), "is not the dictionary");
  refuse(npy(header("<i8", "(1,)"), bytes_of<std::int64_t>({(std::int64_t{1} << 53) + 2})), "integers above 2^53");
}

TEST_F(NpyFile, ReadsBackWhatItWrote) {
  const Array array{{2, 3}, {0.1, -2, 3e300, 4, 5, 6}};
  ASSERT_TRUE(write_npy(folder_.file("b.npy"), array));
  EXPECT_EQ(std::filesystem::file_size(folder_.file("b.npy")) % 16, 0u);
  const Result<Array> read_back = read_array(folder_.file("b.npy"));
  ASSERT_TRUE(read_back) << read_back.error().message;
  EXPECT_EQ(read_back->shape, array.shape);
  EXPECT_EQ(read_back->values, array.values);
  EXPECT_TRUE(fails_with(write_npy(folder_.file("c.npy"), {{3}, {1}}), ErrorCode::kInvalidInput, "shape (3)"));
}

class CsvFile : public testing::Test {
 protected:
  Result<Array> read(std::string_view text) const { return read_csv(folder_.write("a.csv", text)); }
  TemporaryFolder folder_;
};

TEST_F(CsvFile, ReadsRowsWithOrWithoutAHeader) {
  for (const char* text : {"1,2\n3,-4.5e1\n", "a,b\r\n1, 2\r\n 3,-45\r\n\r\n", "a , b\n+1,2\n3,-45"}) {
    const Result<Array> array = read(text);
    ASSERT_TRUE(array) << array.error().message;
    EXPECT_EQ(array->shape, (std::vector<std::int64_t>{2, 2}));
    EXPECT_EQ(array->values, (std::vector<double>{1, 2, 3, -45}));
  }
}

TEST_F(CsvFile, LocatesMistakesByLineAndColumn) {
  const auto refuse = [&](std::string_view text, std::string_view part) {
    EXPECT_TRUE(fails_with(read(text), ErrorCode::kInvalidInput, part)) << text;
  };
  refuse("a,b\n1,2\n3,x\n", "a.csv:3: column 2: \"x\" is not a number");
  refuse("1,2\n3\n", "a.csv:2: has 1 values, the lines before have 2");
  refuse("a,b\n1,2,3\n", "a.csv:2: has 3 values");
  refuse("1,x\n2,3\n", "a.csv:1: column 2: \"x\" is not a number");
  refuse("1,2,\n", "a.csv:1: column 3: \"\" is not a number");
  refuse("1\n\n2\n", "a.csv:2: column 1: \"\" is not a number");
  refuse("1\nnan\n", "a.csv:2: column 1: nan must be a finite number");
  refuse("1\n1e999\n", "a.csv:2: column 1: \"1e999\" is not a number");
  refuse("a,b\n", "holds no numbers");
  refuse("\n\n", "holds no numbers");
  refuse("", "the file is empty");
  refuse("1,2\n3,\xff\n", "a.csv:2: is not text");
}

/// Makes HDF5 files that the library under test does not write itself.
class Hdf5File : public testing::Test {
 protected:
  std::string make(const std::vector<std::pair<std::string, std::vector<hsize_t>>>& datasets) const {
    const hid_t file = H5Fcreate(folder_.file("a.h5").c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    for (const auto& [name, shape] : datasets) {
      hsize_t count = 1;
      for (const hsize_t extent : shape) count *= extent;
      std::vector<double> values(count < 1000 ? count : 0);
      for (std::size_t i = 0; i < values.size(); ++i) values[i] = 0.5 * static_cast<double>(i);
      const hid_t space = H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr);
      const hid_t dataset =
          H5Dcreate2(file, name.c_str(), H5T_IEEE_F32LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
      if (!values.empty()) H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
      H5Dclose(dataset);
      H5Sclose(space);
    }
    H5Fclose(file);
    return folder_.file("a.h5");
  }
  TemporaryFolder folder_;
};

TEST_F(Hdf5File, ReadsTheNamedOrTheOnlyDataSet) {
  const std::string path = make({{"W", {2, 3}}});
  for (const char* name : {"W", "", "/W"}) {
    const Result<Array> array = read_array(path, name);
    ASSERT_TRUE(array) << array.error().message;
    EXPECT_EQ(array->shape, (std::vector<std::int64_t>{2, 3}));
    EXPECT_EQ(array->values, (std::vector<double>{0, 0.5, 1, 1.5, 2, 2.5}));
  }
}

TEST_F(Hdf5File, AsksForANameWhereThereAreSeveral) {
  EXPECT_TRUE(
      fails_with(read_h5(make({{"W", {2}}, {"B", {2}}}), ""), ErrorCode::kInvalidInput, "one must be named: B, W"));
  EXPECT_TRUE(fails_with(read_h5(make({}), ""), ErrorCode::kInvalidInput, "holds no data set"));
  EXPECT_TRUE(fails_with(read_h5(make({{"W", {2}}}), "V"), ErrorCode::kInvalidInput, "has no data set \"V\""));
}

TEST_F(Hdf5File, RefusesWhatIsDamagedOrHostile) {
  EXPECT_TRUE(fails_with(read_h5(folder_.write("b.h5", "not HDF5 at all"), ""), ErrorCode::kInvalidInput,
                         "is not an HDF5 file"));
  EXPECT_TRUE(
      fails_with(read_h5(make({{"W", {hsize_t{1} << 20, hsize_t{1} << 20}}}), ""), ErrorCode::kInvalidInput, "above"));
  const std::string whole = test::read_file(make({{"W", {900}}}));
  EXPECT_TRUE(fails_with(read_h5(folder_.write("c.h5", whole.substr(0, whole.size() / 2)), "W"),
                         ErrorCode::kInvalidInput, "c.h5: "));
  EXPECT_TRUE(fails_with(read_h5(folder_.file("none.h5"), ""), ErrorCode::kIo, "cannot be read"));
}

TEST(ReadArray, RefusesUnknownExtensions) {
  EXPECT_TRUE(fails_with(read_array("a.mat"), ErrorCode::kInvalidInput, "unknown extension \".mat\""));
  EXPECT_TRUE(fails_with(read_array("a.npy", "W"), ErrorCode::kInvalidInput, "only a .h5 file has data sets"));
}

}  // namespace
}  // namespace vle
