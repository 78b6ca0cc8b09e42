// `postern run`: one thread per engine, one that waits for signals, one that looks names up.
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/base/secret.hpp"
#include "core/base/status.hpp"
#include "core/crypto/random.hpp"
#include "core/gateway/gateway.hpp"
#include "firmware/linux/certificates.hpp"
#include "firmware/linux/commands.hpp"
#include "firmware/linux/configuration_file.hpp"
#include "platform/linux/entropy.hpp"
#include "platform/linux/event_loop.hpp"
#include "platform/linux/listener.hpp"
#include "platform/linux/log_stream.hpp"
#include "platform/linux/mailbox.hpp"
#include "platform/linux/mapped_memory.hpp"
#include "platform/linux/resolver.hpp"
#include "platform/linux/service_manager.hpp"
#include "platform/linux/socket_address.hpp"
#include "platform/linux/store.hpp"

namespace postern::firmware {
namespace {

int failed(const std::string& why) {
  std::fprintf(stderr, "postern: %s\n", why.c_str());
  return exit_failed;
}

std::string mebibytes(std::uint64_t bytes) {
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%.1f MiB", static_cast<double>(bytes) / (1024 * 1024));
  return text.data();
}

sigset_t signals(std::initializer_list<int> numbers) {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : numbers) sigaddset(&set, number);
  return set;
}

// As many descriptors as the system grants; a word when they are too few.
void raise_descriptor_limit(std::size_t wanted) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur >= wanted) return;
  std::fprintf(stderr,
               "postern: only %llu file descriptors, but up to %zu may be wanted; raise the limit "
               "(LimitNOFILE=, ulimit -n) or lower limits.connections\n",
               static_cast<unsigned long long>(limit.rlim_cur), wanted);
}

// The configuration as it will be used, in the memory that was planned for everything.
class Process {
 public:
  explicit Process(const std::string& file) : files_(file) {}

  int run() {
    if (const auto code = map_memory()) return *code;
    if (const auto code = make_engines()) return *code;
    if (const auto code = listen()) return *code;
    return serve();
  }

 private:
  // Loaded twice: to know how much memory it takes, and into that memory.
  std::optional<int> map_memory() {
    std::size_t configuration_bytes = 0;
    {
      platform::MappedMemory trial(config::configuration_bytes_max);
      if (trial.bytes().empty()) return failed("no memory left to read a configuration");
      Arena arena(trial.bytes());
      const config::Config* config = files_.load(arena);
      if (config == nullptr) return exit_refused;
      configuration_bytes = arena.used();
      planned_bytes_ = plan_memory(*config, configuration_bytes).total_bytes();
      wipe(trial.bytes().first(configuration_bytes));  // secrets are in it
    }
    memory_.emplace(planned_bytes_);
    if (memory_->bytes().empty()) {
      return failed("cannot map " + mebibytes(planned_bytes_) +
                    "; lower the limits (postern plan shows what takes how much)");
    }
    arena_ = Arena(memory_->bytes());
    Arena own(take_row(arena_, configuration_row(configuration_bytes)));
    config_ = files_.load(own);
    if (config_ == nullptr) return exit_refused;
    open_store();
    return {};
  }

  // The one record there is.
  void open_store() {
    const std::string record(gateway::clock_floor_record);
    const std::string folder = platform::state_directory();
    std::vector<platform::Store::Place> places;
    if (!config_->clock.floor_file.empty()) {
      places.push_back({record, files_.path_of(config_->clock.floor_file)});
    } else if (!folder.empty()) {
      places.push_back({record, folder + "/" + record});
    }
    store_.emplace(std::move(places), log_);
  }

  std::optional<int> make_engines() {
    std::array<std::byte, 32> entropy;
    if (!platform::fill_with_entropy(entropy)) return failed("the kernel has no random numbers");
    if (!crypto::use_entropy(platform::fill_with_entropy)) {
      return failed("the kernel has no random numbers");
    }
    workers_ = worker_count(*config_);
    shared_ = gateway::create_shared(arena_, *config_, workers_, entropy);
    wipe(entropy);
    if (shared_ == nullptr) return failed("the kernel has no random numbers for TLS");
    const MemoryRow sockets =
        platform::EventLoop::sockets_row(gateway::connection_count_max(*config_));
    for (std::size_t i = 0; i < workers_; ++i) {
      mailboxes_.push_back(std::make_unique<platform::Mailbox>());
    }
    for (std::size_t i = 0; i < workers_; ++i) {
      Engine* engine = gateway::create(arena_, *config_, *shared_, i, workers_);
      if (engine == nullptr) return failed("the certificates take more memory than was planned");
      engines_.push_back(engine);
      others_.emplace_back();
      for (std::size_t j = 0; j < workers_; ++j) {
        if (j != i) others_.back().push_back(mailboxes_[j].get());
      }
      loops_.push_back(std::make_unique<platform::EventLoop>(
          platform::EventLoop::Parts{.engine = *engine,
                                     .mailbox = *mailboxes_[i],
                                     .resolver = resolver_,
                                     .store = *store_,
                                     .log = log_,
                                     .others = others_.back(),
                                     .sockets = take_row(arena_, sockets),
                                     .floor = WallTime{POSTERN_BUILD_EPOCH},
                                     .drain = config_->timeouts.drain}));
      if (!loops_.back()->ready()) return failed("the kernel grants no epoll instance");
    }
    raise_descriptor_limit(workers_ *
                           platform::EventLoop::descriptor_count_max(
                               gateway::connection_count_max(*config_), config_->listeners.size()));
    return {};
  }

  std::optional<int> listen() {
    for (std::size_t i = 0; i < config_->listeners.size(); ++i) {
      Address address = config_->listeners[i].address;
      for (std::size_t worker = 0; worker < workers_; ++worker) {
        platform::Listener listener =
            worker == 0 ? platform::listen_first_on(address) : platform::listen_also_on(address);
        if (!listener.problem.empty()) return failed("cannot listen on " + listener.problem);
        address = listener.address;
        const ListenerId id{static_cast<std::uint8_t>(i)};
        if (!loops_[worker]->add_listener(id, std::move(listener.socket))) {
          return failed("cannot watch a listener");
        }
      }
      if (!addresses_.empty()) addresses_ += ", ";
      addresses_ += platform::text_of(address);
    }
    return {};
  }

  int serve() {
    // Signals come to this thread alone; the others inherit the mask.
    const sigset_t awaited = signals({SIGTERM, SIGINT, SIGUSR1, SIGHUP});
    pthread_sigmask(SIG_BLOCK, &awaited, nullptr);
    // Before any line of the log.
    std::fprintf(stderr, "postern: listening on %s; %zu worker%s, %s\n", addresses_.c_str(),
                 workers_, workers_ == 1 ? "" : "s", mebibytes(planned_bytes_).c_str());
    print_certificate_dates(*config_, WallTime{std::time(nullptr)}, stderr);
    std::vector<std::thread> threads;
    threads.reserve(loops_.size());
    for (const auto& loop : loops_) threads.emplace_back([&loop] { loop->run(); });
    platform::tell_service_manager("READY=1");
    for (int signal = 0; signal != SIGTERM && signal != SIGINT;) {
      sigwait(&awaited, &signal);
      if (signal == SIGUSR1) print_status();
      if (signal == SIGHUP) reload_certificates(*config_, files_, engines_, log_);
    }
    // Whoever asks a second time does not want to wait.
    const sigset_t ending = signals({SIGTERM, SIGINT});
    pthread_sigmask(SIG_UNBLOCK, &ending, nullptr);
    platform::tell_service_manager("STOPPING=1");
    for (const auto& mailbox : mailboxes_) mailbox->drain();
    for (std::thread& thread : threads) thread.join();
    return exit_well;
  }

  // One line of JSON on standard error, the counters summed over the workers.
  // As the log, it does not wait for a reader: nobody would see a SIGTERM meanwhile.
  void print_status() const {
    Status status{.clock = gateway::clock_trust(*engines_.front()),
                  .store_failures = store_->failures(),
                  .counters = {}};
    for (const Engine* engine : engines_) status.counters.add(gateway::counters(*engine));
    std::string line(status_members_bytes_max() + 3, '\0');  // braces and the line's end
    ByteWriter out(line);
    out.character('{');
    write_members(out, status);
    out.text("}\n");
    std::string_view rest = out.written();
    while (const std::size_t count = log_.write({as_bytes(rest)})) rest.remove_prefix(count);
  }

  ConfigurationFile files_;
  std::uint64_t planned_bytes_ = 0;
  std::optional<platform::MappedMemory> memory_;
  Arena arena_{{}};
  const config::Config* config_ = nullptr;
  gateway::Shared* shared_ = nullptr;
  std::size_t workers_ = 0;
  platform::LogStream log_{STDERR_FILENO};
  std::vector<std::unique_ptr<platform::Mailbox>> mailboxes_;
  std::optional<platform::Store> store_;
  platform::Resolver resolver_;  ///< Ends before the mailboxes it writes to.
  std::vector<std::vector<platform::Mailbox*>> others_;
  std::vector<Engine*> engines_;
  std::vector<std::unique_ptr<platform::EventLoop>> loops_;
  std::string addresses_;
};

}  // namespace

int run(const std::string& file) {
  std::signal(SIGPIPE, SIG_IGN);
  // One that comes before we serve waits until then.
  const sigset_t early = signals({SIGHUP, SIGUSR1});
  pthread_sigmask(SIG_BLOCK, &early, nullptr);
  return Process(file).run();
}

}  // namespace postern::firmware
