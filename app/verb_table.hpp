#pragma once

#include <string_view>
#include <vector>

#include "verb.hpp"

namespace vle::app {

/// Every verb of the program, in the order of help. The only list of verbs and options.
const std::vector<VerbRecord>& verb_table();

/// The record of a verb, or null.
const VerbRecord* find_verb(std::string_view name);

/// The candidate nearest to `word` by edit distance, or empty where none is near.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace vle::app
