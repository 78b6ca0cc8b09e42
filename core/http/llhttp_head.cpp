#include "core/http/llhttp_head.hpp"

#include <llhttp.h>

namespace postern::http {
namespace {

struct Collector {
  HeadScan scan;
  Fields* fields = nullptr;
  std::string_view name;
  std::string_view value;
};

Collector& collector(llhttp_t* parser) { return *static_cast<Collector*>(parser->data); }

// The whole head lies in one piece of memory, so pieces of one element follow each other.
void extend(std::string_view& text, const char* at, std::size_t length) {
  text = text.empty()
             ? std::string_view(at, length)
             : std::string_view(text.data(), static_cast<std::size_t>(at - text.data()) + length);
}

template <std::string_view HeadScan::*element>
int on_element(llhttp_t* parser, const char* at, std::size_t length) {
  extend(collector(parser).scan.*element, at, length);
  return HPE_OK;
}

template <std::string_view Collector::*element>
int on_field_part(llhttp_t* parser, const char* at, std::size_t length) {
  extend(collector(parser).*element, at, length);
  return HPE_OK;
}

int on_value_complete(llhttp_t* parser) {
  Collector& all = collector(parser);
  if (!all.fields->add({all.name, all.value, classify(all.name)})) {
    all.scan.too_many_fields = true;
    return HPE_USER;
  }
  all.name = all.value = {};
  return HPE_OK;
}

// Stop here: bodies are read by BodyReader, under the framing that this room decides.
int on_head_complete(llhttp_t*) { return HPE_PAUSED; }

// Complete when the program is built: a static made at first use would be guarded by a lock.
constexpr llhttp_settings_t settings = [] {
  llhttp_settings_t all{};
  all.on_method = on_element<&HeadScan::method>;
  all.on_url = on_element<&HeadScan::target>;
  all.on_version = on_element<&HeadScan::version>;
  all.on_status = on_element<&HeadScan::reason>;
  all.on_header_field = on_field_part<&Collector::name>;
  all.on_header_value = on_field_part<&Collector::value>;
  all.on_header_value_complete = on_value_complete;
  all.on_headers_complete = on_head_complete;
  return all;
}();

HeadScan scan(llhttp_type_t type, std::string_view bytes, Fields& fields) {
  fields.clear();
  Collector all;
  all.fields = &fields;
  llhttp_t parser;
  llhttp_init(&parser, type, &settings);
  parser.data = &all;
  const llhttp_errno_t error = llhttp_execute(&parser, bytes.data(), bytes.size());
  all.scan.status = parser.status_code;
  if (error == HPE_PAUSED) {
    all.scan.outcome = HeadOutcome::Complete;
    all.scan.head_bytes = static_cast<std::size_t>(llhttp_get_error_pos(&parser) - bytes.data());
  } else if (error != HPE_OK) {
    all.scan.outcome = HeadOutcome::Refused;
    all.scan.error = llhttp_errno_name(error);
  }
  return all.scan;
}

}  // namespace

HeadScan scan_request_head(std::string_view bytes, Fields& fields) {
  return scan(HTTP_REQUEST, bytes, fields);
}

HeadScan scan_response_head(std::string_view bytes, Fields& fields) {
  return scan(HTTP_RESPONSE, bytes, fields);
}

}  // namespace postern::http
