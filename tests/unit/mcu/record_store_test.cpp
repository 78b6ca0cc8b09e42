#include "firmware/mcu/record_store.hpp"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>

#include "core/base/bytes.hpp"

namespace postern::firmware {
namespace {

// Flash in memory, as it behaves: bits become 0 one by one, and power may fail after any byte.
struct FlashDouble {
  static constexpr std::size_t sector_bytes = 1024;
  std::array<std::array<std::byte, sector_bytes>, 2> sectors{};
  std::optional<std::size_t> bytes_until_power_fails;
  std::array<int, 2> erasures{};
  bool refuses = false;

  bool change(std::byte& byte, std::byte to) {
    if (bytes_until_power_fails && *bytes_until_power_fails == 0) return false;
    if (bytes_until_power_fails) --*bytes_until_power_fails;
    byte = to;
    return true;
  }
};
FlashDouble flash;

const RecordStore::Flash functions = {
    [](std::size_t sector) { return std::span<const std::byte>(flash.sectors[sector]); },
    [](std::size_t sector) {
      ++flash.erasures[sector];
      for (std::byte& byte : flash.sectors[sector]) {
        if (!flash.change(byte, std::byte{0xFF})) return false;
      }
      return !flash.refuses;
    },
    [](std::size_t sector, std::size_t offset, std::span<const std::byte> bytes) {
      EXPECT_EQ(offset % 8, 0U);
      EXPECT_EQ(bytes.size() % 8, 0U);
      for (std::size_t i = 0; i < bytes.size(); ++i) {
        std::byte& byte = flash.sectors[sector][offset + i];
        if (!flash.change(byte, byte & bytes[i])) return false;
      }
      return !flash.refuses;
    }};

std::string loaded(const RecordStore& store) {
  std::array<std::byte, record_bytes_max> bytes;
  return std::string(as_text(std::span(bytes).first(store.load(bytes))));
}
bool replace(RecordStore& store, const std::string& text) { return store.replace(as_bytes(text)); }
std::string after_restart() { return loaded(RecordStore(functions)); }

class RecordStoreTest : public testing::Test {
 protected:
  RecordStoreTest() { flash = {}; }
};

TEST_F(RecordStoreTest, HoldsNothingAtFirst) {
  EXPECT_EQ(after_restart(), "");
  for (auto& sector : flash.sectors) sector.fill(std::byte{0xFF});
  EXPECT_EQ(after_restart(), "");
}

TEST_F(RecordStoreTest, GivesBackTheLastVersionAlsoAfterARestart) {
  RecordStore store(functions);
  for (const std::string text : {"1700000000\n", "1700003600\n", ""}) {
    ASSERT_TRUE(replace(store, text));
    EXPECT_EQ(loaded(store), text);
    EXPECT_EQ(after_restart(), text);
  }
}

TEST_F(RecordStoreTest, TakesTheLongestRecord) {
  RecordStore store(functions);
  for (const char c : {'a', 'b', 'c', 'd', 'e', 'f', 'g'}) {
    ASSERT_TRUE(replace(store, std::string(record_bytes_max, c)));
    EXPECT_EQ(after_restart(), std::string(record_bytes_max, c));
  }
}

TEST_F(RecordStoreTest, GivesNothingToWhoHasNoRoomForIt) {
  RecordStore store(functions);
  ASSERT_TRUE(replace(store, "four"));
  std::array<std::byte, 3> bytes;
  EXPECT_EQ(store.load(bytes), 0U);
}

TEST_F(RecordStoreTest, ErasesASectorOnlyWhenItIsFull) {
  RecordStore store(functions);
  const int count = 3200;
  for (int i = 0; i < count; ++i) ASSERT_TRUE(replace(store, "1700000000\n"));
  const int versions_per_sector = FlashDouble::sector_bytes / 32;
  EXPECT_EQ(flash.erasures[0] + flash.erasures[1], count / versions_per_sector);
  EXPECT_EQ(flash.erasures[0], flash.erasures[1]);
}

TEST_F(RecordStoreTest, IsWholeWheneverPowerFails) {
  // Up to the last version of a sector, so that the next one erases the other.
  for (int before = 1; before <= 65; ++before) {
    flash = {};
    RecordStore store(functions);
    for (int i = 1; i <= before; ++i) ASSERT_TRUE(replace(store, std::to_string(i)));
    const FlashDouble kept = flash;
    const std::string old = std::to_string(before);
    for (std::size_t bytes = 0;; ++bytes) {
      flash = kept;
      flash.bytes_until_power_fails = bytes;
      RecordStore failing(functions);
      const bool written = replace(failing, "new");
      flash.bytes_until_power_fails.reset();
      RecordStore restarted(functions);
      const std::string found = loaded(restarted);
      ASSERT_TRUE(found == "new" || (found == old && !written)) << before << " " << bytes;
      ASSERT_TRUE(replace(restarted, "newer"));
      ASSERT_EQ(after_restart(), "newer") << before << " " << bytes;
      if (written) break;
    }
  }
}

TEST_F(RecordStoreTest, KeepsTheOldVersionWhenTheFlashFails) {
  RecordStore store(functions);
  ASSERT_TRUE(replace(store, "old"));
  for (int i = 0; i < 100; ++i) {
    flash.refuses = true;
    EXPECT_FALSE(replace(store, "lost"));
    flash.refuses = false;
    EXPECT_EQ(loaded(store), "old");
  }
  ASSERT_TRUE(replace(store, "new"));
  EXPECT_EQ(after_restart(), "new");
}

TEST_F(RecordStoreTest, PassesOverWhatWasDamaged) {
  RecordStore store(functions);
  ASSERT_TRUE(replace(store, "first"));
  ASSERT_TRUE(replace(store, "second"));
  flash.sectors[0][24 + 16] ^= std::byte{1};  // in the second one's data
  EXPECT_EQ(after_restart(), "first");
}

}  // namespace
}  // namespace postern::firmware
