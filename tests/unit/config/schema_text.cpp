#include "tests/unit/config/schema_text.hpp"

#include <string_view>

#include "core/config/reporter.hpp"
#include "core/config/tables.hpp"

namespace postern::config::test {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string decimal(std::int64_t number, std::uint8_t decimals) {
  return std::string(std::string_view(Shown(number, decimals)));
}

/// Writes one schema, its members after it, indented.
class Writer {
 public:
  std::string take() { return std::move(text_); }

  void shape(const Shape& shape, std::string_view meaning, const Member* member, int depth) {
    text_ += "{";
    first_ = true;
    if (!meaning.empty()) property("description", quoted(meaning), depth);
    switch (shape.kind) {
      case Shape::Kind::Text:
        property("type", quoted("string"), depth);
        if (!shape.words.empty()) property("enum", words(shape), depth);
        break;
      case Shape::Kind::Number:
        property("type", quoted(shape.decimals == 0 ? "integer" : "number"), depth);
        property("minimum", decimal(shape.min, shape.decimals), depth);
        property("maximum", decimal(shape.max, shape.decimals), depth);
        if (member != nullptr && member->standard != no_standard) {
          property("default", decimal(member->standard, shape.decimals), depth);
        }
        break;
      case Shape::Kind::Boolean:
        property("type", quoted("boolean"), depth);
        break;
      case Shape::Kind::Scalar:
        property("type", R"(["string", "number", "boolean", "null"])", depth);
        break;
      case Shape::Kind::Object:
        object(shape, depth);
        break;
      case Shape::Kind::Map:
        property("type", quoted("object"), depth);
        property("minProperties", std::to_string(shape.min), depth);
        property("maxProperties", std::to_string(shape.max), depth);
        property("additionalProperties", "", depth);
        this->shape(*shape.of, {}, nullptr, depth + 1);
        break;
      case Shape::Kind::List:
        property("type", quoted("array"), depth);
        property("minItems", std::to_string(shape.min), depth);
        property("maxItems", std::to_string(shape.max), depth);
        property("items", "", depth);
        this->shape(*shape.of, {}, nullptr, depth + 1);
        break;
      case Shape::Kind::Either:
        property("anyOf", "[", depth);
        line(depth + 2);
        this->shape(*shape.of, {}, nullptr, depth + 2);
        text_ += ",";
        line(depth + 2);
        this->shape(*shape.or_of, {}, nullptr, depth + 2);
        line(depth + 1);
        text_ += "]";
        break;
    }
    line(depth);
    text_ += "}";
    first_ = false;
  }

 private:
  void line(int depth) { text_ += "\n" + std::string(2 * static_cast<std::size_t>(depth), ' '); }

  void property(std::string_view name, const std::string& value, int depth) {
    if (!first_) text_ += ",";
    first_ = false;
    line(depth + 1);
    text_ += quoted(name) + ": " + value;
  }

  static std::string words(const Shape& shape) {
    std::string list = "[";
    for (const std::string_view word : shape.words) {
      if (list.size() > 1) list += ", ";
      list += quoted(word);
    }
    return list + "]";
  }

  void object(const Shape& shape, int depth) {
    property("type", quoted("object"), depth);
    property("additionalProperties", "false", depth);
    std::string required;
    for (const Member& member : shape.members) {
      if (member.need != Member::Need::Required) continue;
      required += (required.empty() ? "" : ", ") + quoted(member.name);
    }
    if (!required.empty()) property("required", "[" + required + "]", depth);
    property("properties", "{", depth);
    first_ = true;
    for (const Member& member : shape.members) {
      property(member.name, "", depth + 1);
      this->shape(member.shape, member.meaning, &member, depth + 2);
    }
    line(depth + 1);
    text_ += "}";
    first_ = false;
  }

  std::string text_;
  bool first_ = true;
};

}  // namespace

std::string schema_text() {
  Writer writer;
  writer.shape(tables::file, "The configuration of one Postern gateway.", nullptr, 0);
  std::string text = writer.take();
  const std::string head =
      "{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
      "  \"title\": \"Postern\",";
  return head + text.substr(1) + "\n";
}

}  // namespace postern::config::test
