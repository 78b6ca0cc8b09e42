#include "core/gateway/copy_body.hpp"

#include <cstring>
#include <string_view>

namespace postern::gateway {
namespace {

// One chunk: four hex digits (a buffer is below 64 KiB), CRLF, data, CRLF. RFC 9112 allows leading
// zeros, and a fixed width lets the data be written to its final place before its length is known.
constexpr std::size_t size_line_bytes = 6;
constexpr std::size_t chunk_end_bytes = 2;
constexpr std::string_view last_chunk = "0\r\n\r\n";
constexpr std::size_t chunk_overhead = size_line_bytes + chunk_end_bytes + last_chunk.size();
// Below that a copy is not worth its framing.
constexpr std::size_t room_min = 64;

void write_size_line(char* at, std::size_t size) {
  constexpr char digits[] = "0123456789abcdef";
  for (int i = 3; i >= 0; --i) {
    at[i] = digits[size & 15];
    size >>= 4;
  }
  at[4] = '\r';
  at[5] = '\n';
}

}  // namespace

BodyProgress copy_body(http::BodyReader& reader, Buffer& in, Buffers& buffers, Buffer& out,
                       bool chunked) {
  BodyProgress progress;
  while (!reader.complete()) {
    if (in.empty()) return progress;
    std::span<char> room = buffers.tail(out, room_min + chunk_overhead);
    const std::size_t overhead = chunked ? chunk_overhead : 0;
    if (room.size() < room_min + overhead) {
      progress.state = BodyProgress::State::Blocked;
      return progress;
    }
    room = room.first(room.size() - overhead);
    char* const data = room.data() + (chunked ? size_line_bytes : 0);
    const auto step = reader.read(in.text(), {data, room.size()});
    if (!step) {
      progress.state = BodyProgress::State::Broken;
      return progress;
    }
    in.consume(step->consumed);
    progress.bytes += step->produced;
    if (!chunked) {
      out.produce(step->produced);
    } else if (step->produced != 0) {
      write_size_line(room.data(), step->produced);
      data[step->produced] = '\r';
      data[step->produced + 1] = '\n';
      out.produce(size_line_bytes + step->produced + chunk_end_bytes);
    }
  }
  if (chunked && !end_chunked_body(buffers, out)) {
    progress.state = BodyProgress::State::Blocked;
    return progress;
  }
  progress.state = BodyProgress::State::Complete;
  return progress;
}

bool end_chunked_body(Buffers& buffers, Buffer& out) {
  const std::span<char> room = buffers.tail(out, last_chunk.size());
  if (room.size() < last_chunk.size()) return false;
  std::memcpy(room.data(), last_chunk.data(), last_chunk.size());
  out.produce(last_chunk.size());
  return true;
}

}  // namespace postern::gateway
