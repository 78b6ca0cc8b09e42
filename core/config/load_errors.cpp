#include "core/config/loader.hpp"
#include "core/config/tables.hpp"

namespace postern::config {
namespace {

// What the gateway's own answers have room for.
constexpr std::size_t phrase_bytes_max = 64;
constexpr std::size_t body_bytes_max = 2048;

bool is_plain_ascii(std::string_view text) {
  for (const char c : text) {
    if (c < 0x20 || c > 0x7E) return false;
  }
  return true;
}

}  // namespace

void Loader::load_errors(const Spot& spot, Errors& errors) {
  if (!spot.value().is(json::Type::Object)) return;
  errors.set = static_cast<Errors::Set>(word_index(spot.member("set"), tables::error_sets, 0));
  errors.override = spot.member("override").boolean_or(false);
  const Spot statuses = spot.member("statuses");
  if (!statuses.value().is(json::Type::Object)) return;
  const std::span<ErrorAnswer> answers = take<ErrorAnswer>(statuses.size());
  std::size_t count = 0;
  statuses.for_each([&](const Spot& child) {
    for (std::size_t i = 0; i < error_cases.size() && count < answers.size(); ++i) {
      if (error_cases[i].name != child.value().name()) continue;
      answers[count].error_case = static_cast<ErrorCase>(i);
      load_error_answer(child, answers[count++]);
      break;
    }
  });
  errors.answers = answers.first(count);
}

void Loader::load_error_answer(const Spot& spot, ErrorAnswer& answer) {
  answer.status = static_cast<std::uint16_t>(number(spot, tables::error_answer_members, "status"));
  for (const std::string_view name : {"text", "content_type"}) {
    const Spot phrase = spot.member(name);
    if (!phrase.value().is(json::Type::String)) continue;
    if (!is_plain_ascii(phrase.text()) || phrase.text().size() > phrase_bytes_max) {
      report_.add(phrase, {"cannot stand in an answer's head"},
                  {"write at most ", Shown(phrase_bytes_max), " printable ASCII characters"});
    }
  }
  answer.text = keep(spot.member("text").text());
  answer.content_type = keep(spot.member("content_type").text());
  const Spot body = spot.member("body");
  if (!body.value().is(json::Type::String)) return;
  if (body.text().size() > body_bytes_max) {
    report_.add(body, {"is too long"}, {"write at most ", Shown(body_bytes_max), " bytes"});
  }
  answer.body = keep(body.text());
}

}  // namespace postern::config
