#include "markdown.hpp"

#include <regex>
#include <sstream>

namespace vle::docs {
namespace {

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  std::istringstream stream{std::string(text)};
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace

std::vector<Block> blocks_of(std::string_view page) {
  constexpr std::string_view kFence = "```";
  std::vector<Block> blocks;
  bool is_inside = false;
  bool is_adjacent = false;
  int number = 0;
  for (const std::string& line : lines_of(page)) {
    ++number;
    if (line.starts_with(kFence)) {
      is_inside = !is_inside;
      if (is_inside) blocks.push_back({line.substr(kFence.size()), "", number + 1, is_adjacent});
      is_adjacent = !is_inside;
    } else if (is_inside) {
      blocks.back().text += line + "\n";
    } else if (!line.empty()) {
      is_adjacent = false;
    }
  }
  return blocks;
}

std::vector<std::string> local_links_of(std::string_view page) {
  static const std::regex link(R"re(\]\(([^)\s#]+)[^)]*\))re");
  std::vector<std::string> links;
  const std::string text(page);
  for (auto it = std::sregex_iterator(text.begin(), text.end(), link); it != std::sregex_iterator(); ++it) {
    const std::string target = (*it)[1];
    if (target.find("://") == std::string::npos) links.push_back(target);
  }
  return links;
}

std::string shape_of(std::string_view line) {
  static const std::regex hash(R"re(\b[0-9a-f]{12,64}\b)re");
  static const std::regex number(R"re([-+]?\b\d[\d,]*(\.\d+)?(e[-+]?\d+)?\b)re");
  static const std::regex blanks(R"re(\s+)re");
  std::string shape = std::regex_replace(std::string(line), hash, "#");
  shape = std::regex_replace(shape, number, "#");
  shape = std::regex_replace(shape, blanks, " ");
  if (shape.ends_with(' ')) shape.pop_back();
  return shape;
}

std::string difference(std::string_view shown, std::string_view output) {
  const std::vector<std::string> given = lines_of(output);
  std::size_t next = 0;
  bool may_skip = false;
  for (const std::string& line : lines_of(shown)) {
    if (line == "...") {
      may_skip = true;
      continue;
    }
    const std::size_t first = next;
    while (next < given.size() && shape_of(given[next]) != shape_of(line) && may_skip) ++next;
    if (next == given.size()) return "shown but not given: " + line;
    if (shape_of(given[next]) != shape_of(line)) return "shown: " + line + "\ngiven: " + given[first];
    ++next;
    may_skip = false;
  }
  if (next < given.size() && !may_skip) return "given but not shown: " + given[next];
  return "";
}

}  // namespace vle::docs
