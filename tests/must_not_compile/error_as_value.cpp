// A value and an error of the same type stay distinct: an error has to be named as one.
// expect: could not convert|no viable conversion|no known conversion
#include "core/base/result.hpp"

enum class Reason : unsigned char { TooLong };
enum class Kind : unsigned char { Bearer };

postern::Result<Kind, Reason> kind_of_credential() {
#ifdef GOOD
  return postern::Failure{Reason::TooLong};
#else
  return Reason::TooLong;
#endif
}
