#include <filesystem>
#include <fstream>
#include <iterator>
#include <vle/io/files.hpp>
#include <vle/io/traces.hpp>

#include "../comparison_arguments.hpp"
#include "../report_sections.hpp"
#include "verbs.hpp"

namespace vle::app {
namespace {

/// The result files of a page, by what they hold, each kind in the order given.
struct ResultFiles {
  std::optional<Traces> ideal;
  std::vector<Traces> devices;
  std::vector<ParameterMap> maps;
  std::vector<PageSection> results;
};

Result<PageSection> read_result(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file) return fail(ErrorCode::kIo, "{}: cannot be read", path);
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  if (json.is_discarded()) return fail(ErrorCode::kInvalidInput, "{}: is not JSON", path);
  return result_section(json, path);
}

Result<> add_file(const std::string& path, ResultFiles& files) {
  const std::string extension = std::filesystem::path(path).extension().string();
  if (extension == ".json") {
    auto section = read_result(path);
    if (!section) return tl::unexpected(section.error());
    files.results.push_back(std::move(*section));
  } else if (extension == ".h5") {
    auto traces = read_traces(path);
    if (!traces) return tl::unexpected(traces.error());
    if (traces->report.backend != "reference") {
      files.devices.push_back(std::move(*traces));
    } else if (files.ideal) {
      return fail(ErrorCode::kInvalidInput, "{}: a second file of ideal traces; a page compares with one", path);
    } else {
      files.ideal = std::move(*traces);
    }
  } else {
    auto map = read_map(path);
    if (!map) return tl::unexpected(map.error());
    files.maps.push_back(std::move(*map));
  }
  return {};
}

Result<ResultFiles> read_files(const std::vector<std::string>& paths) {
  ResultFiles files;
  for (const std::string& path : paths) {
    if (auto added = add_file(path, files); !added) return tl::unexpected(added.error());
  }
  return files;
}

std::string subtitle_of(const ResultFiles& files) {
  if (!files.maps.empty()) {
    const ParameterMap& map = files.maps.front();
    return fmt::format("{} on {}: {} neurons, {} synapses", map.network_name, map.target.name, map.neuron_count(),
                       map.synapse_count());
  }
  if (files.devices.empty()) return "";
  const RunReport& report = files.devices.front().report;
  return fmt::format("{}: {} neurons, {} synapses", report.target, report.neurons, report.synapses);
}

Result<ReportPage> make_page(const Arguments& arguments, ResultFiles files) {
  const auto options = read_comparison_options(arguments);
  if (!options) return tl::unexpected(options.error());
  const auto stimulus = read_shown_input(arguments);
  if (!stimulus) return tl::unexpected(stimulus.error());
  ReportPage page;
  page.title = options->title;
  page.subtitle = subtitle_of(files);
  for (const Traces& device : files.devices) {
    if (!files.ideal) break;
    auto section = comparison_section(*files.ideal, device, *stimulus, *options);
    if (!section) return tl::unexpected(section.error());
    page.sections.push_back(std::move(*section));
  }
  for (PageSection& section : files.results) page.sections.push_back(std::move(section));
  for (const ParameterMap& map : files.maps) page.sections.push_back(ledger_section(map));
  for (const Traces& device : files.devices) page.sections.push_back(run_section(device.report));
  page.footer = fmt::format("Written by vle {}.", VLE_VERSION);
  return page;
}

}  // namespace

Result<Outcome> run_report(const Arguments& arguments, Console& console) {
  auto files = read_files(arguments.list("RESULTS"));
  if (!files) return tl::unexpected(files.error());
  const auto page = make_page(arguments, std::move(*files));
  if (!page) return tl::unexpected(page.error());
  if (page->sections.empty()) {
    return fail(ErrorCode::kInvalidInput,
                "ideal traces alone make no page; give those of a chip, a map, or a result with --json");
  }
  const std::string output = arguments.text("--output");
  if (auto written = write_file(output, render_html(*page)); !written) return tl::unexpected(written.error());
  console.print("wrote {}\n", output);
  Outcome outcome;
  outcome.json = {{"output", output}, {"sections", nlohmann::ordered_json::array()}};
  for (const PageSection& section : page->sections) outcome.json["sections"].push_back(section.title);
  return outcome;
}

}  // namespace vle::app
