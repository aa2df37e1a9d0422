#pragma once

#include <string>
#include <vector>

#include "child.hpp"

namespace vle::app {

using Words = std::vector<std::string>;

/// A small network that learns, its input and its target, in a folder.
struct SmallLesson {
  SmallLesson();
  /// `front`, the three files, `back`.
  Words words(Words front, const Words& back = {}) const;

  TemporaryFolder folder;
  std::string network = folder.file("network.textproto");
  std::string input = folder.file("input.csv");
  std::string target = folder.file("target.csv");
};

/// A network with two outputs, and 40 short samples: half of them above 0, of class 0, half below, of class 1.
struct SmallClasses {
  SmallClasses();

  TemporaryFolder folder;
  std::string network = folder.file("network.textproto");
  std::string samples = folder.file("samples.csv");
  std::string labels = folder.file("labels.csv");
};

}  // namespace vle::app
