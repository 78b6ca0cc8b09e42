#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace postern::platform::sim {

/// One HTTP/1.1 message as a peer of the gateway sees it.
struct Message {
  std::string start_line;
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;

  /// The first field of that name, whatever its case; null when there is none.
  [[nodiscard]] const std::string* field(std::string_view name) const;
  [[nodiscard]] std::size_t count(std::string_view name) const;
  /// Of an answer: 200. Of a request: 0.
  [[nodiscard]] int status() const;
  /// Of a request.
  [[nodiscard]] std::string method() const;
  [[nodiscard]] std::string target() const;
};

/// Reads what the gateway sends, independently of the gateway's own parsers and with no tolerance
/// at all: CRLF only, one framing, exact chunks. What it refuses, the gateway should never have
/// sent.
class MessageReader {
 public:
  enum class Kind : std::uint8_t { Request, Answer };
  explicit MessageReader(Kind kind) : kind_(kind) {}

  void feed(std::string_view bytes);
  /// The stream is over. Completes an answer that is delimited by it.
  void end();

  /// Answers only: the next final answer belongs to a HEAD request and has no body.
  void expect_no_body(bool none) { no_body_ = none; }

  /// The next whole message. 1xx answers count as messages.
  std::optional<Message> take();
  /// The head of a message whose body has not arrived yet.
  [[nodiscard]] const Message* head();
  /// A message has begun and is not whole.
  [[nodiscard]] bool inside_message() const { return state_ != State::Head || at_ < bytes_.size(); }
  /// What is not HTTP in the bytes fed so far; empty while all is well.
  [[nodiscard]] const std::string& broken() const { return broken_; }
  /// Bytes not used by any message: a tunnel's.
  [[nodiscard]] std::string take_rest();

 private:
  enum class State : std::uint8_t {
    Head,
    Length,
    ChunkSize,
    ChunkData,
    ChunkEnd,
    Trailer,
    UntilEnd,
    Whole
  };

  void run();
  bool read_head();
  bool read_field(std::string_view text);
  void frame();
  void frame_answer_without_length(bool has_body);
  bool read_chunk_size();
  bool read_trailer();
  std::optional<std::string_view> line();
  std::string_view rest() const { return std::string_view(bytes_).substr(at_); }
  bool fail(std::string why);

  Kind kind_;
  State state_ = State::Head;
  std::string bytes_;
  std::size_t at_ = 0;
  Message message_;
  std::uint64_t left_ = 0;
  bool no_body_ = false;
  bool ended_ = false;
  std::string broken_;
};

}  // namespace postern::platform::sim
