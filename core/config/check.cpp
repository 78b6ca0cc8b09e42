#include "core/config/check.hpp"

#include <algorithm>
#include <array>

namespace postern::config {
namespace {

const Member* find_member(std::span<const Member> members, std::string_view name) {
  for (const Member& member : members) {
    if (member.name == name) return &member;
  }
  return nullptr;
}

// How many letters must be added, removed or changed to make one of the other (Levenshtein); some
// high number for long names.
std::size_t distance(std::string_view a, std::string_view b) {
  constexpr std::size_t length_max = 32;
  if (a.size() > length_max || b.size() > length_max) return length_max;
  std::array<std::size_t, length_max + 1> row{};
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed =
          diagonal + (ascii_lower(a[i - 1]) == ascii_lower(b[j - 1]) ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

// "a, b, c" in memory of its own, cut where it gets too long.
class WordList {
 public:
  void add(std::string_view word) {
    const ByteWriter before = out_;
    if (out_.size() != 0) out_.text(", ");
    out_.text(word);
    if (!out_.ok()) out_ = before;
  }
  [[nodiscard]] std::string_view text() const { return out_.written(); }

 private:
  std::array<char, 480> memory_;
  ByteWriter out_{memory_};
};

void report_unknown(const Spot& spot, std::string_view name, std::span<const Member> members,
                    Reporter& report) {
  const Member* nearest = nullptr;
  std::size_t best = 3;  // further away it is another word
  for (const Member& member : members) {
    const std::size_t apart = distance(name, member.name);
    if (apart >= best || 2 * apart >= member.name.size()) continue;
    best = apart;
    nearest = &member;
  }
  if (nearest != nullptr) {
    return report.add(spot, {"there is no such member"}, {"did you mean \"", nearest->name, "\"?"});
  }
  WordList known;
  for (const Member& member : members) known.add(member.name);
  report.add(spot, {"there is no such member"}, {"known here: ", known.text()});
}

void check_text(const Spot& spot, const Shape& shape, Reporter& report) {
  WordList words;
  for (const std::string_view word : shape.words) words.add(word);
  if (!spot.value().is(json::Type::String)) {
    return shape.words.empty()
               ? report.add(spot, {Shown(spot.value()), " is not a string"}, {"write a string"})
               : report.add(spot, {Shown(spot.value()), " is not a string"},
                            {"write one of: ", words.text()});
  }
  if (shape.words.empty()) return;
  if (std::find(shape.words.begin(), shape.words.end(), spot.text()) != shape.words.end()) return;
  report.add(spot, {Shown(spot.value()), " is not known here"}, {"write one of: ", words.text()});
}

void check_number(const Spot& spot, const Shape& shape, Reporter& report) {
  const Shown min(shape.min, shape.decimals);
  const Shown max(shape.max, shape.decimals);
  const auto number = spot.value().fixed_point(shape.decimals);
  if (number && *number >= shape.min && *number <= shape.max) return;
  const bool is_number = spot.value().is(json::Type::Number);
  const bool too_precise = is_number && !number && number.error() == json::NumberError::TooPrecise;
  std::string_view why = " is out of range";
  if (!is_number) why = " is not a number";
  if (too_precise) why = shape.decimals == 0 ? " is not a whole number" : " has too many decimals";
  report.add(spot, {Shown(spot.value()), why},
             {shape.decimals == 0 ? "write a whole number from " : "write a number from ", min,
              " to ", max});
}

void check_count(const Spot& spot, const Shape& shape, std::string_view what, Reporter& report) {
  const auto count = static_cast<std::int64_t>(spot.size());
  if (count >= shape.min && count <= shape.max) return;
  report.add(spot, {count < shape.min ? "too few: " : "too many: ", Shown(count)},
             {"write ", Shown(shape.min), " to ", Shown(shape.max), " ", what});
}

void check_object(const Spot& spot, const Shape& shape, Reporter& report) {
  if (!spot.value().is(json::Type::Object)) {
    return report.add(spot, {Shown(spot.value()), " is not an object"}, {"write { ... }"});
  }
  spot.for_each([&](const Spot& child) {
    const Member* member = find_member(shape.members, child.value().name());
    if (member != nullptr) return check(child, member->shape, report);
    report_unknown(child, child.value().name(), shape.members, report);
  });
  for (const Member& member : shape.members) {
    if (member.need != Member::Need::Required || spot.member(member.name).present()) continue;
    report.add(spot.member(member.name), {"is missing"}, {"add it: ", member.meaning});
  }
}

void check_map(const Spot& spot, const Shape& shape, Reporter& report) {
  if (!spot.value().is(json::Type::Object)) {
    return report.add(spot, {Shown(spot.value()), " is not an object"},
                      {"write { \"name\": ..., ... }"});
  }
  check_count(spot, shape, "of them", report);
  spot.for_each([&](const Spot& child) {
    if (child.value().name().empty()) {
      report.add(child, {"an empty name"}, {"give it a name"});
    }
    check(child, *shape.of, report);
  });
}

void check_list(const Spot& spot, const Shape& shape, Reporter& report) {
  if (!spot.value().is(json::Type::Array)) {
    return report.add(spot, {Shown(spot.value()), " is not a list"}, {"write [ ..., ... ]"});
  }
  check_count(spot, shape, "of them", report);
  spot.for_each([&](const Spot& child) { check(child, *shape.of, report); });
}

}  // namespace

// As deep as the tables, so the recursion is bounded.
void check(const Spot& spot, const Shape& shape, Reporter& report) {
  switch (shape.kind) {
    case Shape::Kind::Text:
      return check_text(spot, shape, report);
    case Shape::Kind::Number:
      return check_number(spot, shape, report);
    case Shape::Kind::Boolean:
      if (spot.value().is(json::Type::Boolean)) return;
      return report.add(spot, {Shown(spot.value()), " is neither true nor false"},
                        {"write true or false"});
    case Shape::Kind::Scalar:
      if (!spot.value().is(json::Type::Array) && !spot.value().is(json::Type::Object)) return;
      return report.add(spot, {Shown(spot.value()), " cannot be compared with"},
                        {"write a string, a number, true, false or null"});
    case Shape::Kind::Object:
      return check_object(spot, shape, report);
    case Shape::Kind::Map:
      return check_map(spot, shape, report);
    case Shape::Kind::List:
      return check_list(spot, shape, report);
    case Shape::Kind::Either:
      return check(spot, spot.value().is(json::Type::Object) ? *shape.or_of : *shape.of, report);
  }
}

}  // namespace postern::config
