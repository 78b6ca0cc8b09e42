#pragma once

#include <cstddef>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/json/document.hpp"

namespace postern::config {

/// A value of the file and the way to it. Lives on the stack; its parent outlives it.
class Spot {
 public:
  explicit Spot(const json::Value& root) : value_(root) {}

  /// The member called `name`; its value is absent when there is none.
  [[nodiscard]] Spot member(std::string_view name) const& {
    return {value_.member(name), this, name};
  }
  /// The way would lead through a temporary: give the parent a name first.
  Spot member(std::string_view name) const&& = delete;
  /// REQUIRES: `value` is this object's member, or its element at `index`.
  [[nodiscard]] Spot child(const json::Value& value, std::size_t index) const {
    return value_.is(json::Type::Object) ? Spot{value, this, value.name()}
                                         : Spot{value, this, index};
  }

  [[nodiscard]] const json::Value& value() const { return value_; }
  [[nodiscard]] bool present() const { return value_.present(); }
  [[nodiscard]] std::size_t size() const { return value_.size(); }
  /// The text, or empty for anything but a string.
  [[nodiscard]] std::string_view text() const {
    return value_.is(json::Type::String) ? value_.text() : std::string_view{};
  }
  [[nodiscard]] bool boolean_or(bool standard) const {
    return value_.is(json::Type::Boolean) ? value_.boolean() : standard;
  }

  /// Appends the JSON Pointer (RFC 6901); control bytes in names become `?`.
  void write_pointer(ByteWriter& out) const;

  /// Calls `visit(const Spot&)` for each member or element.
  template <class Visit>
  void for_each(Visit visit) const {
    std::size_t index = 0;
    for (const json::Value value : value_) visit(child(value, index++));
  }

 private:
  Spot(const json::Value& value, const Spot* parent, std::string_view name)
      : value_(value), parent_(parent), name_(name) {}
  Spot(const json::Value& value, const Spot* parent, std::size_t index)
      : value_(value), parent_(parent), index_(index), is_element_(true) {}

  json::Value value_;
  const Spot* parent_ = nullptr;
  std::string_view name_;
  std::size_t index_ = 0;
  bool is_element_ = false;
};

}  // namespace postern::config
