#include "relaxation.hpp"

namespace vle::calibration {

void Relaxation::follow(double distance, std::size_t substeps, std::vector<double>& path) const {
  path.resize(substeps + 1);
  path[0] = distance;
  for (std::size_t n = 1; n <= substeps; ++n) path[n] = next(path[n - 1]);
}

}  // namespace vle::calibration
