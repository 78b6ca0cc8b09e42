// An upstream's or provider's bytes, read as an answer's head. The first byte chooses the request's
// method.
#include "core/http/method.hpp"
#include "tests/fuzz/head_properties.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postern;
  if (size == 0) return 0;
  static constexpr http::HeadLimits limits{.head_bytes = 2048, .target_bytes = 1024};
  const auto method = static_cast<http::Method>(data[0] % http::method_count);
  const auto parse = [method](std::string_view bytes, http::ResponseHead& head) {
    http::HeadRefusal refusal;
    const http::HeadOutcome outcome =
        http::parse_response_head(bytes, method, limits, head, refusal);
    if (outcome == http::HeadOutcome::Refused) {
      fuzz::check(!refusal.why.empty(), "a refusal says why");
    }
    if (outcome == http::HeadOutcome::Complete) {
      fuzz::check(head.status >= 100 && head.status <= 599, "a status has a class");
      fuzz::check(fuzz::within(head.reason, bytes), "the reason is a view of the head");
      fuzz::check(fuzz::is_field_value(head.reason), "the reason is one line");
      const bool bodiless = method == http::Method::Head || head.status < 200 ||
                            head.status == 204 || head.status == 304;
      fuzz::check(!bodiless || head.framing == http::BodyFraming::None,
                  "an answer that cannot have a body has none");
    }
    return outcome;
  };
  fuzz::check_head<http::ResponseHead>(fuzz::text_of(data + 1, size - 1), parse);
  return 0;
}
