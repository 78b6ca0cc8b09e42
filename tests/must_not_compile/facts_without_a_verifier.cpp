// Facts are what a verifier vouched for: nobody else can fill some (style.md, rule 10).
// expect: VerifierKey\(\).* is private|private constructor of class 'postern::token::VerifierKey'
#include <array>
#include <cstddef>

#include "core/token/facts_builder.hpp"

namespace postern::token {

#ifdef GOOD
// Whoever holds a key may use it; only verifiers can make one.
bool builds_facts(VerifierKey key) {
  std::array<std::byte, 64> memory;
  return FactsBuilder(key, memory, 0, 0).finish().has_value();
}
#else
bool builds_facts() {
  std::array<std::byte, 64> memory;
  return FactsBuilder(VerifierKey{}, memory, 0, 0).finish().has_value();
}
#endif

}  // namespace postern::token
