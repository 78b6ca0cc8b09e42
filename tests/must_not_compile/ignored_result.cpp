// A result that nobody looks at may hide a refusal: Result is [[nodiscard]] as a type.
// expect: ignoring return(ed)? value.*nodiscard|\[-Werror=unused-result\]
#include "core/base/result.hpp"

enum class Reason : unsigned char { TooLong };

postern::Result<int, Reason> checked_length(int length);

void caller() {
#ifdef GOOD
  const auto length = checked_length(7);
  static_cast<void>(length);
#else
  checked_length(7);
#endif
}
