#include "core/http/body_reader.hpp"

#include <algorithm>
#include <cstring>

#include "core/http/field.hpp"

namespace postern::http {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// What may stand in a field value: no control but HTAB.
bool is_text(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == '\t' || (byte >= 0x20 && byte != 0x7F);
}

}  // namespace

void BodyReader::begin(BodyFraming framing, std::uint64_t content_length) {
  *this = BodyReader{};
  left_ = content_length;
  switch (framing) {
    case BodyFraming::None:
      state_ = State::Done;
      break;
    case BodyFraming::Length:
      state_ = content_length == 0 ? State::Done : State::Counted;
      break;
    case BodyFraming::Chunked:
      state_ = State::Size;
      left_ = 0;
      break;
    case BodyFraming::UntilClose:
      state_ = State::UntilClose;
      break;
  }
}

bool BodyReader::end_of_stream() {
  if (state_ == State::UntilClose) state_ = State::Done;
  return state_ == State::Done;
}

Result<BodyReader::Step, BodyError> BodyReader::read(std::string_view input,
                                                     std::span<char> output) {
  Step step{0, 0};
  while (step.consumed < input.size() && state_ != State::Done) {
    const bool content =
        state_ == State::Counted || state_ == State::UntilClose || state_ == State::Data;
    if (!content) {
      if (!line_byte(input[step.consumed++])) {
        return Failure{too_long_ ? BodyError::Overhead : BodyError::Malformed};
      }
      continue;
    }
    std::size_t count = std::min(input.size() - step.consumed, output.size() - step.produced);
    if (state_ != State::UntilClose && left_ < count) count = static_cast<std::size_t>(left_);
    if (count == 0) break;  // no room
    std::memcpy(output.data() + step.produced, input.data() + step.consumed, count);
    step.consumed += count;
    step.produced += count;
    if (state_ == State::UntilClose) continue;
    left_ -= count;
    if (state_ == State::Data)
      overhead_ -= std::min(overhead_, static_cast<std::uint32_t>(count) * 8);
    if (left_ == 0) state_ = state_ == State::Counted ? State::Done : State::DataCr;
  }
  return step;
}

bool BodyReader::spend(std::uint32_t bytes) {
  overhead_ += bytes;
  ++line_bytes_;
  const bool trailer = state_ >= State::LineStart;
  too_long_ =
      line_bytes_ > (trailer ? trailer_bytes_max : line_overhead_max) || overhead_ > overhead_max;
  return !too_long_;
}

// One byte of framing. False: malformed, or too much of it.
bool BodyReader::line_byte(char c) {
  switch (state_) {
    case State::Size:
      return size_digit(c);
    // Names and plain values, none of them empty. Quoted values, where a ';' or a line end could
    // hide, are refused.
    case State::ExtensionWord:
      state_ = State::Extension;
      return is_token_character(c) && spend(1);
    case State::Extension:
      if (c == '\r') {
        state_ = State::SizeLf;
        return true;
      }
      if (c == ';' || c == '=') state_ = State::ExtensionWord;
      return (c == ';' || c == '=' || is_token_character(c)) && spend(1);
    case State::SizeLf:
      if (c != '\n') return false;
      line_bytes_ = 0;
      digits_ = false;
      state_ = left_ == 0 ? State::LineStart : State::Data;
      return true;
    case State::DataCr:
      state_ = State::DataLf;
      return c == '\r';
    case State::DataLf:
      state_ = State::Size;
      return c == '\n';
    case State::LineStart:
    case State::TrailerName:
    case State::TrailerValue:
    case State::TrailerLf:
    case State::FinalLf:
      return trailer_byte(c);
    case State::Done:
    case State::Counted:
    case State::UntilClose:
    case State::Data:
      break;
  }
  return false;
}

bool BodyReader::size_digit(char c) {
  if (const int digit = hex_value(c); digit >= 0) {
    // Nobody sends chunks of 4 GiB, and readers with 32-bit counters would see another size.
    constexpr std::uint64_t max = 0xFFFFFFFF;
    if (left_ > (max >> 4)) return false;
    left_ = (left_ << 4) | static_cast<std::uint64_t>(digit);
    digits_ = true;
    return spend(1);
  }
  if (!digits_) return false;
  if (c == '\r') {
    state_ = State::SizeLf;
    return true;
  }
  // No white space before an extension: RFC 9112 calls it bad (BWS), and parsers disagree about it.
  state_ = State::ExtensionWord;
  return c == ';' && spend(1);
}

// Trailers are read and dropped (RFC 9110 section 6.5.1 allows it): nothing of them may become a
// header.
bool BodyReader::trailer_byte(char c) {
  switch (state_) {
    case State::LineStart:
      if (c == '\r') {
        state_ = State::FinalLf;
        return true;
      }
      state_ = State::TrailerName;
      return is_token_character(c) && spend(1);
    case State::TrailerName:
      if (c == ':') state_ = State::TrailerValue;
      return (c == ':' || is_token_character(c)) && spend(1);
    case State::TrailerValue:
      if (c == '\r') {
        state_ = State::TrailerLf;
        return true;
      }
      return is_text(c) && spend(1);
    case State::TrailerLf:
      state_ = State::LineStart;
      return c == '\n';
    default:
      state_ = State::Done;
      return c == '\n';  // FinalLf
  }
}

}  // namespace postern::http
