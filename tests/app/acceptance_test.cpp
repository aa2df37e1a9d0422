#include "acceptance.hpp"

#include <gmock/gmock.h>

#include <cmath>

namespace vle::app {
namespace {

using testing::HasSubstr;

SignalTrace trace_of(const std::string& population, std::vector<double> values) {
  SignalTrace trace;
  trace.population = population;
  trace.neurons = 1;
  trace.samples = static_cast<std::int64_t>(values.size());
  trace.values = std::move(values);
  return trace;
}

Traces traces_of(std::vector<SignalTrace> signals) {
  Traces traces;
  traces.signals = std::move(signals);
  return traces;
}

TEST(Acceptance, ParsesOneForm) {
  EXPECT_EQ(parse_acceptance("nrmse<0.05").value(), 0.05);
  for (const char* text : {"", "0.05", "nrmse<", "nrmse<0", "nrmse<-1", "nrmse<nan", "nrmse<=0.1", "rmse<0.1"}) {
    const auto parsed = parse_acceptance(text);
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_THAT(parsed.error().message, HasSubstr("nrmse<X"));
  }
}

TEST(Acceptance, TheWorstJudgedSignalDecides) {
  const Traces ideal = traces_of({trace_of("near", {-1, 1, -1, 1}), trace_of("far", {-1, 1, -1, 1})});
  const Traces chip = traces_of({trace_of("near", {-0.9, 1.1, -0.9, 1.1}), trace_of("far", {-0.5, 1.5, -0.5, 1.5})});
  const auto all = judge(chip, ideal, {}, 0.2);
  ASSERT_TRUE(all.has_value());
  ASSERT_EQ(all->distances.size(), 2U);
  EXPECT_NEAR(all->worst, 0.5, 1e-12);
  EXPECT_FALSE(all->met);
  const auto one = judge(chip, ideal, {"near"}, 0.2);
  ASSERT_TRUE(one.has_value());
  ASSERT_EQ(one->distances.size(), 1U);
  EXPECT_EQ(one->distances[0].signal, "near.r");
  EXPECT_NEAR(one->worst, 0.1, 1e-12);
  EXPECT_TRUE(one->met);
}

TEST(Acceptance, WhatIsNotANumberIsNotMet) {
  const Traces ideal = traces_of({trace_of("wave", {-1, 1, -1})});
  const auto judged = judge(traces_of({trace_of("wave", {-1, std::nan(""), -1})}), ideal, {}, 0.2);
  ASSERT_TRUE(judged.has_value());
  EXPECT_FALSE(judged->met);
}

TEST(Acceptance, AConstantIdealHasNoScale) {
  const Traces ideal = traces_of({trace_of("flat", {1, 1, 1})});
  const auto judged = judge(traces_of({trace_of("flat", {1, 1, 1.5})}), ideal, {}, 0.2);
  ASSERT_FALSE(judged.has_value());
  EXPECT_THAT(judged.error().message, HasSubstr("flat.r"));
}

}  // namespace
}  // namespace vle::app
