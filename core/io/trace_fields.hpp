#pragma once

#include <vle/backend/backend.hpp>

namespace vle::io {

// Provenance of a run as attributes of the root group of a trace file: one table for writing and for reading.

struct TextField {
  const char* name;
  std::string RunReport::*field;
};
inline constexpr TextField kTextFields[] = {
    {"backend", &RunReport::backend},
    {"target", &RunReport::target},
    {"target_hash", &RunReport::target_hash},
    {"network_hash", &RunReport::network_hash},
    {"calibration_hash", &RunReport::calibration_hash},
};

struct CountField {
  const char* name;
  std::int64_t RunReport::*field;
};
inline constexpr CountField kCountFields[] = {
    {"steps", &RunReport::steps},
    {"neurons", &RunReport::neurons},
    {"synapses", &RunReport::synapses},
    {"substeps", &RunReport::substeps},
};

struct RealField {
  const char* name;
  double RunReport::*field;
};
inline constexpr RealField kRealFields[] = {
    {"model_seconds", &RunReport::model_seconds},
    {"device_seconds", &RunReport::device_seconds},
};

struct CountTable {
  const char* group;
  std::map<std::string, std::int64_t> RunReport::*field;
};
/// Groups whose attributes are the entries.
inline constexpr CountTable kCountTables[] = {
    {"/report/cycles", &RunReport::cycles},
    {"/report/stalled", &RunReport::stalled},
    {"/report/late", &RunReport::late},
    {"/report/saturated", &RunReport::saturated},
};
inline constexpr const char* kEnergyGroup = "/report/energy_joules";

}  // namespace vle::io
