#include "core/gateway/client_origin.hpp"

#include "core/base/bytes.hpp"
#include "core/http/authority.hpp"

namespace postern::gateway {

Origin client_origin(const http::RequestHead& head, bool secure, bool by_proxy) {
  Origin origin{secure, head.host};
  if (!by_proxy) return origin;
  for (const http::Field& field : head.fields.all()) {
    if (equal_ignoring_case(field.name, forwarded_proto_name)) {
      origin.secure = equal_ignoring_case(field.value, "https");
    } else if (equal_ignoring_case(field.name, forwarded_host_name) &&
               http::is_authority(field.value)) {
      origin.authority = field.value;
    }
  }
  return origin;
}

}  // namespace postern::gateway
