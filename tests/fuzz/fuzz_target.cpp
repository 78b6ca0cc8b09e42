// A request target brought into its normal form: the form is stable, and has nothing in it that two
// programs could read in two ways.
#include <string>

#include "core/http/path.hpp"
#include "tests/fuzz/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postern;
  const std::string_view input = fuzz::text_of(data, size);
  std::string memory(size + 1, '\0');
  const auto target = http::normalize(input, memory);
  if (!target) return 0;
  const std::string_view path = target->path();
  fuzz::check(target->text().starts_with(path), "the path begins the target");
  fuzz::check(path.starts_with('/'), "a path begins with a slash");
  for (const std::string_view bad :
       {"//", "/./", "/../", "\\", "%2F", "%2f", "%5C", "%5c", "%00", "?"}) {
    fuzz::check(path.find(bad) == std::string_view::npos, "a path is read in one way only");
  }
  fuzz::check(!path.ends_with("/.") && !path.ends_with("/.."), "no dot segment is left");

  std::string again_memory(target->text().size() + 1, '\0');
  const auto again = http::normalize(target->text(), again_memory);
  fuzz::check(again && again->text() == target->text() && again->path() == path,
              "the normal form of a normal form is itself");
  return 0;
}
