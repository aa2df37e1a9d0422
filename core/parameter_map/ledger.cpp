#include <algorithm>
#include <cmath>
#include <vle/parameter_map/ledger.hpp>

namespace vle {

double realised_value(const LedgerBlock& block, std::size_t element) {
  if (!block.realised.empty()) return block.realised[element];
  const auto next = std::upper_bound(block.receiver_start.begin(), block.receiver_start.end(), element);
  return block.code[element] * block.lsb[static_cast<std::size_t>(next - block.receiver_start.begin()) - 1];
}

namespace {

// Calls visit(element, realised) for every element, in order.
template <class Visitor>
void for_each_realised(const LedgerBlock& block, Visitor&& visit) {
  if (block.lsb.empty() || !block.realised.empty()) {
    for (std::size_t i = 0; i < block.realised.size(); ++i) visit(i, block.realised[i]);
    return;
  }
  for (std::size_t receiver = 0; receiver < block.lsb.size(); ++receiver) {
    for (std::size_t i = block.receiver_start[receiver]; i < block.receiver_start[receiver + 1]; ++i) {
      visit(i, block.code[i] * block.lsb[receiver]);
    }
  }
}

}  // namespace

LedgerSummary summarise(const LedgerBlock& block) {
  LedgerSummary summary{block.owner, block.kind, block.unit, block.target.size()};
  double squared_error = 0;
  double squared_target = 0;
  for_each_realised(block, [&](std::size_t i, double realised) {
    const double error = realised - block.target[i];
    squared_error += error * error;
    squared_target += block.target[i] * block.target[i];
    summary.max_error = std::max(summary.max_error, std::abs(error));
  });
  if (summary.count > 0) summary.rms_error = std::sqrt(squared_error / static_cast<double>(summary.count));
  if (squared_target > 0) summary.relative_rms = std::sqrt(squared_error / squared_target);
  for (const LossEntry& loss : block.losses) {
    ++(loss.reason == LossReason::kClipped ? summary.clipped : summary.other_losses);
  }
  return summary;
}

}  // namespace vle
