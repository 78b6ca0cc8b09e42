// http: HTTP/1.1 as bytes. Heads, framing, bodies, paths; what may travel on and what an answer of
// ours looks like. In: bytes received so far. Out: views into them, refusals with their status,
// bytes to send. Never: a connection, a clock, a decision about a token; two ways to read the same
// bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/http/field.hpp"
#include "core/http/method.hpp"

namespace postern::http {

/// How long a head may be.
struct HeadLimits {
  std::size_t head_bytes = 8192;    ///< Whole head, final empty line included: 431.
  std::size_t target_bytes = 8192;  ///< Request target: 414.
};
/// Field lines in one head; more: 431 (or a refused answer).
inline constexpr std::size_t fields_max = 100;

/// How the end of a message's body is found. RFC 9112 section 6.
enum class BodyFraming : std::uint8_t {
  None,    ///< There is no body.
  Length,  ///< Content-Length says.
  Chunked,
  UntilClose,  ///< Answers only.
};

enum class HeadOutcome : std::uint8_t {
  Complete,
  NeedMore,  ///< Right so far, but not whole.
  Refused,
};

/// Why a head is refused. For requests `status` is the answer: 400 414 417 431 501 505. All of them
/// close the connection: after a head that was not understood nobody knows where the next one
/// begins.
struct HeadRefusal {
  std::uint16_t status = 400;
  std::string_view why;  ///< Short stable word for the log.
};

/// The field lines that both kinds of head have.
class Fields {
 public:
  [[nodiscard]] std::span<const Field> all() const { return {fields_.data(), count_}; }
  [[nodiscard]] std::span<Field> all() { return {fields_.data(), count_}; }
  /// The only field of this kind; null when there is none or more than one.
  [[nodiscard]] const Field* only(FieldKind kind) const;
  [[nodiscard]] const Field* first(FieldKind kind) const;
  [[nodiscard]] std::size_t count(FieldKind kind) const;
  /// `name` stands in a Connection field: it means this connection only and does not travel on.
  [[nodiscard]] bool nominated(std::string_view name) const;

  void clear();
  /// False when there is no room.
  bool add(const Field& field);

 private:
  std::array<Field, fields_max> fields_;
  std::size_t count_ = 0;
  bool has_connection_ = false;
};

/// A request's head: views into the bytes it was parsed from.
struct RequestHead {
  Method method = Method::Get;
  std::string_view target;  ///< As sent; see path.hpp.
  std::string_view
      host;  ///< Of an absolute target, else of Host; empty for HTTP/1.0 without. With its port.
  std::uint8_t minor = 1;  ///< HTTP/1.0 or 1.1 (a higher minor counts as 1, RFC 9110 section 2.5).
  Fields fields;
  BodyFraming framing = BodyFraming::None;
  std::uint64_t content_length = 0;
  bool keep_alive = false;
  bool expect_continue = false;
  bool upgrade_websocket =
      false;  ///< GET, HTTP/1.1, no body, Connection: upgrade and Upgrade: websocket alone.
  std::size_t head_bytes = 0;  ///< The body begins here.
};

/// An answer's head, of an upstream or a provider.
struct ResponseHead {
  std::uint16_t status = 0;  ///< 100 to 599.
  std::string_view reason;
  std::uint8_t minor = 1;
  Fields fields;
  BodyFraming framing = BodyFraming::None;
  std::optional<std::uint64_t>
      content_length;  ///< As said, also where no body follows (HEAD, 304).
  bool keep_alive = false;
  bool upgrade_websocket = false;
  std::size_t head_bytes = 0;
};

/// Reads a request's head from `bytes`, which begin where the last message ended. Stateless: call
/// again with more bytes after NeedMore. Errors are found as soon as they can be seen. llhttp
/// (strict) reads the grammar; what it lets pass and RFC 9112, RFC 9110 or caution do not is
/// refused on top: see request_head.cpp. O(length).
HeadOutcome parse_request_head(std::string_view bytes, const HeadLimits& limits, RequestHead& head,
                               HeadRefusal& refusal);

/// Reads an answer's head; `method` is the request's (an answer to HEAD has no body). A refused
/// answer is a fault of who sent it.
HeadOutcome parse_response_head(std::string_view bytes, Method method, const HeadLimits& limits,
                                ResponseHead& head, HeadRefusal& refusal);

/// `fresh` bytes may have ended a line of a head, or made it illegal: worth parsing. Keeps the cost
/// of a head that comes a byte at a time proportional to its lines.
bool may_decide_head(std::string_view fresh);

}  // namespace postern::http
