#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "firmware/linux/import/kind.hpp"
#include "firmware/linux/import/note.hpp"

// A connector of the reference in terms of our configuration file.

namespace postern::importer {

/// A text for the file, and where it came from.
struct Text {
  std::string text;
  Source source;
};

/// A value for the file. A text stands where there should be something else when the input could
/// not be understood: written as it stood, it makes `postern check` refuse the file until somebody
/// has decided, where leaving it out would have removed a rule.
struct Value {
  std::variant<bool, std::uint64_t, std::string> value;
  Source source;
};

struct Provider {
  std::string name;
  Text url;  ///< Of the validation endpoint, the UserInfo endpoint or the key set.
};

/// Region code to provider.
struct Region {
  std::string code;
  std::string provider;
  Source source;
};

/// authorize.claims
struct Rule {
  std::string claim;  ///< JSONPath.
  std::string match;
  std::vector<std::string> values;
  Source source;
};

/// One element of enrich.
struct Header {
  std::string name;
  std::string claim;  ///< JSONPath.
  Source source;
};

/// The headers for one provider, or for "default".
struct HeaderBlock {
  std::string provider;
  std::vector<Header> headers;
};

/// userinfo.error_message
struct ErrorMessage {
  bool from_header = false;
  std::optional<Text> place;  ///< The header, or the JSONPath into the body; absent: all of it.
  Source source;
};

struct Connector {
  Kind kind = Kind::OAuth2;
  Source source;  ///< The line that says which one it is.

  std::vector<Provider> providers;
  std::string default_provider;       ///< Empty: none.
  std::optional<Text> region_header;  ///< Absent: nothing is selected.
  std::vector<Region> regions;
  std::optional<Text> regions_not_read;
  Source regions_source;

  std::optional<Text> proxy;
  std::optional<Value> refresh_s;
  std::optional<ErrorMessage> error_message;

  std::vector<Text> issuers;
  std::vector<Text> audience;
  std::vector<Rule> claims;
  std::optional<Text> claims_not_read;
  std::optional<Value> max_token_age_s;

  std::vector<Header> headers;             ///< For every provider,
  std::vector<HeaderBlock> header_blocks;  ///< or by provider.
  std::optional<Text> headers_not_read;
  Source headers_source;

  Value forward_authorization{true, {}};
  std::optional<Value> override_errors;
};

}  // namespace postern::importer
