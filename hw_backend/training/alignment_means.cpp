#include <algorithm>
#include <cmath>
#include <vle/training/alignment_study.hpp>

namespace vle::training {
namespace {

bool same_place(const AlignmentRow& a, const AlignmentRow& b) {
  return a.population == b.population && a.kind == b.kind;
}

bool is_best(const Alignment& alignment, const AlignmentRow& row) {
  return std::none_of(alignment.rows.begin(), alignment.rows.end(),
                      [&](const AlignmentRow& other) { return same_place(row, other) && other.cosine > row.cosine; });
}

StudyMean& mean_of(std::vector<StudyMean>& means, const StudyCase& one, const AlignmentRow& row) {
  const auto found = std::find_if(means.begin(), means.end(), [&](const StudyMean& mean) {
    return mean.depth == one.depth && mean.input == one.input && mean.rule == row.rule &&
           mean.population == row.population && mean.kind == row.kind;
  });
  if (found != means.end()) return *found;
  means.push_back({one.depth, one.input, row.rule, row.population, row.kind, 0, 0, 0, 0, 0});
  return means.back();
}

}  // namespace

std::vector<StudyMean> average_study(const std::vector<StudyCase>& cases) {
  std::vector<StudyMean> means;  // sums, until the end
  for (const StudyCase& one : cases) {
    for (const AlignmentRow& row : one.alignment.rows) {
      StudyMean& mean = mean_of(means, one, row);
      ++mean.seeds;
      mean.cosine += row.cosine;
      mean.cosine_deviation += row.cosine * row.cosine;
      mean.norm_ratio += std::log(row.norm_ratio);
      if (is_best(one.alignment, row)) ++mean.best;
    }
  }
  for (StudyMean& mean : means) {
    const auto n = static_cast<double>(mean.seeds);
    mean.cosine /= n;
    const double variance = (mean.cosine_deviation - n * mean.cosine * mean.cosine) / std::max(n - 1, 1.0);
    mean.cosine_deviation = std::sqrt(std::max(variance, 0.0));
    mean.norm_ratio = std::exp(mean.norm_ratio / n);
  }
  return means;
}

}  // namespace vle::training
