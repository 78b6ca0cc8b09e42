#include "firmware/linux/configuration_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <thread>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/secret.hpp"
#include "core/crypto/random.hpp"
#include "core/crypto/working_memory.hpp"
#include "core/gateway/gateway.hpp"
#include "firmware/linux/secret_file.hpp"
#include "platform/linux/descriptor.hpp"
#include "platform/linux/entropy.hpp"
#include "platform/linux/event_loop.hpp"
#include "platform/linux/mapped_memory.hpp"
#include "platform/linux/service_manager.hpp"

namespace postern::firmware {
namespace {

// Standard error, one finding per line: FILE#/json/pointer: problem; remedy
class PrintedFindings final : public config::Findings {
 public:
  explicit PrintedFindings(const std::string& file) : file_(file) {}

  void close() const {
    if (count() > count_max) std::fprintf(stderr, "... and %zu more\n", count() - count_max);
  }

 private:
  void found(const config::Finding& finding) override {
    const auto print = [](std::string_view text) {
      std::fwrite(text.data(), 1, text.size(), stderr);
    };
    print(file_);
    print("#");
    print(finding.pointer);
    print(": ");
    print(finding.problem);
    print("; ");
    print(finding.remedy);
    print("\n");
  }

  const std::string& file_;
};

// Reads until the end or until `bytes` is full. -1: errno says why.
ssize_t read_all(int descriptor, std::span<char> bytes) {
  std::size_t total = 0;
  while (total < bytes.size()) {
    const ssize_t count = read(descriptor, bytes.data() + total, bytes.size() - total);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return -1;
    if (count == 0) break;
    total += static_cast<std::size_t>(count);
  }
  return static_cast<ssize_t>(total);
}

enum class Secrecy { Public, Secret };

// All of a file into the front of `bytes`, as far as it fits.
config::FileProblem read_file(const std::string& name, Secrecy secrecy, std::span<char> bytes,
                              std::size_t& size) {
  const platform::Descriptor opened(open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!opened.valid()) {
    return errno == ENOENT || errno == ENOTDIR ? config::FileProblem::Missing
                                               : config::FileProblem::Unreadable;
  }
  struct stat about {};
  if (fstat(opened.number(), &about) != 0 || !S_ISREG(about.st_mode)) {
    return config::FileProblem::Unreadable;
  }
  const Access access{about.st_mode, about.st_uid, about.st_gid};
  if (secrecy == Secrecy::Secret &&
      exposed(access, is_credential(name, platform::credentials_directory()))) {
    return config::FileProblem::Exposed;
  }
  const ssize_t count = read_all(opened.number(), bytes);
  if (count < 0) return config::FileProblem::Unreadable;
  size = static_cast<std::size_t>(count);
  const std::string_view text(bytes.data(), size);
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos ? config::FileProblem::Empty
                                                                     : config::FileProblem::None;
}

// The same; what fills `bytes` is too long, since there might be more.
config::FileProblem read_whole_file(const std::string& name, Secrecy secrecy, std::span<char> bytes,
                                    std::size_t& size) {
  const config::FileProblem problem = read_file(name, secrecy, bytes, size);
  return problem == config::FileProblem::None && size == bytes.size() ? config::FileProblem::TooLong
                                                                      : problem;
}

}  // namespace

ConfigurationFile::ConfigurationFile(std::string name) : name_(std::move(name)) {
  const std::size_t slash = name_.rfind('/');
  if (slash != std::string::npos) folder_ = name_.substr(0, slash + 1);
}

bool ConfigurationFile::read_text() {
  if (text_) return true;
  const platform::Descriptor file(open(name_.c_str(), O_RDONLY | O_CLOEXEC));
  // One byte more than may be, so that "too long" can be seen.
  std::string text(config::configuration_text_bytes_max + 1, '\0');
  const ssize_t size = file.valid() ? read_all(file.number(), text) : -1;
  if (size < 0) {
    std::fprintf(stderr, "%s: cannot be read: %s\n", name_.c_str(), std::strerror(errno));
    return false;
  }
  text.resize(static_cast<std::size_t>(size));
  text_ = std::move(text);
  return true;
}

const config::Config* ConfigurationFile::load(Arena& arena) {
  if (!read_text()) return nullptr;
  // To check a key is arithmetic with it, which is blinded.
  crypto::use_locks();
  if (!crypto::use_entropy(platform::fill_with_entropy)) {
    std::fprintf(stderr, "postern: the kernel has no random numbers\n");
    return nullptr;
  }
  const platform::MappedMemory scratch_memory(config::load_scratch_bytes_max);
  if (scratch_memory.bytes().empty()) {
    std::fprintf(stderr, "%s: no memory left to read it\n", name_.c_str());
    return nullptr;
  }
  Arena scratch(scratch_memory.bytes());
  PrintedFindings findings(name_);
  const config::Config* config = config::load(*text_, *this, arena, scratch, findings);
  findings.close();
  return config;
}

std::string ConfigurationFile::path_of(std::string_view file) const {
  return file.starts_with('/') ? std::string(file) : folder_ + std::string(file);
}

config::FileProblem ConfigurationFile::read_secret(std::string_view file,
                                                   config::ClientSecret& secret) {
  // Room for the line end, and one byte more to see "too long".
  std::array<char, config::secret_bytes_max + 3> bytes;
  std::size_t size = 0;
  config::FileProblem problem = read_file(path_of(file), Secrecy::Secret, bytes, size);
  std::string_view text(bytes.data(), size);
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  if (problem == config::FileProblem::None && !secret.set(as_bytes(text))) {
    problem = config::FileProblem::TooLong;
  }
  wipe(std::as_writable_bytes(std::span(bytes)));
  return problem;
}

config::FileProblem ConfigurationFile::read_text(std::string_view file, std::span<char> into,
                                                 std::size_t& size) {
  return read_whole_file(path_of(file), Secrecy::Public, into, size);
}

config::FileProblem ConfigurationFile::read_secret_text(std::string_view file, std::span<char> into,
                                                        std::size_t& size) {
  return read_whole_file(path_of(file), Secrecy::Secret, into, size);
}

config::FileProblem ConfigurationFile::read_system_anchors(std::span<char> into,
                                                           std::size_t& size) {
  // As Debian and Alpine, Fedora, and SUSE have it.
  constexpr const char* places[] = {"/etc/ssl/certs/ca-certificates.crt",
                                    "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem"};
  for (const char* place : places) {
    const config::FileProblem problem = read_whole_file(place, Secrecy::Public, into, size);
    if (problem != config::FileProblem::Missing) return problem;
  }
  return config::FileProblem::Missing;
}

MemoryRow configuration_row(std::size_t bytes) {
  return {"configuration", bytes, 1, MemoryScope::Shared};
}

MemoryPlan plan_memory(const config::Config& config, std::size_t configuration_bytes) {
  MemoryPlan plan = gateway::plan_memory(config, worker_count(config));
  plan.add(platform::EventLoop::sockets_row(gateway::connection_count_max(config)));
  plan.add(configuration_row(configuration_bytes));
  return plan;
}

std::size_t worker_count(const config::Config& config) {
  if (config.limits.workers != 0) return config.limits.workers;
  const unsigned cores = std::thread::hardware_concurrency();
  return cores == 0 ? 1 : cores;
}

}  // namespace postern::firmware
