#include "crew.hpp"

#include <gtest/gtest.h>

#include <array>

namespace vle {
namespace {

TEST(Crew, DoesEveryPartOnceInEveryPieceOfWork) {
  for (const std::size_t threads : {1U, 2U, 3U}) {
    Crew crew(threads);
    ASSERT_EQ(crew.size(), threads);
    std::array<int, 7> done{};  // each element is one part's own
    auto work = [&done](std::size_t part) { ++done[part]; };
    for (int piece = 0; piece < 1000; ++piece) crew.run(done.size(), work);
    for (const int count : done) EXPECT_EQ(count, 1000);
  }
}

TEST(Crew, EndsWithoutWork) {
  Crew crew(2);
  auto nothing = [](std::size_t) {};
  crew.run(0, nothing);
}

}  // namespace
}  // namespace vle
