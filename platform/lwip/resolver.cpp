#include "platform/lwip/resolver.hpp"

#include <algorithm>
#include <span>

#include "platform/lwip/addresses.hpp"

namespace postern::platform::lwip {

bool Resolver::ask(std::string_view name) {
  if (name.size() > name_bytes_max) return false;
  for (Question& question : questions_) {
    if (question.state != Question::State::Free) continue;
    *std::copy(name.begin(), name.end(), question.name.begin()) = '\0';
    question.state = Question::State::Asked;
    ip_addr_t found{};
    const err_t error = dns_gethostbyname(question.name.data(), &found, on_found, &question);
    if (error != ERR_INPROGRESS) {
      on_found(nullptr, error == ERR_OK ? &found : nullptr, &question);
    }
    return true;
  }
  return false;
}

void Resolver::on_found(const char* /*name*/, const ip_addr_t* found, void* question) {
  auto& self = *static_cast<Question*>(question);
  self.found = found != nullptr ? from_lwip(*found, 0) : Address{};
  self.state = Question::State::Answered;
}

void Resolver::tell(Engine& engine, const Clock& clock) {
  for (Question& question : questions_) {
    if (question.state != Question::State::Answered) continue;
    question.state = Question::State::Free;
    const std::size_t count = question.found.family == Address::Family::None ? 0 : 1;
    engine.resolved(question.name.data(), {&question.found, count}, clock);
  }
}

}  // namespace postern::platform::lwip
