#include <vle/parameter_map/parameter_map.hpp>

namespace vle {
namespace {

/// Lines up to a limit; counts the rest.
class Lines {
 public:
  explicit Lines(std::size_t limit) : limit_(limit) {}

  template <class T>
  void compare(std::string_view what, const T& a, const T& b) {
    if (!(a == b)) add(fmt::format("{}: {} against {}", what, a, b));
  }
  void add(std::string line) {
    if (lines_.size() < limit_)
      lines_.push_back(std::move(line));
    else
      ++more_;
  }
  std::vector<std::string> take() {
    if (more_ > 0) lines_.push_back(fmt::format("... and {} more differences", more_));
    return std::move(lines_);
  }

 private:
  std::size_t limit_;
  std::size_t more_ = 0;
  std::vector<std::string> lines_;
};

void diff_images(Lines& lines, const ParameterMap& a, const ParameterMap& b) {
  const RegisterLayout layout(a.target, a.geometry);
  for (std::int64_t core = 0; core < a.geometry.cores; ++core) {
    for (const RegisterRun& run : layout.runs()) {
      for (std::uint32_t i = 0; i < run.count; ++i) {
        const std::size_t address = layout.core_base(core) + run.offset + i;
        if (a.image[address] != b.image[address]) {
          lines.add(fmt::format("core {} {}[{}] (word {}): {} against {}", core, run.name, i, address, a.image[address],
                                b.image[address]));
        }
      }
    }
  }
}

}  // namespace

std::vector<std::string> diff_maps(const ParameterMap& a, const ParameterMap& b, std::size_t max_lines) {
  Lines lines(max_lines);
  lines.compare("network", a.network_name, b.network_name);
  lines.compare("network hash", a.network_hash, b.network_hash);
  lines.compare("target", a.target.name, b.target.name);
  lines.compare("target hash", a.target.hash, b.target.hash);
  lines.compare("calibration hash", a.calibration_hash, b.calibration_hash);
  lines.compare("speed-up", a.timing.speed_up, b.timing.speed_up);
  lines.compare("sub-steps of a step", a.timing.substeps_per_step, b.timing.substeps_per_step);
  lines.compare("neurons", a.neuron_count(), b.neuron_count());
  lines.compare("cores", a.geometry.cores, b.geometry.cores);
  lines.compare("words of the image", a.image.size(), b.image.size());
  if (a.target.hash == b.target.hash && a.geometry == b.geometry && a.image.size() == b.image.size()) {
    diff_images(lines, a, b);
  }
  return lines.take();
}

}  // namespace vle
