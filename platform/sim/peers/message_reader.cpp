#include "platform/sim/peers/message_reader.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/base/bytes.hpp"

namespace postern::platform::sim {
namespace {

constexpr std::string_view crlf = "\r\n";
constexpr std::string_view token_marks = "!#$%&'*+-.^_`|~";

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    const char lower = ascii_lower(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
           token_marks.find(c) != std::string_view::npos;
  });
}

bool is_field_value(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
  });
}

std::optional<std::uint64_t> number(std::string_view text, int base) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value, base);
  if (text.empty() || at != end || error != std::errc{}) return std::nullopt;
  return value;
}

std::string word(std::string_view line, std::size_t index) {
  for (; index > 0; --index) line.remove_prefix(std::min(line.size(), line.find(' ') + 1));
  return std::string(line.substr(0, line.find(' ')));
}

}  // namespace

const std::string* Message::field(std::string_view name) const {
  for (const auto& [key, value] : fields) {
    if (equal_ignoring_case(key, name)) return &value;
  }
  return nullptr;
}

std::size_t Message::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::count_if(fields.begin(), fields.end(),
                    [&](const auto& field) { return equal_ignoring_case(field.first, name); }));
}

int Message::status() const {
  const auto value = number(word(start_line, 1), 10);
  return start_line.starts_with("HTTP/") && value.has_value() ? static_cast<int>(*value) : 0;
}

std::string Message::method() const { return word(start_line, 0); }
std::string Message::target() const { return word(start_line, 1); }

void MessageReader::feed(std::string_view bytes) {
  bytes_.erase(0, at_);
  at_ = 0;
  bytes_.append(bytes);
  run();
}

void MessageReader::end() {
  ended_ = true;
  if (state_ == State::UntilEnd) state_ = State::Whole;
}

std::optional<Message> MessageReader::take() {
  // Not before: whether the next one has a body is said after the last one was taken.
  run();
  if (state_ != State::Whole || !broken_.empty()) return std::nullopt;
  state_ = State::Head;
  return std::exchange(message_, Message{});
}

const Message* MessageReader::head() { return state_ == State::Head ? nullptr : &message_; }

std::string MessageReader::take_rest() {
  std::string unused(rest());
  at_ = bytes_.size();
  return unused;
}

bool MessageReader::fail(std::string why) {
  broken_ = std::move(why);
  return false;
}

std::optional<std::string_view> MessageReader::line() {
  const std::size_t end = rest().find(crlf);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view found = rest().substr(0, end);
  at_ += end + crlf.size();
  return found;
}

void MessageReader::run() {
  while (broken_.empty()) {
    switch (state_) {
      case State::Head:
        if (!read_head()) return;
        break;
      case State::Length:
      case State::ChunkData:
      case State::UntilEnd: {
        const std::size_t count =
            static_cast<std::size_t>(std::min<std::uint64_t>(left_, rest().size()));
        message_.body.append(rest().substr(0, count));
        at_ += count;
        left_ -= count;
        if (left_ > 0) return;
        state_ = state_ == State::Length ? State::Whole : State::ChunkEnd;
        break;
      }
      case State::ChunkSize:
        if (!read_chunk_size()) return;
        break;
      case State::ChunkEnd:
        if (rest().size() < crlf.size()) return;
        if (!rest().starts_with(crlf)) {
          fail("no line end after a chunk");
          return;
        }
        at_ += crlf.size();
        state_ = State::ChunkSize;
        break;
      case State::Trailer:
        if (!read_trailer()) return;
        break;
      case State::Whole:
        return;
    }
  }
}

bool MessageReader::read_head() {
  const std::size_t end = rest().find("\r\n\r\n");
  if (end == std::string_view::npos) return false;
  const std::size_t after = at_ + end + 4;
  message_.start_line = std::string(*line());
  const bool is_answer = message_.start_line.starts_with("HTTP/1.");
  if (is_answer != (kind_ == Kind::Answer)) return fail("start line: " + message_.start_line);
  if (is_answer && (message_.status() < 100 || message_.status() > 599)) {
    return fail("status line: " + message_.start_line);
  }
  if (!is_answer && !message_.start_line.ends_with(" HTTP/1.1")) {
    return fail("request line: " + message_.start_line);
  }
  while (at_ + crlf.size() < after) {
    if (!read_field(*line())) return false;
  }
  at_ = after;
  frame();
  return broken_.empty();
}

bool MessageReader::read_field(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || !is_token(text.substr(0, colon))) {
    return fail("field line: " + std::string(text));
  }
  std::string_view value = text.substr(colon + 1);
  while (value.starts_with(' ') || value.starts_with('\t')) value.remove_prefix(1);
  while (value.ends_with(' ') || value.ends_with('\t')) value.remove_suffix(1);
  if (!is_field_value(value)) return fail("field value: " + std::string(text));
  message_.fields.emplace_back(text.substr(0, colon), value);
  return true;
}

void MessageReader::frame() {
  const std::string* coding = message_.field("Transfer-Encoding");
  const std::string* length = message_.field("Content-Length");
  if (message_.count("Content-Length") + message_.count("Transfer-Encoding") > 1) {
    fail("more than one framing");
    return;
  }
  const int status = message_.status();
  const bool interim = status >= 100 && status < 200;
  const bool has_body =
      kind_ == Kind::Request || (!interim && !no_body_ && status != 204 && status != 304);
  if ((interim || status == 204) && (coding != nullptr || length != nullptr)) {
    fail("framing fields on " + message_.start_line);
    return;
  }
  if (coding != nullptr) {
    if (*coding != "chunked") {
      fail("transfer coding: " + *coding);
      return;
    }
    state_ = has_body ? State::ChunkSize : State::Whole;
  } else if (length != nullptr) {
    const auto value = number(*length, 10);
    if (!value.has_value()) {
      fail("content length: " + *length);
      return;
    }
    left_ = has_body ? *value : 0;
    state_ = left_ > 0 ? State::Length : State::Whole;
  } else {
    frame_answer_without_length(has_body);
  }
}

void MessageReader::frame_answer_without_length(bool has_body) {
  const bool until_end = kind_ == Kind::Answer && has_body;
  state_ = until_end ? State::UntilEnd : State::Whole;
  if (until_end) left_ = UINT64_MAX;
  if (until_end && ended_) state_ = State::Whole;
}

bool MessageReader::read_chunk_size() {
  const auto text = line();
  if (!text.has_value()) return false;
  const auto size = number(*text, 16);
  if (!size.has_value()) return fail("chunk size: " + std::string(*text));
  left_ = *size;
  state_ = left_ > 0 ? State::ChunkData : State::Trailer;
  return true;
}

bool MessageReader::read_trailer() {
  const auto text = line();
  if (!text.has_value()) return false;
  if (text->empty()) {
    state_ = State::Whole;
    return true;
  }
  const std::size_t colon = text->find(':');
  if (colon == std::string_view::npos || !is_token(text->substr(0, colon))) {
    return fail("trailer: " + std::string(*text));
  }
  return true;
}

}  // namespace postern::platform::sim
