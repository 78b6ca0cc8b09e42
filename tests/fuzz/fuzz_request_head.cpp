// A client's bytes, read as a request's head.
#include "core/http/path.hpp"
#include "tests/fuzz/head_properties.hpp"

namespace postern {
namespace {

constexpr http::HeadLimits limits{.head_bytes = 2048, .target_bytes = 1024};

http::HeadOutcome parse(std::string_view bytes, http::RequestHead& head) {
  http::HeadRefusal refusal;
  const http::HeadOutcome outcome = http::parse_request_head(bytes, limits, head, refusal);
  if (outcome == http::HeadOutcome::Refused) {
    fuzz::check(refusal.status >= 400 && refusal.status <= 505, "a refusal has a status");
    fuzz::check(!refusal.why.empty(), "a refusal says why");
  }
  if (outcome == http::HeadOutcome::Complete) {
    fuzz::check(fuzz::within(head.target, bytes) && fuzz::within(head.host, bytes),
                "target and host are views of the head");
    fuzz::check(head.target.find(' ') == std::string_view::npos, "a target has no space");
    fuzz::check(head.fields.count(http::FieldKind::Host) <= 1, "there is one Host");
    fuzz::check(head.framing != http::BodyFraming::UntilClose, "a request ends before its sender");
    // What smuggling lives on: two answers to the question where the body ends.
    fuzz::check(head.fields.count(http::FieldKind::TransferEncoding) == 0 ||
                    head.fields.count(http::FieldKind::ContentLength) == 0,
                "a body has one framing");
  }
  return outcome;
}

}  // namespace
}  // namespace postern

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postern;
  fuzz::check_head<http::RequestHead>(fuzz::text_of(data, size), parse);
  return 0;
}
