#pragma once

#include <cstddef>
#include <string_view>

#include "core/http/head.hpp"

namespace postern::http {

/// What llhttp saw of a head.
struct HeadScan {
  HeadOutcome outcome = HeadOutcome::NeedMore;
  std::string_view method;
  std::string_view target;
  std::string_view version;  ///< "1.1"
  std::string_view reason;
  unsigned status = 0;
  bool too_many_fields = false;
  std::string_view error;  ///< Refused: llhttp's name for it, such as "HPE_INVALID_METHOD".
  std::size_t head_bytes = 0;
};

/// Runs llhttp in its strict mode over `bytes` up to the end of the head, and collects the fields.
HeadScan scan_request_head(std::string_view bytes, Fields& fields);
HeadScan scan_response_head(std::string_view bytes, Fields& fields);

}  // namespace postern::http
