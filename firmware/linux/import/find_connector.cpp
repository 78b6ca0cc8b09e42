#include "firmware/linux/import/find_connector.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "firmware/linux/import/comma_list.hpp"

namespace postern::importer {
namespace {

// The names that say which connector it is, the surest first. Where three lines stand instead of
// one object, only the OIDC connector's other names tell it from the OAuth2 connector, for which
// the reference shows that spelling.
struct Telling {
  std::string_view name;
  Kind kind;
};
constexpr Telling telling[] = {
    {"jwks_uri", Kind::OAuth2Jwt},
    {"public_key_request_path", Kind::Jwt},
    {"userinfo_endpoint", Kind::Oidc},
    {"token_validation_uri", Kind::OAuth2},
    {"error_metadata_location", Kind::Oidc},
    {"error_header_name", Kind::Oidc},
    {"error_payload_location", Kind::Oidc},
    {"enable_error_set", Kind::Oidc},
    {"defaultURI", Kind::OAuth2},
    {"regionCodeValue", Kind::OAuth2},
};

// The reference's names of these connectors in a chain; they may stand in front of a parameter
// even where no line lists the chain.
struct Bean {
  std::string_view name;
  Kind kind;
};
constexpr Bean beans[] = {
    {"com.mashery.proxy.customer.generic.oauth-token-validation-connector", Kind::OAuth2},
    {"com.mashery.proxy.customer.generic.oidc-token-connector", Kind::Oidc},
    {"com.mashery.proxy.customer.generic.JWTAuthProcessor", Kind::Jwt},
    {"com.mashery.proxy.customer.generic.oauth2-jwt-authenticator", Kind::OAuth2Jwt},
};

struct Recognized {
  Kind kind = Kind::OAuth2;
  Source source;
};

std::optional<Recognized> recognize(const std::vector<Entry>& entries) {
  for (const Telling& row : telling) {
    for (const Entry& entry : entries) {
      if (entry.source.name == row.name) return Recognized{row.kind, entry.source};
    }
  }
  return {};
}

// One processor of a chain.
struct Processor {
  std::string name;
  std::size_t line = 0;        // Of the list that it stands in; 0: in none.
  std::vector<Entry> entries;  // Its parameters, without its name in front.
  bool is_connector = false;
};

// The processors that a line lists, which is taken out, and the known ones.
std::vector<Processor> take_processors(std::vector<Entry>& entries) {
  std::vector<Processor> processors;
  const auto add = [&](std::string_view name, std::size_t line) {
    const auto same = [&](const Processor& other) { return other.name == name; };
    if (std::any_of(processors.begin(), processors.end(), same)) return;
    processors.push_back({std::string(name), line, {}, false});
  };
  const auto chain = std::find_if(entries.begin(), entries.end(), [](const Entry& entry) {
    return entry.source.name == "processors";
  });
  if (chain != entries.end()) {
    for (const std::string& name : split_at_commas(chain->value)) add(name, chain->source.line);
    entries.erase(chain);
  }
  for (const Bean& bean : beans) add(bean.name, 0);
  return processors;
}

// The one whose parameter `name` is; the longest where one name begins with another.
Processor* owner_of(std::string_view name, std::vector<Processor>& processors) {
  Processor* owner = nullptr;
  for (Processor& processor : processors) {
    const std::size_t size = processor.name.size();
    if (name.size() <= size + 1 || !name.starts_with(processor.name) || name[size] != '.') continue;
    if (owner == nullptr || size > owner->name.size()) owner = &processor;
  }
  return owner;
}

// Gives each processor its parameters; what has no name in front stays in `entries`.
void distribute(std::vector<Entry>& entries, std::vector<Processor>& processors) {
  std::vector<Entry> rest;
  for (Entry& entry : entries) {
    Processor* owner = owner_of(entry.source.name, processors);
    if (owner != nullptr) entry.source.name.erase(0, owner->name.size() + 1);
    (owner != nullptr ? owner->entries : rest).push_back(std::move(entry));
  }
  entries = std::move(rest);
}

void note_others(const std::vector<Processor>& processors, Notes& notes) {
  const std::string remedy = "do what it does in front of Postern or behind it";
  for (const Processor& processor : processors) {
    if (processor.is_connector) continue;
    if (processor.line != 0) {
      notes.push_back({{processor.line, processor.name},
                       "is another processor of the chain; Postern has no chains",
                       remedy});
    }
    for (const Entry& entry : processor.entries) {
      notes.push_back({{entry.source.line, processor.name + "." + entry.source.name},
                       "is a parameter of another processor of the chain",
                       remedy});
    }
  }
}

// The first processor of the chain that is a token connector. Its own name, where it is a known
// one, says more than those of its parameters.
std::optional<Found> connector_in_chain(std::vector<Processor>& processors) {
  for (Processor& processor : processors) {
    auto recognized = recognize(processor.entries);
    if (!recognized) continue;
    for (const Bean& bean : beans) {
      if (bean.name == processor.name) recognized->kind = bean.kind;
    }
    processor.is_connector = true;
    return Found{recognized->kind, recognized->source, PreInputs(std::move(processor.entries))};
  }
  return {};
}

}  // namespace

std::optional<Found> find_connector(std::vector<Entry> entries, Notes& notes) {
  std::vector<Processor> processors = take_processors(entries);
  distribute(entries, processors);
  std::optional<Found> found;
  if (const auto recognized = recognize(entries)) {
    // The connector itself leads the chain. Where the list names it, that is no news.
    for (const Bean& bean : beans) {
      for (Processor& processor : processors) {
        const bool same = bean.kind == recognized->kind && bean.name == processor.name;
        if (same && processor.entries.empty()) processor.is_connector = true;
      }
    }
    found = Found{recognized->kind, recognized->source, PreInputs(std::move(entries))};
  } else if ((found = connector_in_chain(processors))) {
    for (const Entry& entry : entries) {
      notes.push_back({entry.source, "stands in a chain without a processor's name in front",
                       "take it out, or write that name and a dot in front of it"});
    }
  }
  if (found) note_others(processors, notes);
  return found;
}

}  // namespace postern::importer
