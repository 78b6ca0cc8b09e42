#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"
#include "firmware/linux/import/fields.hpp"
#include "firmware/linux/import/translate_parts.hpp"

namespace postern::importer {
namespace {

constexpr std::string_view default_name = "provider";

// The three members, wherever they stood. Null: nowhere.
struct Members {
  const Field* header = nullptr;
  const Field* values = nullptr;
  const Field* standard = nullptr;
  Source header_source;
  Source values_source;
  Source standard_source;
};

struct Member {
  std::string_view name;
  const Field* Members::*field;
  Source Members::*source;
};
constexpr std::array<Member, 3> members{{
    {"regionCodeHeader", &Members::header, &Members::header_source},
    {"regionCodeValue", &Members::values, &Members::values_source},
    {"defaultURI", &Members::standard, &Members::standard_source},
}};

const Member* member_called(std::string_view name) {
  for (const Member& member : members) {
    if (member.name == name) return &member;
  }
  return nullptr;
}

// The members of the object. A value that is no object is taken for the default, after a note.
std::vector<Field> read_object(const Entry& entry, Notes& notes) {
  if (entry.value.empty()) return {};  // the three names follow as lines
  const FieldsOrProblem read = read_fields(entry.value, entry.value_line);
  if (const auto* fields = std::get_if<std::vector<Field>>(&read)) return *fields;
  notes.push_back(
      {entry.source,
       std::string(std::get<std::string_view>(read)) + "; all of it was taken for the default URI",
       "write {\"regionCodeHeader\":...,\"regionCodeValue\":{...},\"defaultURI\":...}"});
  Field whole;
  whole.name = "defaultURI";
  whole.line = entry.value_line;
  whole.text = entry.value;
  return {whole};
}

// A member that stands in a line of its own.
struct Line {
  Field field;
  Source source;
};

Line read_line(const Entry& entry, Notes& notes) {
  Line line{{}, entry.source};
  line.field.name = entry.source.name;
  line.field.text = entry.value;
  if (!entry.value.starts_with('{')) return line;
  const FieldsOrProblem read = read_fields(entry.value, entry.value_line);
  if (const auto* fields = std::get_if<std::vector<Field>>(&read)) {
    line.field.fields = *fields;
    line.field.is_object = true;
  } else {
    notes.push_back({entry.source, std::string(std::get<std::string_view>(read)),
                     "write {\"code\":\"URI\",...}"});
  }
  return line;
}

// From the object, and from the lines for what it does not have.
Members find_members(const std::vector<Field>& object, const std::string& object_name,
                     const std::vector<Line>& lines, Notes& notes) {
  Members found;
  for (const Field& field : object) {
    const Source source{field.line, object_name + "." + field.name};
    const Member* member = member_called(field.name);
    if (member == nullptr) {
      notes.push_back({source, "is no member of this object, and the reference ignores it",
                       "take it out, or correct its name"});
      continue;
    }
    found.*member->field = &field;
    found.*member->source = source;
  }
  for (const Line& line : lines) {
    const Member* member = member_called(line.field.name);
    if (found.*member->field != nullptr) {
      notes.push_back({line.source, "stands beside the object that says it, too; that was taken",
                       "take it out"});
      continue;
    }
    found.*member->field = &line.field;
    found.*member->source = line.source;
  }
  return found;
}

bool has_provider(const Connector& connector, std::string_view name) {
  return std::any_of(connector.providers.begin(), connector.providers.end(),
                     [name](const Provider& provider) { return provider.name == name; });
}

// The code in lower case. `default` names something else in enrich.
std::string provider_name(const Connector& connector, std::string_view code) {
  std::string name(code);
  std::transform(name.begin(), name.end(), name.begin(), ascii_lower);
  const std::string base = name;
  for (int i = 2; name == "default" || has_provider(connector, name); ++i) {
    name = base + "-" + std::to_string(i);
  }
  return name;
}

void add_region(Connector& connector, const std::string& code, Text url) {
  std::string name = provider_name(connector, code);
  connector.regions.push_back({code, name, url.source});
  connector.providers.push_back({std::move(name), std::move(url)});
}

void translate_values(const Members& found, Connector& connector, Notes& notes) {
  const Field& values = *found.values;
  connector.regions_source = found.values_source;
  if (!values.is_object) {
    if (!values.text.empty()) connector.regions_not_read = {values.text, found.values_source};
    if (!values.text.empty() && !values.text.starts_with('{')) {
      notes.push_back({found.values_source, "is not an object", "write {\"code\":\"URI\",...}"});
    }
    return;
  }
  for (const Field& field : values.fields) {
    const Source source{field.line, found.values_source.name + "." + field.name};
    if (field.name.empty()) {
      notes.push_back(
          {source, "has no region code: an empty header means the default URI", "take it out"});
    } else {
      if (field.is_object) notes.push_back({source, "is an object, not a URI", "write the URI"});
      add_region(connector, field.name, {field.text, source});
    }
  }
}

}  // namespace

void translate_regions(PreInputs& inputs, std::string_view name, Connector& connector,
                       Notes& notes) {
  const Entry* entry = inputs.take(name);
  const std::vector<Field> object =
      entry != nullptr ? read_object(*entry, notes) : std::vector<Field>();
  std::vector<Line> lines;
  for (const Member& member : members) {
    if (const Entry* line = inputs.take(member.name)) lines.push_back(read_line(*line, notes));
  }
  const Members found = find_members(object, std::string(name), lines, notes);

  if (found.standard != nullptr && !found.standard->text.empty()) {
    connector.default_provider = default_name;
    connector.providers.push_back(
        {connector.default_provider, {found.standard->text, found.standard_source}});
  } else {
    notes.push_back(
        {found.standard != nullptr ? found.standard_source : connector.source,
         "has no defaultURI: the reference refuses every call, Postern only those whose "
         "region has no URI",
         "add defaultURI, or check that this is what you want"});
  }
  const bool has_header = found.header != nullptr && !found.header->text.empty();
  if (has_header) connector.region_header = {found.header->text, found.header_source};
  if (found.values == nullptr) return;
  if (has_header) {
    translate_values(found, connector, notes);
  } else {
    notes.push_back({found.values_source,
                     "is not used without regionCodeHeader: all calls go to the default URI",
                     "take it out, or add regionCodeHeader"});
  }
}

std::string provider_of_region(Connector& connector, const std::string& code,
                               const Source& source) {
  for (const Region& region : connector.regions) {
    if (region.code == code) return region.provider;
  }
  if (connector.default_provider.empty()) return {};
  const Text url = connector.providers.front().url;
  add_region(connector, code, url);
  connector.regions.back().source = source;
  if (connector.regions_source.line == 0) connector.regions_source = source;
  return connector.regions.back().provider;
}

}  // namespace postern::importer
