#include "core/config/config.hpp"

namespace postern::config {

const ErrorAnswer* Errors::answer(ErrorCase error_case) const {
  if (!override) return nullptr;
  for (const ErrorAnswer& answer : answers) {
    if (answer.error_case == error_case) return &answer;
  }
  return nullptr;
}

}  // namespace postern::config
