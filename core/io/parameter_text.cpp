#include "parameter_text.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <vle/io/array.hpp>

namespace vle::io {
namespace {

template <class Message>
std::optional<std::uint64_t> seed_of(const Message& message) {
  if (!message.has_seed()) return std::nullopt;
  return message.seed();
}

std::optional<Distribution> distribution_of(const v1::Parameter& parameter) {
  using Kind = Distribution::Kind;
  switch (parameter.source_case()) {
    case v1::Parameter::kUniform: {
      const v1::Uniform& given = parameter.uniform();
      return Distribution{Kind::kUniform, given.low(), given.high(), seed_of(given)};
    }
    case v1::Parameter::kLogUniform: {
      const v1::LogUniform& given = parameter.log_uniform();
      return Distribution{Kind::kLogUniform, given.low(), given.high(), seed_of(given)};
    }
    case v1::Parameter::kNormal: {
      const v1::Normal& given = parameter.normal();
      return Distribution{Kind::kNormal, given.mean(), given.standard_deviation(), seed_of(given)};
    }
    case v1::Parameter::kLogNormal: {
      const v1::LogNormal& given = parameter.log_normal();
      return Distribution{Kind::kLogNormal, given.median(), given.sigma(), seed_of(given)};
    }
    case v1::Parameter::kFanInNormal: {
      const v1::FanInNormal& given = parameter.fan_in_normal();
      return Distribution{Kind::kFanInNormal, given.gain(), 0, seed_of(given)};
    }
    case v1::Parameter::kFile:
    case v1::Parameter::SOURCE_NOT_SET:
      break;
  }
  return std::nullopt;
}

}  // namespace

void ParameterReader::reject(const ParameterPlace& place, std::string path, std::string reason) {
  mistakes_.push_back({std::move(path), fmt::format("{}: {}: {}", place.object, place.name, reason)});
  rejected_.push_back(place.path);
}

bool ParameterReader::is_sound(const std::string& path) const {
  return std::none_of(rejected_.begin(), rejected_.end(), [&](const std::string& rejected) {
    return path.starts_with(rejected) && (path.size() == rejected.size() || path[rejected.size()] == '.');
  });
}

std::vector<double> ParameterReader::read_file(const v1::File& file, const ParameterPlace& place) {
  const std::string path = place.path + ".file";
  if (file.path().empty()) {
    reject(place, path, "file needs a path");
    return {};
  }
  const std::string full = (std::filesystem::path(folder_) / file.path()).string();
  Result<Array> array = read_array(full, file.dataset());
  if (!array) {
    reject(place, path + ".path", array.error().message);
    return {};
  }
  const std::vector<std::int64_t>& shape = array->shape;
  if (array->values.empty()) {
    reject(place, path + ".path", fmt::format("{} holds no values", full));
  } else if (shape.size() > 1 && !place.is_matrix) {
    reject(place, path + ".path",
           fmt::format("{} has the shape ({}); one value for each neuron is needed, in one dimension", full,
                       fmt::join(shape, ", ")));
  } else if (shape.size() > 1 && place.matrix_shape &&
             shape != std::vector{place.matrix_shape->first, place.matrix_shape->second}) {
    reject(place, path + ".path",
           fmt::format("{} has the shape ({}), needs post x pre = ({}, {})", full, fmt::join(shape, ", "),
                       place.matrix_shape->first, place.matrix_shape->second));
  }
  return std::move(array->values);
}

ParameterDescription ParameterReader::read(const v1::Parameter& parameter, const ParameterPlace& place) {
  ParameterDescription description;
  const bool has_source = parameter.source_case() != v1::Parameter::SOURCE_NOT_SET;
  if (parameter.value_size() > 0 && has_source) {
    reject(place, place.path, "has values and a source as well; give one of them");
  } else if (parameter.value_size() == 0 && !has_source) {
    reject(place, place.path, "is empty; give a value, a list, a distribution or a file");
  }
  description.distribution = distribution_of(parameter);
  if (parameter.source_case() == v1::Parameter::kFile) {
    description.values = read_file(parameter.file(), place);
  } else {
    description.values.assign(parameter.value().begin(), parameter.value().end());
  }
  return description;
}

}  // namespace vle::io
