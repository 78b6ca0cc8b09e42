// A body's bytes, read whole and in small pieces: both must give the same content and end at the
// same byte. The first byte chooses the framing, the second how small the pieces are.
#include <algorithm>
#include <optional>
#include <string>

#include "core/http/body_reader.hpp"
#include "tests/fuzz/check.hpp"

namespace postern {
namespace {

struct Reading {
  std::string content;
  std::size_t consumed = 0;
  bool complete = false;
  std::optional<http::BodyError> error;

  friend bool operator==(const Reading&, const Reading&) = default;
};

Reading read(http::BodyFraming framing, std::uint64_t length, std::string_view input,
             std::size_t input_step, std::size_t output_step) {
  http::BodyReader reader;
  reader.begin(framing, length);
  Reading result;
  std::string room(output_step, '\0');
  std::size_t offered = 0;
  while (!reader.complete()) {
    if (result.consumed == offered) {
      if (offered == input.size()) break;
      offered = std::min(input.size(), offered + input_step);
    }
    const auto step = reader.read(input.substr(result.consumed, offered - result.consumed), room);
    if (!step) {
      result.error = step.error();
      return result;
    }
    fuzz::check(step->consumed <= offered - result.consumed && step->produced <= room.size(),
                "a step stays within what it was given");
    fuzz::check(step->consumed > 0 || step->produced > 0 || reader.complete(), "a step gets on");
    result.consumed += step->consumed;
    result.content.append(room, 0, step->produced);
  }
  result.complete = reader.complete() || reader.end_of_stream();
  return result;
}

}  // namespace
}  // namespace postern

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postern;
  if (size < 2) return 0;
  constexpr http::BodyFraming framings[] = {http::BodyFraming::Chunked, http::BodyFraming::Length,
                                            http::BodyFraming::UntilClose, http::BodyFraming::None};
  const http::BodyFraming framing = framings[data[0] % 4];
  const std::uint64_t length = data[0] / 4;
  const std::string_view input = fuzz::text_of(data + 2, size - 2);
  const Reading whole = read(framing, length, input, input.size(), input.size() + 1);
  const Reading pieces = read(framing, length, input, 1 + data[1] % 16, 1 + data[1] / 16);
  fuzz::check(whole.content.size() <= input.size(), "content is not longer than the body");
  if (whole.error) {
    // How much came out before the fault was seen depends on the pieces; that it is one does not.
    fuzz::check(pieces.error == whole.error, "a fault is one in any pieces");
  } else {
    fuzz::check(pieces == whole, "a body is the same in any pieces");
  }
  return 0;
}
