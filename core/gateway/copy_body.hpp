#pragma once

#include <cstddef>

#include "core/gateway/buffers.hpp"
#include "core/http/body_reader.hpp"

namespace postern::gateway {

/// What one turn of copying came to.
struct BodyProgress {
  enum class State : std::uint8_t {
    Hungry,    ///< All input is used up; more must come.
    Blocked,   ///< The output has no room; something must be sent first.
    Complete,  ///< The last byte of the message stands in the output.
    Broken,    ///< The framing is wrong: nothing after it can be trusted.
  };
  State state = State::Hungry;
  std::size_t bytes = 0;  ///< Of content, without framing.
};

/// Moves a message body from `in` to `out` as far as both allow, taking off the framing that
/// `reader` knows and, when `chunked`, putting on our own (RFC 9112 section 7.1; extensions and
/// trailers are dropped on the way). `out` may be compacted: views into it die.
BodyProgress copy_body(http::BodyReader& reader, Buffer& in, Buffers& buffers, Buffer& out,
                       bool chunked);

/// Writes the end of a body that its sender ended by closing. False: no room yet.
bool end_chunked_body(Buffers& buffers, Buffer& out);

}  // namespace postern::gateway
