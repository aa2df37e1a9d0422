#include <vle/backend/readout.hpp>
#include <vle/compile/compile.hpp>
#include <vle/io/files.hpp>

#include "../ablation.hpp"
#include "../calibration_option.hpp"
#include "../chip_tables.hpp"
#include "../interrupt.hpp"
#include "../over_chips.hpp"
#include "../progress_bar.hpp"
#include "../run_options.hpp"
#include "../stimulus.hpp"
#include "../text_table.hpp"
#include "verbs.hpp"

namespace vle::app {
namespace {

using Json = nlohmann::ordered_json;

struct NamedEffects {
  std::string name;
  emulator::Effects effects;
};

/// Whether any of `effects` can show in this map on this chip.
bool can_show(emulator::Effects effects, const ParameterMap& map, bool is_at_nominal_temperature) {
  emulator::Effects shown = emulator::effects_of(map.target);
  if (map.crossings.rate_channels + map.crossings.error_channels == 0) {
    shown = shown.without(emulator::Effects::only(emulator::Effect::kCrossing));
  }
  if (is_at_nominal_temperature) shown = shown.without(emulator::Effects::only(emulator::Effect::kTemperature));
  return effects.without(shown) != effects;
}

/// Each group, or each effect, alone on top of quantisation, then all of them. What this map or this chip does not have
/// is left out.
std::vector<NamedEffects> variants_of(const ParameterMap& map, bool singly, bool is_at_nominal_temperature) {
  std::vector<NamedEffects> list{{"quantised", emulator::Effects::none()}};
  const auto add = [&](std::string_view name, emulator::Effects effects) {
    if (can_show(effects, map, is_at_nominal_temperature)) list.push_back({fmt::format("+ {}", name), effects});
  };
  if (singly) {
    for (const auto& record : emulator::kEffectRecords) add(record.name, emulator::Effects::only(record.effect));
  } else {
    for (const auto& record : emulator::kEffectGroups) add(record.name, emulator::Effects::only(record.group));
  }
  list.push_back({"all", emulator::Effects{}});
  return list;
}

/// Maps of the nominal chip and, where there is a calibration, of the calibrated one, at the same speed-up.
struct Maps {
  std::shared_ptr<const ParameterMap> nominal;
  std::shared_ptr<const ParameterMap> calibrated;
};

/// What is the same for all variants of a study.
struct Conditions {
  bool singly = false;            ///< each effect alone, not each group
  double temperature_kelvin = 0;  ///< 0: nominal
};

Result<AblationVariant> make_variant(std::string name, emulator::Effects effects, std::uint64_t chip,
                                     double temperature_kelvin, const std::shared_ptr<const ParameterMap>& map,
                                     const Calibration* calibration) {
  AblationVariant variant{
      std::move(name), emulator::make_emulator_backend(map->target, chip, effects, temperature_kelvin), {}};
  if (auto loaded = variant.backend->load(map); !loaded) return tl::unexpected(loaded.error());
  if (calibration != nullptr) {
    variant.prepare = [map, calibration](Stimulus& stimulus) { correct_targets(*calibration, *map, stimulus); };
    variant.correct = [map, calibration](Traces& traces) { correct_readout(*calibration, *map, traces); };
  }
  return variant;
}

/// A calibration answers mismatch, so each variant that has all of it runs twice: as compiled for the nominal
/// chip, and calibrated.
Result<std::vector<AblationVariant>> make_variants(const Maps& maps, std::uint64_t chip, const Conditions& conditions,
                                                   const Calibration* calibration) {
  const double kelvin = conditions.temperature_kelvin;
  const double nominal = maps.nominal->target.noise.temperature_kelvin;
  const auto mismatch = emulator::Effects::only(emulator::EffectGroup::kMismatch);
  std::vector<AblationVariant> variants;
  for (const NamedEffects& named : variants_of(*maps.nominal, conditions.singly, kelvin == 0 || kelvin == nominal)) {
    auto variant = make_variant(named.name, named.effects, chip, kelvin, maps.nominal, nullptr);
    if (!variant) return tl::unexpected(variant.error());
    variants.push_back(std::move(*variant));
    if (calibration == nullptr || named.effects.with(mismatch) != named.effects) continue;
    auto calibrated = make_variant(fmt::format("{}, calibrated", named.name), named.effects, chip, kelvin,
                                   maps.calibrated, calibration);
    if (!calibrated) return tl::unexpected(calibrated.error());
    variants.push_back(std::move(*calibrated));
  }
  return variants;
}

std::int64_t total(const std::map<std::string, std::int64_t>& counts) {
  std::int64_t sum = 0;
  for (const auto& entry : counts) sum += entry.second;
  return sum;
}

std::string percent(const std::optional<double>& nrmse) {
  return nrmse ? fmt::format("{:.3f} %", 100 * *nrmse) : std::string("constant");
}

void print_rows(const std::vector<AblationRow>& rows, const std::vector<std::string>& outputs, Console& console) {
  std::vector<std::string> header{"variant"};
  for (const std::string& output : outputs) header.push_back(output + ".r");
  header.insert(header.end(), {"all r", "saturated"});
  TextTable table(std::move(header));
  for (const AblationRow& row : rows) {
    std::vector<std::string> cells{row.name};
    for (const auto& nrmse : row.outputs) cells.push_back(percent(nrmse));
    cells.insert(cells.end(), {percent(row.pooled), std::to_string(total(row.saturated))});
    table.add(std::move(cells));
  }
  console.print("distance from the ideal twin (RMS difference / standard deviation)\n{}", table.text());
}

Json json_of(const std::vector<AblationRow>& rows, const std::vector<std::string>& outputs) {
  Json list = Json::array();
  for (const AblationRow& row : rows) {
    Json json{{"variant", row.name}};
    json["outputs"] = Json::object();
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      json["outputs"][outputs[i]] = row.outputs[i] ? Json(*row.outputs[i]) : Json(nullptr);
    }
    json["pooled"] = row.pooled ? Json(*row.pooled) : Json(nullptr);
    json["saturated"] = Json::object();
    for (const auto& entry : row.saturated) json["saturated"][entry.first] = entry.second;
    list.push_back(std::move(json));
  }
  return list;
}

struct Setup {
  Subject subject;
  Maps maps;
  Stimulus stimulus;
  RunOptions options;
  std::optional<Calibration> calibration;
  Conditions conditions;
};

Result<Maps> compile_maps(const Network& network, const Target& target, const Stimulus* profile,
                          const Calibration* calibration) {
  Maps maps;
  CompileOptions options;
  if (calibration != nullptr) {
    options.calibration = calibration;
    auto map = compile_subject(network, target, profile, options);
    if (!map) return tl::unexpected(map.error());
    maps.calibrated = std::move(*map);
    options.speed_up = maps.calibrated->timing.speed_up;
    options.calibration = nullptr;
  }
  auto map = compile_subject(network, target, profile, options);
  if (!map) return tl::unexpected(map.error());
  maps.nominal = std::move(*map);
  return maps;
}

Result<Setup> prepare(const Arguments& arguments, std::uint64_t chip, Console& console) {
  auto options = read_run_options(arguments);
  if (!options) return tl::unexpected(options.error());
  auto network = read_network(arguments.text("NETWORK"));
  if (!network) return tl::unexpected(network.error());
  const auto target = read_target(arguments.text("--target"));
  if (!target) return tl::unexpected(target.error());
  Subject subject{std::make_shared<const Network>(std::move(*network)), nullptr};
  auto stimulus = read_stimulus(arguments, subject);
  if (!stimulus) return tl::unexpected(stimulus.error());
  auto calibration = read_calibration_option(arguments, console);
  if (!calibration) return tl::unexpected(calibration.error());
  if (*calibration) {
    if (auto own = check_calibration_of(**calibration, *target, chip); !own) return tl::unexpected(own.error());
  }
  auto maps = compile_maps(*subject.network, *target, arguments.has("--input") ? &*stimulus : nullptr,
                           pointer_to(*calibration));
  if (!maps) return tl::unexpected(maps.error());
  return Setup{std::move(subject),      std::move(*maps),
               std::move(*stimulus),    std::move(*options),
               std::move(*calibration), {arguments.has("--effects"), arguments.number("--temperature").value_or(0)}};
}

/// run_ablation() with a progress bar while it lasts.
Result<std::vector<AblationRow>> run_shown(Backend& twin, const std::vector<AblationVariant>& variants,
                                           const std::vector<std::string>& outputs, const Stimulus& stimulus,
                                           RunOptions options) {
  ProgressBar bar;
  if (bar.is_shown()) {
    options.progress = [&bar](std::int64_t done, std::int64_t total) { bar.advance(done, total); };
  }
  return run_ablation(twin, variants, outputs, stimulus, options);
}

/// The tables of all chips that are done, each with its own variants, against one run of the twin.
Result<std::vector<std::vector<AblationRow>>> ablate_chips(const Setup& setup, Backend& twin, ChipRange chips,
                                                           const std::vector<std::string>& outputs) {
  const auto ideal = twin.run(setup.stimulus, setup.options);
  if (!ideal) return tl::unexpected(ideal.error());
  if (ideal->report.interrupted) return fail(ErrorCode::kInterrupted, "interrupted while the ideal twin ran");
  std::vector<std::vector<AblationRow>> tables(chips.count());
  RunOptions options = setup.options;
  options.threads = 1;
  ProgressBar bar;
  const auto done = for_each_chip(
      chips, setup.options.threads, setup.options.stop,
      [&bar](std::int64_t so_far, std::int64_t total) { bar.advance(so_far, total); },
      [&](std::size_t k, std::uint64_t chip) -> Result<> {
        const auto variants = make_variants(setup.maps, chip, setup.conditions, nullptr);
        if (!variants) return tl::unexpected(variants.error());
        const auto replay = make_replaying_backend(*ideal);
        auto rows = run_ablation(*replay, *variants, outputs, setup.stimulus, options);
        if (!rows) return tl::unexpected(rows.error());
        tables[k] = std::move(*rows);
        return {};
      });
  if (!done) return tl::unexpected(done.error());
  tables.resize(*done);
  return tables;
}

Result<Outcome> report_chips(const Setup& setup, Backend& twin, const std::string& list, Console& console) {
  const auto chips = parse_chips(list);
  if (!chips) return tl::unexpected(chips.error());
  const auto outputs = setup.subject.outputs();
  const auto tables = ablate_chips(setup, twin, *chips, outputs);
  if (!tables) return tl::unexpected(tables.error());
  if (tables->empty()) return fail(ErrorCode::kInterrupted, "interrupted before the first chip was done");
  const std::vector<EffectCost> costs = attribute(*tables);
  const ParameterMap& map = *setup.maps.nominal;
  console.print("network {} on target {}, {} of chips {}..{}, seed {}, {} steps x {} trials\n", map.network_name,
                map.target.name, tables->size(), chips->first, chips->last, setup.options.seed, setup.stimulus.steps,
                setup.stimulus.batch);
  console.print("distance of all r from the ideal twin over chips, and what each effect adds to the error power\n{}",
                text_of(costs));
  Outcome outcome;
  if (tables->size() < chips->count()) outcome.exit_code = ExitCode::kInterrupted;
  outcome.json = {{"network_hash", map.network_hash},
                  {"target", map.target.name},
                  {"target_hash", map.target.hash},
                  {"seed", setup.options.seed},
                  {"steps", setup.stimulus.steps},
                  {"batch", setup.stimulus.batch},
                  {"chips", json_of(*chips, tables->size())},
                  {"variants", json_of(costs, outputs)}};
  return outcome;
}

}  // namespace

Result<Outcome> run_ablate(const Arguments& arguments, Console& console) {
  const auto chip = static_cast<std::uint64_t>(arguments.count("--chip").value_or(0));
  if (auto one = check_calibration_of_one_chip(arguments); !one) return tl::unexpected(one.error());
  auto setup = prepare(arguments, chip, console);
  if (!setup) return tl::unexpected(setup.error());
  const auto twin = make_twin(setup->subject, *setup->maps.nominal);
  if (!twin) return tl::unexpected(twin.error());
  const InterruptWatch interrupt;
  setup->options.stop = interrupt.token();
  if (const auto list = arguments.find("--chips")) return report_chips(*setup, **twin, *list, console);
  const auto variants = make_variants(setup->maps, chip, setup->conditions, pointer_to(setup->calibration));
  if (!variants) return tl::unexpected(variants.error());
  const auto outputs = setup->subject.outputs();
  const auto rows = run_shown(**twin, *variants, outputs, setup->stimulus, setup->options);
  if (!rows) return tl::unexpected(rows.error());
  const ParameterMap& map = *setup->maps.nominal;
  console.print("network {} on target {}, chip {}, seed {}, {} steps x {} trials\n", map.network_name, map.target.name,
                chip, setup->options.seed, setup->stimulus.steps, setup->stimulus.batch);
  print_rows(*rows, outputs, console);
  Outcome outcome;
  outcome.exit_code = rows->back().interrupted ? ExitCode::kInterrupted : ExitCode::kDone;
  outcome.json = {{"network_hash", map.network_hash}, {"target", map.target.name},
                  {"target_hash", map.target.hash},   {"chip_id", chip},
                  {"seed", setup->options.seed},      {"steps", setup->stimulus.steps},
                  {"batch", setup->stimulus.batch},   {"variants", json_of(*rows, outputs)}};
  return outcome;
}

}  // namespace vle::app
