#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vle::docs {

/// A fenced block of a page.
struct Block {
  std::string language;  ///< what stands behind the opening fence
  std::string text;
  int line = 0;                ///< of its first line in the page
  bool follows_block = false;  ///< nothing but blank lines since the block before
};

/// Every fenced block of a Markdown page, in order.
std::vector<Block> blocks_of(std::string_view page);

/// The targets of links that lead to files of the repository: no scheme, without the part from '#'.
std::vector<std::string> local_links_of(std::string_view page);

/// A line of output without what differs from run to run and from machine to machine: numbers become `#`, runs of
/// blanks one blank, blanks at the end nothing.
std::string shape_of(std::string_view line);

/// Says where output departs from what a page shows: each shown line in turn, by its shape, where a line `...` stands
/// for any lines. Empty: it does not.
std::string difference(std::string_view shown, std::string_view output);

}  // namespace vle::docs
