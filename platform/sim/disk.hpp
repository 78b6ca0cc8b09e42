#pragma once

#include <map>
#include <string>
#include <utility>

#include "platform/sim/random.hpp"

namespace postern::platform::sim {

/// The persistent store of a simulated device: it outlives the world. What is asked for is under
/// way until the world brings it to the medium; when power fails meanwhile, either the old record
/// is there or the new one.
class Disk {
 public:
  /// Of two for one record the later counts.
  void ask(std::string record, std::string data) { asked_[std::move(record)] = std::move(data); }
  /// What was asked for is on the medium now.
  void settle() {
    for (auto& [record, data] : asked_) records[record] = std::move(data);
    asked_.clear();
  }
  void lose_power(Random& random) {
    if (random.chance(500)) settle();
    asked_.clear();
  }

  /// What is on the medium. A test may damage it.
  std::map<std::string, std::string> records;

 private:
  std::map<std::string, std::string> asked_;
};

}  // namespace postern::platform::sim
