#pragma once

#include <string_view>

#include "core/http/head.hpp"
#include "tests/fuzz/check.hpp"

namespace postern::fuzz {

/// What must hold for the head of a request or an answer, whatever the bytes are. `parse(bytes,
/// head)` reads it.
///
/// The fields are views into the bytes and can be written out again; and a head is judged the same
/// however its bytes arrive: once refused it stays refused, once complete it stays the same.
template <class Head, class Parse>
void check_head(std::string_view bytes, Parse parse) {
  static Head whole;
  static Head part;
  const http::HeadOutcome outcome = parse(bytes, whole);
  if (outcome == http::HeadOutcome::Complete) {
    check(whole.head_bytes > 0 && whole.head_bytes <= bytes.size(), "a head ends within its bytes");
    const std::string_view head = bytes.substr(0, whole.head_bytes);
    check(head.ends_with('\n'), "a head ends with a line");
    for (const http::Field& field : whole.fields.all()) {
      check(within(field.name, head) && within(field.value, head), "fields are views of the head");
      check(http::is_token(field.name), "a field's name is a token");
      check(is_field_value(field.value), "a field's value is one line");
    }
  }
  // A few places, chosen by the bytes themselves, so that each input is a fixed test.
  std::size_t cut = bytes.size() / 2;
  for (int i = 0; i < 4 && cut > 0; ++i, cut = cut * 7 / 10) {
    const http::HeadOutcome early = parse(bytes.substr(0, cut), part);
    switch (early) {
      case http::HeadOutcome::Refused:
        check(outcome == http::HeadOutcome::Refused, "a refused head stays refused");
        break;
      case http::HeadOutcome::Complete:
        check(outcome == http::HeadOutcome::Complete && part.head_bytes == whole.head_bytes,
              "a complete head stays as it is");
        break;
      case http::HeadOutcome::NeedMore:
        check(outcome != http::HeadOutcome::Complete || cut < whole.head_bytes,
              "a head that is all there is complete");
        break;
    }
  }
}

}  // namespace postern::fuzz
