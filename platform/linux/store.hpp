#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/platform.hpp"
#include "platform/linux/log_stream.hpp"

namespace postern::platform {

/// A record's bytes.
struct RecordText {
  std::array<char, record_bytes_max> bytes;
  std::size_t size = 0;
  [[nodiscard]] std::string_view view() const { return {bytes.data(), size}; }
};

/// Small records that outlive a restart, each in a file of its own.
///
/// A record is replaced as files are replaced safely: written beside the old one, brought to the
/// medium, renamed over it, and the folder brought to the medium, too. Whenever power fails, one of
/// the two is there whole. That may take seconds on a tired SD card, so a thread of its own does
/// it; where there is nothing to keep there is no thread.
class Store {
 public:
  /// A record and the file that holds it. Other records are not kept.
  struct Place {
    std::string record;
    std::string file;
  };

  /// Reads what is there. Says on `log` what cannot be read, and later what cannot be written.
  Store(std::vector<Place> places, const LogStream& log);
  /// Waits for what was asked: the last word of a process that drains.
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  /// The record as it was found at start; nothing: there was none that could be read.
  [[nodiscard]] std::optional<std::string_view> found(std::string_view record) const;
  /// Tells `engine` what was found at start.
  void tell(Engine& engine, const Clock& clock) const;
  /// Replaces a record, later. Of two for the same one the second counts. From any thread; never
  /// waits for the medium. REQUIRES: at most record_bytes_max.
  void replace(std::string_view record, std::span<const std::byte> data);
  /// How often a record could not be written.
  [[nodiscard]] std::uint64_t failures() const { return failures_.load(); }

 private:
  // After start nothing is allocated, as in the engines.
  struct Record {
    Place place;
    std::string beside;  ///< Where the new one is written.
    std::string folder;
    std::optional<RecordText> found;   ///< At start.
    std::optional<RecordText> wanted;  ///< Guarded by mutex_. Nothing: it is up to date.
  };

  static int read(const std::string& file, std::optional<RecordText>& text);
  static int replace_file(const Record& record, std::string_view text);

  void serve();
  void complain(std::string_view record, std::string_view what, int error) const;

  const LogStream& log_;
  std::vector<Record> records_;  ///< As many as there were places, always.
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;  ///< Guarded by mutex_.
  std::atomic<std::uint64_t> failures_ = 0;
  std::thread thread_;
};

}  // namespace postern::platform
