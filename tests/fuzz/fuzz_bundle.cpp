// A configuration region that holds anything. Whatever is taken for a bundle, and what is found in
// it, lies within the region. Also with the digest made right, or nothing would get far.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"
#include "firmware/mcu/bundle.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/support/bundle_writer.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postern;
  using firmware::Bundle;
  const std::string_view text = fuzz::text_of(data, size);
  const std::string digested = test::with_digest(std::string(text));
  for (const std::string_view region : {text, std::string_view(digested)}) {
    const auto bundle = Bundle::read(as_bytes(region));
    if (!bundle) continue;
    fuzz::check(bundle->bytes() <= region.size(), "a bundle ends within its region");
    for (const std::string_view name : {"postern.json", "network", "", "secret"}) {
      const auto found = bundle->find(name);
      if (!found) continue;
      fuzz::check(fuzz::within(*found, region), "what is found lies in the region");
    }
    const auto again = Bundle::read(as_bytes(region.substr(0, bundle->bytes())));
    fuzz::check(again.has_value(), "what follows a bundle plays no part");
  }
  return 0;
}
