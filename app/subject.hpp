#pragma once

#include <memory>
#include <string>
#include <vector>
#include <vle/backend/backend.hpp>
#include <vle/compile/compile.hpp>
#include <vle/network/network.hpp>
#include <vle/parameter_map/parameter_map.hpp>

#include "backend_uri.hpp"

namespace vle::app {

/// What the user wants to run: a network or a parameter map, exactly one of them.
struct Subject {
  std::shared_ptr<const Network> network;
  std::shared_ptr<const ParameterMap> map;

  std::int64_t input_channels() const;
  std::int64_t target_channels() const;
  /// Names of the populations with a target; where there are none, of all.
  std::vector<std::string> outputs() const;
};

/// Reads a network or a map, whichever the file is.
[[nodiscard]] Result<Subject> read_subject(const std::string& path);

/// Compiles with signal ranges from a profile of the stimulus, or, where that is null, from bounds.
[[nodiscard]] Result<std::shared_ptr<const ParameterMap>> compile_subject(const Network& network, const Target& target,
                                                                          const Stimulus* profile,
                                                                          const CompileOptions& options = {});

/// A backend with the subject loaded.
struct Device {
  std::unique_ptr<Backend> backend;
  std::shared_ptr<const ParameterMap> map;  ///< what was loaded, where that was a map
};

/// Makes the backend of a URI and loads the subject: a network is compiled first, by `options`, where the backend is a
/// chip. `profile` may be null; a calibration of another chip is refused.
[[nodiscard]] Result<Device> open_device(const BackendUri& uri, const Subject& subject, const Stimulus* profile,
                                         const CompileOptions& options = {});

/// The ideal twin of a chip that runs `map`: the reference with the chip's sub-steps. It runs the subject's network,
/// or, where there is only a map, the network that the map realises.
[[nodiscard]] Result<std::unique_ptr<Backend>> make_twin(const Subject& subject, const ParameterMap& map);

}  // namespace vle::app
