#include "core/base/list.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <list>
#include <vector>

#include "tests/support/items.hpp"
#include "tests/support/random.hpp"

namespace postern {
namespace {

using test::Items;
using test::Random;
using test::Seed;

struct Item {
  std::uint64_t before = 1;
  ListLink link;
  ListLink other_link;
};

std::vector<std::uint16_t> forwards(const SlotList& list) {
  std::vector<std::uint16_t> slots;
  for (std::uint16_t slot = list.front(); slot != no_slot; slot = list.next(slot)) {
    slots.push_back(slot);
  }
  return slots;
}

std::vector<std::uint16_t> backwards(const SlotList& list) {
  std::vector<std::uint16_t> slots;
  for (std::uint16_t slot = list.back(); slot != no_slot; slot = list.previous(slot)) {
    slots.push_back(slot);
  }
  return slots;
}

TEST(List, KeepsTheOrderOfItsEnds) {
  Items<Item> items(4);
  List<Item, &Item::link> list(items.pool());
  list.push_back(2);
  list.push_back(3);
  list.push_front(1);
  EXPECT_EQ(forwards(list), (std::vector<std::uint16_t>{1, 2, 3}));
  list.remove(2);
  EXPECT_EQ(backwards(list), (std::vector<std::uint16_t>{3, 1}));
  EXPECT_EQ(list.pop_front(), 1);
  EXPECT_EQ(list.pop_front(), 3);
  EXPECT_EQ(list.pop_front(), no_slot);
  EXPECT_TRUE(list.empty());
}

TEST(List, AnItemKnowsWhetherItIsLinked) {
  Items<Item> items(1);
  List<Item, &Item::link> list(items.pool());
  EXPECT_FALSE(items.pool()[0].link.linked());
  list.push_back(0);
  EXPECT_TRUE(items.pool()[0].link.linked());
  list.remove(0);
  EXPECT_FALSE(items.pool()[0].link.linked());
}

TEST(ListDeathTest, LinkingTwiceIsOurMistake) {
  Items<Item> items(2);
  List<Item, &Item::link> list(items.pool());
  list.push_back(0);
  EXPECT_DEATH(list.push_back(0), "broken assumption");
}

TEST(ListDeathTest, RemovingWhatIsNotThereIsOurMistake) {
  Items<Item> items(2);
  List<Item, &Item::link> list(items.pool());
  List<Item, &Item::link> other(items.pool());
  EXPECT_DEATH(list.remove(0), "broken assumption");
  other.push_back(1);
  EXPECT_DEATH(list.remove(1), "broken assumption") << "the first of another list";
}

TEST(List, AgreesWithANaiveListForAnySequence) {
  for (const Seed seed : test::seeds(1'000)) {
    Random random(seed);
    const auto count = static_cast<std::uint16_t>(1 + random.below(10));
    Items<Item> items(count);
    List<Item, &Item::link> first(items.pool());
    List<Item, &Item::other_link> second(items.pool());  // through the same items
    SlotList* lists[] = {&first, &second};
    std::list<std::uint16_t> models[2];
    for (int step = 0; step < 200; ++step) {
      const std::size_t which = random.below(2);
      SlotList& list = *lists[which];
      std::list<std::uint16_t>& model = models[which];
      const auto slot = static_cast<std::uint16_t>(random.below(count));
      const auto at = std::find(model.begin(), model.end(), slot);
      if (random.chance(20)) {
        const std::uint16_t expected = model.empty() ? no_slot : model.front();
        ASSERT_EQ(list.pop_front(), expected) << seed;
        if (!model.empty()) model.pop_front();
      } else if (at != model.end()) {
        list.remove(slot);
        model.erase(at);
      } else if (random.chance(50)) {
        list.push_front(slot);
        model.push_front(slot);
      } else {
        list.push_back(slot);
        model.push_back(slot);
      }
      ASSERT_EQ(forwards(list), std::vector<std::uint16_t>(model.begin(), model.end())) << seed;
      ASSERT_EQ(backwards(list), std::vector<std::uint16_t>(model.rbegin(), model.rend())) << seed;
      ASSERT_EQ(list.size(), model.size()) << seed;
    }
  }
}

}  // namespace
}  // namespace postern
