#include "check_table.hpp"

#include <iterator>

namespace vle::conformance {

const std::vector<CheckRecord>& check_table() {
  static const std::vector<CheckRecord> table = [] {
    std::vector<CheckRecord> all;
    for (const auto& part : {first_checks(), empty_board_checks(), frame_checks(), message_checks(), upload_checks(),
                             session_checks(), repeat_checks(), upload_refusal_checks(), register_checks(),
                             run_checks(), trace_checks(), safety_checks(), restart_checks()}) {
      all.insert(all.end(), part.begin(), part.end());
    }
    return all;
  }();
  return table;
}

std::vector<Check> checks() {
  std::vector<Check> list;
  for (const CheckRecord& record : check_table()) list.push_back(record.about);
  return list;
}

std::string check_page() {
  std::string page = "| check | clause | what is done | where to look |\n|---|---|---|---|\n";
  for (const CheckRecord& record : check_table()) {
    const Check& check = record.about;
    page += fmt::format("| `{0}` | [{1}](protocol.md#{1}) | {2} | {3} |\n", check.name, check.clause, check.what,
                        check.hint);
  }
  return page;
}

}  // namespace vle::conformance
