#include "core/json/labels.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <span>

#include "core/base/assert.hpp"
#include "core/json/document.hpp"
#include "core/json/escape.hpp"
#include "core/json/utf8.hpp"

namespace postern::json {

namespace {

/// Goes over the tokens of a text that scan() accepted, so nothing needs to be checked again.
class Tokens {
 public:
  explicit Tokens(std::string_view text) : text_(text) {}

  /// Moves to the next string, number or literal. What is skipped has no say: the tree knows it.
  std::size_t next() {
    at_ = text_.find_first_not_of(" \t\n\r,:[]{}", at_);
    return at_;
  }
  /// Takes the string here; its decoded length.
  std::size_t string() {
    std::size_t decoded = 0;
    for (++at_; text_[at_] != '"';) {
      if (text_[at_] == '\\') {
        const Escape escape = read_escape(text_.substr(at_));
        at_ += escape.length;
        decoded += utf8_bytes(escape.code_point);
      } else {
        ++at_;
        ++decoded;
      }
    }
    ++at_;
    return decoded;
  }
  /// Takes the number or literal here.
  std::string_view word() {
    const std::size_t begin = at_;
    at_ = std::min(text_.find_first_of(" \t\n\r,:[]{}", at_), text_.size());
    return text_.substr(begin, at_ - begin);
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

/// Visits all nodes in the order of the document, each with its tokens.
class Walk {
 public:
  Walk(cJSON& root, std::string_view text) : tokens_(text), node_(&root) {}

  /// Labels the whole tree; or, with `wanted`, only finds where the name of that node stands.
  /// `completed(object)` is called after the last member of each object; false stops.
  template <class Completed>
  bool run(Completed completed, const cJSON* wanted = nullptr) {
    while (node_ != nullptr) {
      if (node_->string != nullptr) {
        name_offset_ = tokens_.next();
        node_->valuedouble = std::bit_cast<double>(std::uint64_t{tokens_.string()});
      }
      if (node_ == wanted) return true;
      label_value();
      if (node_->child != nullptr) {
        POSTERN_ASSERT(depth_ < parents_.size());
        parents_[depth_++] = node_;
        node_ = node_->child;
        continue;
      }
      while (node_->next == nullptr) {
        if (depth_ == 0) return true;
        node_ = parents_[--depth_];
        if ((node_->type & 0xFF) == cJSON_Object && !completed(*node_)) return false;
      }
      node_ = node_->next;
    }
    return true;
  }

  [[nodiscard]] std::size_t name_offset() const { return name_offset_; }

 private:
  void label_value() {
    switch (node_->type & 0xFF) {
      case cJSON_String:
        tokens_.next();
        node_->valueint = static_cast<int>(tokens_.string());
        break;
      case cJSON_Number: {
        tokens_.next();
        const std::string_view number = tokens_.word();
        // Nobody writes through it: cJSON never sees the tree again.
        node_->valuestring = const_cast<char*>(number.data());
        node_->valueint = static_cast<int>(number.size());
        break;
      }
      case cJSON_True:
      case cJSON_False:
      case cJSON_NULL:
        tokens_.next();
        tokens_.word();
        break;
      default:
        break;  // The brackets of containers are skipped as what they are: punctuation.
    }
  }

  Tokens tokens_;
  cJSON* node_;
  std::array<cJSON*, ParseLimits::depth_ceiling> parents_{};
  std::size_t depth_ = 0;
  std::size_t name_offset_ = 0;
};

/// Finds members of one object that bear the same name. By sorting, not by hashing: whoever chooses
/// the names cannot make it slow.
class Duplicates {
 public:
  explicit Duplicates(Arena& arena) : arena_(arena) {}

  /// False: `found` or `memory_is_short` says why.
  bool check(const cJSON& object) {
    std::size_t count = 0;
    for (const cJSON* member = object.child; member != nullptr; member = member->next) ++count;
    if (count < 2) return true;
    const std::span<const cJSON*> members = arena_.take_array<const cJSON*>(count);
    if (members.empty()) {
      memory_is_short = true;
      return false;
    }
    std::size_t i = 0;
    for (const cJSON* member = object.child; member != nullptr; member = member->next) {
      members[i++] = member;
    }
    std::sort(members.begin(), members.end(),
              [](const cJSON* a, const cJSON* b) { return label_name(*a) < label_name(*b); });
    const auto twice = std::adjacent_find(
        members.begin(), members.end(),
        [](const cJSON* a, const cJSON* b) { return label_name(*a) == label_name(*b); });
    if (twice == members.end()) return true;
    found = second_of(object, label_name(**twice));
    return false;
  }

  const cJSON* found = nullptr;
  bool memory_is_short = false;

 private:
  static const cJSON* second_of(const cJSON& object, std::string_view name) {
    bool seen = false;
    for (const cJSON* member = object.child; member != nullptr; member = member->next) {
      if (label_name(*member) != name) continue;
      if (seen) return member;
      seen = true;
    }
    return nullptr;
  }

  Arena& arena_;
};

}  // namespace

LabelResult label(cJSON& root, std::string_view text, Arena& arena) {
  Duplicates duplicates(arena);
  Walk walk(root, text);
  if (walk.run([&duplicates](const cJSON& object) { return duplicates.check(object); })) return {};
  if (duplicates.memory_is_short) return {LabelResult::Outcome::NoMemory, 0};

  Walk again(root, text);
  again.run([](const cJSON&) { return true; }, duplicates.found);
  return {LabelResult::Outcome::Duplicate, again.name_offset()};
}

}  // namespace postern::json
