#include "platform/linux/resolver.hpp"

#include <netdb.h>
#include <csignal>

#include <condition_variable>
#include <cstring>
#include <mutex>
#include <string>
#include <thread>

#include "platform/linux/socket_address.hpp"

namespace postern::platform {
namespace {

NameAnswer nothing_for(std::string_view name) {
  NameAnswer answer;
  answer.set_name(name);
  return answer;
}

/// May take as long as resolv.conf allows. The order is that of RFC 6724.
NameAnswer look_up(std::string_view name) {
  NameAnswer answer = nothing_for(name);
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(std::string(name).c_str(), nullptr, &hints, &found) != 0) return answer;
  for (const addrinfo* entry = found;
       entry != nullptr && answer.address_count < NameAnswer::addresses_max;
       entry = entry->ai_next) {
    SocketAddress address;
    std::memcpy(address.data(), entry->ai_addr, entry->ai_addrlen);
    const Address result = address.address();
    if (result.family != Address::Family::None) answer.addresses[answer.address_count++] = result;
  }
  freeaddrinfo(found);
  return answer;
}

}  // namespace

// Shared with the thread, which may outlive the Resolver by the length of one lookup.
struct Resolver::State {
  struct Question {
    Mailbox* asker = nullptr;
    NameAnswer name;
  };

  std::mutex mutex;
  std::condition_variable changed;
  bool stopping = false;
  std::array<Question, queue_max> queue;  ///< A ring.
  std::size_t first = 0;
  std::size_t count = 0;
};

Resolver::Resolver() : state_(std::make_shared<State>()) {
  // Signals are the main thread's: a thread inherits the mask of its maker.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread(serve, state_).detach();
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Resolver::~Resolver() {
  const std::lock_guard guard(state_->mutex);
  state_->stopping = true;
  state_->changed.notify_one();
}

void Resolver::ask(Mailbox& asker, std::string_view name) {
  if (name.size() > NameAnswer::name_bytes_max) {
    // Longer than any name may be (RFC 1035 section 2.3.4); the asker knows it by its beginning
    // only.
    return asker.deliver(nothing_for(name.substr(0, NameAnswer::name_bytes_max)));
  }
  const std::unique_lock guard(state_->mutex);
  if (state_->count == queue_max) return asker.deliver(nothing_for(name));
  State::Question& question = state_->queue[(state_->first + state_->count++) % queue_max];
  question.asker = &asker;
  question.name.set_name(name);
  state_->changed.notify_one();
}

void Resolver::serve(const std::shared_ptr<State>& state) {
  std::unique_lock guard(state->mutex);
  for (;;) {
    state->changed.wait(guard, [&] { return state->stopping || state->count > 0; });
    if (state->stopping) return;
    const State::Question question = state->queue[state->first];
    state->first = (state->first + 1) % queue_max;
    --state->count;

    guard.unlock();
    const NameAnswer answer = look_up(question.name.name());
    guard.lock();
    // Under the lock: as long as nobody stops us, the asker lives.
    if (!state->stopping) question.asker->deliver(answer);
  }
}

}  // namespace postern::platform
