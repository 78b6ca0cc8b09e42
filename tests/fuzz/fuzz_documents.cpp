// A provider's key set or metadata. The first byte chooses the document, the status and the media
// type; the rest is the body. Whatever it says, only a 200 with JSON changes anything, what changes
// is usable, and what it says is never an address that this gateway would refuse in its own file.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/config/url.hpp"
#include "core/token/documents.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/support/signature_memory.hpp"
#include "tests/unit/config/loaded.hpp"

namespace postern {
namespace {

using token::Document;

const config::Config& loaded() {
  static const config::test::Loaded config(R"({
    "listeners": [{"address": "127.0.0.1:1"}],
    "limits": {"keys": 4, "provider_answer_bytes": 16384},
    "providers": {"plant": {"issuer": "http://id.test"}},
    "upstreams": {"api": {"servers": ["http://127.0.0.1:2"]}},
    "endpoints": [{"name": "api", "match": {"path": "/"}, "upstream": "api",
                   "authenticate": {"connector": "jwt"}}]
  })");
  fuzz::check(config.ok(), "the configuration of this test is right");
  return *config;
}

void check_addresses(token::Published& published) {
  std::array<char, token::discovered_address_bytes_max> text;
  std::array<std::byte, 4 * token::discovered_address_bytes_max> memory;
  for (const auto service :
       {token::Service::Introspection, token::Service::KeySet, token::Service::UserInfo}) {
    const std::string_view address = published.address(service, text);
    if (address.empty()) continue;
    Arena arena(memory);
    const auto url = config::parse_url(address, arena);
    fuzz::check(url.has_value(), "an address is one to connect to");
    const auto& bytes = url->literal.bytes;
    fuzz::check(url->literal.family != Address::Family::V4 || bytes[0] != 169 || bytes[1] != 254,
                "and not one that only machines may see");
    fuzz::check(
        url->literal.family != Address::Family::V6 || bytes[0] != 0xFE || (bytes[1] & 0xC0) != 0x80,
        "and not one that only machines may see");
  }
}

}  // namespace
}  // namespace postern

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postern;
  const config::Config& config = loaded();
  if (size < 1 || size > config.limits.provider_answer_bytes) return 0;
  const Document document = data[0] % 2 == 0 ? Document::KeySet : Document::Metadata;
  constexpr std::uint16_t statuses[] = {200, 200, 200, 404, 304, 302, 500, 204};
  constexpr std::string_view media_types[] = {"application/json", "", "text/html",
                                              "application/jwk-set+json"};
  static std::vector<crypto::VerificationKey> keys(config.limits.keys);
  static std::vector<crypto::VerificationKey> scratch(config.limits.keys);
  static std::vector<std::byte> provider_memory(16 * 1024);
  static std::vector<std::byte> memory(
      json::parse_arena_bytes({.text_bytes_max = config.limits.provider_answer_bytes,
                               .depth_max = token::document_depth_max,
                               .values_max = token::document_values_max}) +
      token::document_address_bytes);
  Arena provider_arena(provider_memory);
  Arena arena(memory);
  token::Published published(config.providers[0], keys);
  token::Provider provider(config.providers[0], 0, published, provider_arena);
  const MonotonicTime now{1};
  const std::vector<char> body(data + 1, data + size);
  token::ProviderAnswer answer;
  answer.status = statuses[data[0] / 2 % 8];
  answer.content_type = media_types[data[0] / 16 % 4];
  answer.body = {body.data(), body.size()};
  const auto outcome = token::take_document(provider, document, answer, now, scratch, arena);

  const bool taken = !outcome.problem;
  fuzz::check(!taken || answer.status == 200, "only a 200 is taken");
  fuzz::check(!taken || answer.content_type != "text/html", "only JSON is taken");
  fuzz::check((published.state(document, now) != token::Published::State::Absent) == taken,
              "what was taken is there, and nothing else");
  fuzz::check(!outcome.keys_gone, "there were none before");
  if (taken && document == Document::Metadata) {
    check_addresses(published);
    provider.adopt_metadata();
  }
  return 0;
}
