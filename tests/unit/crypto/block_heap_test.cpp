#include "core/crypto/block_heap.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <vector>

#include "tests/support/random.hpp"

namespace postern::crypto {
namespace {

constexpr std::size_t head_bytes = BlockHeap::unit_bytes;

class BlockHeapTest : public testing::Test {
 protected:
  explicit BlockHeapTest(std::size_t byte_count = 4096) : block_(byte_count), heap_(block_) {}

  /// The largest request that can be served now.
  std::size_t largest() {
    for (std::size_t byte_count = block_.size(); byte_count > 0; --byte_count) {
      if (void* const place = heap_.take(byte_count)) {
        heap_.give_back(place);
        return byte_count;
      }
    }
    return 0;
  }

  std::vector<std::byte> block_;
  BlockHeap heap_;
};

TEST_F(BlockHeapTest, GivesAllOfItsBlockInOnePiece) {
  // A head for the piece, one for the end.
  EXPECT_EQ(largest(), block_.size() - 2 * head_bytes);
  EXPECT_EQ(heap_.used_bytes(), 0U);
}

TEST_F(BlockHeapTest, GivesNothingOutOfNothing) {
  BlockHeap none;
  EXPECT_EQ(none.take(0), nullptr);
  EXPECT_EQ(none.take(1), nullptr);
  for (const std::size_t small : {0, 1, 15, 16, 47}) {
    BlockHeap heap{std::span(block_).first(small)};
    EXPECT_EQ(heap.take(0), nullptr) << small;
  }
}

TEST_F(BlockHeapTest, AlignsWhateverItsBlock) {
  for (std::size_t offset = 0; offset < 16; ++offset) {
    BlockHeap heap{std::span(block_).subspan(offset)};
    for (const std::size_t byte_count : {0, 1, 15, 16, 17, 100}) {
      void* const place = heap.take(byte_count);
      ASSERT_NE(place, nullptr);
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(place) % 16, 0U);
    }
  }
}

TEST_F(BlockHeapTest, JoinsWhatWasGivenBackInAnyOrder) {
  const std::size_t all = largest();
  for (const auto& order :
       {std::array{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}) {
    void* const places[] = {heap_.take(100), heap_.take(700), heap_.take(40)};
    for (const int i : order) heap_.give_back(places[i]);
    EXPECT_EQ(largest(), all);
  }
}

TEST_F(BlockHeapTest, FillsTheGapThatFitsAndLeavesLargeOnesWhole) {
  void* const small = heap_.take(32);
  void* const between = heap_.take(32);
  void* const large = heap_.take(1500);
  void* const end = heap_.take(32);
  heap_.give_back(large);
  heap_.give_back(small);
  EXPECT_EQ(heap_.take(32), small);
  EXPECT_EQ(heap_.take(1500), large);
  heap_.give_back(between);
  heap_.give_back(end);
}

TEST_F(BlockHeapTest, NoticesWhatIsGivenBackTwiceOrIsNotItsOwn) {
  void* const place = heap_.take(100);
  heap_.give_back(place);
  EXPECT_DEATH(heap_.give_back(place), "");
  int other = 0;
  EXPECT_DEATH(heap_.give_back(&other), "");
}

class LargeBlockHeap : public BlockHeapTest {
 protected:
  LargeBlockHeap() : BlockHeapTest(std::size_t{256} * 1024) {}
};

/// Against a list of what is taken: no two pieces overlap, what is written stays, what is used adds
/// up, and in the end all is one piece again.
TEST_F(LargeBlockHeap, KeepsPiecesApartForAnySequence) {
  struct Piece {
    unsigned char* place;
    std::size_t byte_count;
    unsigned char mark;
  };
  const std::size_t all = largest();
  for (const test::Seed seed : test::seeds(100)) {
    test::Random random(seed);
    std::vector<Piece> pieces;
    for (int operation = 0; operation < 2'000; ++operation) {
      if (pieces.empty() || random.chance(55)) {
        const std::size_t byte_count = random.below(random.chance(80) ? 600 : 20'000);
        auto* const place = static_cast<unsigned char*>(heap_.take(byte_count));
        if (place == nullptr) continue;
        const auto mark = static_cast<unsigned char>(random.next());
        std::memset(place, mark, byte_count);
        pieces.push_back({place, byte_count, mark});
      } else {
        const std::size_t i = random.below(pieces.size());
        const Piece piece = pieces[i];
        ASSERT_TRUE(std::all_of(piece.place, piece.place + piece.byte_count,
                                [&piece](unsigned char byte) { return byte == piece.mark; }))
            << "seed " << seed;
        heap_.give_back(piece.place);
        pieces[i] = pieces.back();
        pieces.pop_back();
      }
      std::size_t least = 0;
      for (const Piece& piece : pieces) least += piece.byte_count + head_bytes;
      ASSERT_LE(least, heap_.used_bytes()) << "seed " << seed;
      ASSERT_LE(heap_.used_bytes(), least + pieces.size() * 3 * head_bytes) << "seed " << seed;
    }
    for (const Piece& piece : pieces) heap_.give_back(piece.place);
    ASSERT_EQ(heap_.used_bytes(), 0U) << "seed " << seed;
    void* const whole = heap_.take(all);
    ASSERT_NE(whole, nullptr) << "seed " << seed;
    heap_.give_back(whole);
  }
}

}  // namespace
}  // namespace postern::crypto
