#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>
#include <vle/network/description.hpp>
#include <vle/result/result.hpp>

#include "vle/v1/network.pb.h"

namespace vle::io {

/// Where a parameter stands in a description, and what a file of it must look like.
struct ParameterPlace {
  std::string path;    ///< `population[1].tau_m`
  std::string object;  ///< `population "hidden"`
  std::string name;    ///< `tau_m`
  bool is_matrix = false;
  std::optional<std::pair<std::int64_t, std::int64_t>> matrix_shape;  ///< post, pre; empty: not known
};

/// Turns the parameters of one description into plain data, files included, and keeps the mistakes.
class ParameterReader {
 public:
  /// Files are relative to `folder`.
  explicit ParameterReader(std::string folder) : folder_(std::move(folder)) {}

  ParameterDescription read(const v1::Parameter& parameter, const ParameterPlace& place);

  const Diagnostics& mistakes() const { return mistakes_; }
  /// False for paths below a parameter that is wrong already: what else is wrong with it would only follow.
  bool is_sound(const std::string& path) const;

 private:
  void reject(const ParameterPlace& place, std::string path, std::string reason);
  std::vector<double> read_file(const v1::File& file, const ParameterPlace& place);

  std::string folder_;
  Diagnostics mistakes_;
  std::vector<std::string> rejected_;
};

}  // namespace vle::io
