#pragma once

#include <vle/parameter_map/parameter_map.hpp>

#include "image_reader.hpp"

namespace vle {

/// The weights that the registers give to one projection, forward and backward, in model units.
Projection recover_projection(const ParameterMap& map, const RowTables& rows, const PlacedProjection& placed);

}  // namespace vle
