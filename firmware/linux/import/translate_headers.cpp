#include <algorithm>
#include <string>
#include <string_view>

#include "firmware/linux/import/claim_path.hpp"
#include "firmware/linux/import/fields.hpp"
#include "firmware/linux/import/translate_parts.hpp"

namespace postern::importer {
namespace {

constexpr std::string_view default_block = "default";

bool is_jwt(Kind kind) { return kind == Kind::Jwt || kind == Kind::OAuth2Jwt; }

class HeaderTranslator {
 public:
  HeaderTranslator(const Entry& entry, Connector& connector, Notes& notes)
      : entry_(entry), connector_(connector), notes_(notes) {}

  void run();

 private:
  [[nodiscard]] Source source_of(const Field& field, const std::string& prefix) const {
    return {field.line, entry_.source.name + "." + prefix + field.name};
  }
  void not_read(std::string_view why);
  std::vector<Header> headers_of(const std::vector<Field>& fields, const std::string& prefix);
  std::string path_of(const std::string& expression, const Source& source);
  void add_blocks(const std::vector<Field>& blocks);

  const Entry& entry_;
  Connector& connector_;
  Notes& notes_;
};

void HeaderTranslator::run() {
  if (entry_.value.empty()) return;
  connector_.headers_source = entry_.source;
  const FieldsOrProblem read = read_fields(entry_.value, entry_.value_line);
  const auto* fields = std::get_if<std::vector<Field>>(&read);
  if (fields == nullptr) return not_read(std::get<std::string_view>(read));
  const auto is_object = [](const Field& field) { return field.is_object; };
  if (std::none_of(fields->begin(), fields->end(), is_object)) {
    connector_.headers = headers_of(*fields, "");
  } else if (!std::all_of(fields->begin(), fields->end(), is_object)) {
    not_read("mixes headers with blocks of headers");
  } else if (is_jwt(connector_.kind)) {
    not_read("has a block per region, which the JWT connectors do not know");
  } else {
    add_blocks(*fields);
  }
}

void HeaderTranslator::not_read(std::string_view why) {
  connector_.headers_not_read = {entry_.value, entry_.source};
  notes_.push_back({entry_.source, std::string(why), "write {\"header\":\"claim\",...}"});
}

std::vector<Header> HeaderTranslator::headers_of(const std::vector<Field>& fields,
                                                 const std::string& prefix) {
  std::vector<Header> headers;
  for (const Field& field : fields) {
    const Source source = source_of(field, prefix);
    if (field.is_object) {
      notes_.push_back({source, "is an object, not an expression", "write a path such as $.sub"});
    }
    headers.push_back({field.name, path_of(field.text, source), source});
  }
  return headers;
}

// The JWT connectors take the name of a claim, the others a path that may go without its `$.`.
std::string HeaderTranslator::path_of(const std::string& expression, const Source& source) {
  if (is_jwt(connector_.kind) && !expression.starts_with('$')) return path_of_claim(expression);
  if (expression.starts_with('/')) {
    notes_.push_back({source, "is an XPath, for answers in XML; Postern reads JSON only",
                      "let the provider answer in JSON, and write a path such as $.sub"});
  }
  return path_of_expression(expression);
}

// A region's own headers. One that has no URI of its own is the default provider under another
// name: that is what headers depend on here.
void HeaderTranslator::add_blocks(const std::vector<Field>& blocks) {
  for (const Field& block : blocks) {
    if (block.name == default_block) {
      connector_.header_blocks.push_back(
          {std::string(default_block), headers_of(block.fields, block.name + ".")});
      continue;
    }
    const Source source = source_of(block, "");
    if (!connector_.region_header || block.name.empty()) {
      notes_.push_back({source, "is for a region, and there is no regionCodeHeader with that value",
                        "take it out, or add regionCodeHeader"});
      continue;
    }
    const std::string provider = provider_of_region(connector_, block.name, source);
    if (provider.empty()) {
      notes_.push_back({source, "is for a region without a URI, and there is no defaultURI",
                        "take it out, or add a URI"});
      continue;
    }
    connector_.header_blocks.push_back({provider, headers_of(block.fields, block.name + ".")});
  }
  // Without regions only the default block is ever used.
  if (connector_.region_header || connector_.header_blocks.empty()) return;
  connector_.headers = std::move(connector_.header_blocks.front().headers);
  connector_.header_blocks.clear();
}

}  // namespace

void translate_headers(PreInputs& inputs, Connector& connector, Notes& notes) {
  if (const Entry* entry = inputs.take("inject_headers")) {
    HeaderTranslator(*entry, connector, notes).run();
  }
}

}  // namespace postern::importer
