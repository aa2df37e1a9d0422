#pragma once

#include <string>
#include <vle/backend/backend.hpp>

namespace vle::io {

[[nodiscard]] Result<> write_traces_hdf5(const std::string& path, const Traces& traces);
[[nodiscard]] Result<> write_traces_csv(const std::string& path, const Traces& traces);

}  // namespace vle::io
