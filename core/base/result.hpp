#pragma once

#include <new>
#include <type_traits>
#include <utility>

#include "core/base/assert.hpp"

namespace postern {

/// Marks the error alternative, so that a value and an error of the same type stay distinct.
template <class E>
struct Failure {
  E error;
};
template <class E>
Failure(E) -> Failure<E>;

/// A value or the reason why there is none. Errors are values; ignoring one is a compile error.
/// REQUIRES: T and E are trivially destructible (nothing in core owns a resource through a value).
template <class T, class E>
class [[nodiscard]] Result {
  static_assert(std::is_trivially_destructible_v<T> && std::is_trivially_destructible_v<E>);

 public:
  // Implicit on purpose: `return value;` and `return Failure{reason};` read as what they are.
  // NOLINTBEGIN(google-explicit-constructor)
  constexpr Result(const T& value) : value_(value), has_value_(true) {}
  constexpr Result(Failure<E> failure) : error_(failure.error), has_value_(false) {}
  // NOLINTEND(google-explicit-constructor)

  [[nodiscard]] constexpr bool has_value() const { return has_value_; }
  constexpr explicit operator bool() const { return has_value_; }

  /// REQUIRES: has_value().
  [[nodiscard]] constexpr const T& value() const {
    POSTERN_ASSERT(has_value_);
    return value_;
  }
  constexpr const T& operator*() const { return value(); }
  constexpr const T* operator->() const { return &value(); }

  /// REQUIRES: !has_value().
  [[nodiscard]] constexpr E error() const {
    POSTERN_ASSERT(!has_value_);
    return error_;
  }

 private:
  union {
    T value_;
    E error_;
  };
  bool has_value_;
};

}  // namespace postern
