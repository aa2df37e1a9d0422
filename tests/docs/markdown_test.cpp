#include "markdown.hpp"

#include <gmock/gmock.h>

namespace vle::docs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Markdown, FindsBlocksTheirLinesAndTheirNeighbours) {
  const auto blocks = blocks_of("a\n```sh\nvle\nvle\n```\n\n```text\nout\n```\nwords\n```\nplain\n```\n");
  ASSERT_EQ(blocks.size(), 3u);
  EXPECT_EQ(blocks[0].language, "sh");
  EXPECT_EQ(blocks[0].text, "vle\nvle\n");
  EXPECT_EQ(blocks[0].line, 3);
  EXPECT_FALSE(blocks[0].follows_block);
  EXPECT_TRUE(blocks[1].follows_block);
  EXPECT_FALSE(blocks[2].follows_block);
}

TEST(Markdown, FindsLinksToFilesAlone) {
  EXPECT_THAT(local_links_of("[a](docs/a.md) [b](https://b.org) [c](c.md#part) ![d](d.svg \"title\")"),
              ElementsAre("docs/a.md", "c.md", "d.svg"));
}

TEST(Markdown, ShapeForgetsNumbersHashesAndWidths) {
  EXPECT_EQ(shape_of("  r   1.25e-3 s, 10,800 of -3   "), " r # s, # of #");
  EXPECT_EQ(shape_of("hash 0123456789ab and bss2_like"), "hash # and bss2_like");
}

TEST(Markdown, DifferenceNamesTheLineThatDeparts) {
  EXPECT_THAT(difference("a 1\nb 2\n", "a 5\nb 6\n"), IsEmpty());
  EXPECT_THAT(difference("a\n...\nd\n", "a\nb\nc\nd\n"), IsEmpty());
  EXPECT_THAT(difference("a\n...\n", "a\nb\n"), IsEmpty());
  EXPECT_THAT(difference("a\nb\n", "a\nc\n"), HasSubstr("given: c"));
  EXPECT_THAT(difference("a\n", "a\nc\n"), HasSubstr("not shown: c"));
  EXPECT_THAT(difference("a\nb\n", "a\n"), HasSubstr("not given: b"));
  EXPECT_THAT(difference("a\n...\nz\n", "a\nb\n"), HasSubstr("not given: z"));
}

}  // namespace
}  // namespace vle::docs
