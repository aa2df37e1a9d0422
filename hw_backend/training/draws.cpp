#include "draws.hpp"

#include <vle/random/draw.hpp>

namespace vle::training {

double Draws::uniform(std::size_t index) const {
  return draw_uniform(seed_, Stream::kDescription, {static_cast<std::uint32_t>(index), channel_, purpose_});
}

double Draws::normal(std::size_t index) const {
  return draw_normal(seed_, Stream::kDescription, {static_cast<std::uint32_t>(index), channel_, purpose_});
}

}  // namespace vle::training
