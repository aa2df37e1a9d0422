#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>
#include <vle/backend/backend.hpp>

namespace vle::app {

/// A chip with some of its effects on, loaded.
struct AblationVariant {
  std::string name;
  std::unique_ptr<Backend> backend;
  std::function<void(Stimulus&)> prepare{};  ///< makes up for known offsets of what targets are compared with; or empty
  std::function<void(Traces&)> correct{};    ///< takes known offsets of the read-out away; may be empty
};

/// What one variant costs: distances of r from the ideal twin, as RMS difference over standard deviation; empty where
/// the ideal signal is constant.
struct AblationRow {
  std::string name;
  std::vector<std::optional<double>> outputs;  ///< ordered as the outputs asked for
  std::optional<double> pooled;                ///< over every population
  std::map<std::string, std::int64_t> saturated;
  bool interrupted = false;
};

/// Runs the twin and each variant on the same stimulus, recording r of every population. The first row is the twin's
/// own (distance 0). An interrupted run ends the table with its row.
[[nodiscard]] Result<std::vector<AblationRow>> run_ablation(Backend& twin, const std::vector<AblationVariant>& variants,
                                                            const std::vector<std::string>& outputs,
                                                            const Stimulus& stimulus, const RunOptions& options);

}  // namespace vle::app
