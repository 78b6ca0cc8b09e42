// `postern check` and `postern plan`: what would be, without doing it.
#include <cstdio>
#include <ctime>
#include <string>

#include "firmware/linux/certificates.hpp"
#include "firmware/linux/commands.hpp"
#include "firmware/linux/configuration_file.hpp"
#include "platform/linux/mapped_memory.hpp"

namespace postern::firmware {
namespace {

// Says on standard error that memory is short.
bool has_memory(const platform::MappedMemory& memory) {
  if (!memory.bytes().empty()) return true;
  std::fprintf(stderr, "postern: no memory left to read a configuration\n");
  return false;
}

}  // namespace

int check(const std::string& file) {
  const platform::MappedMemory memory(config::configuration_bytes_max);
  if (!has_memory(memory)) return exit_failed;
  Arena arena(memory.bytes());
  const config::Config* config = ConfigurationFile(file).load(arena);
  if (config == nullptr) return exit_refused;
  print_certificate_dates(*config, WallTime{std::time(nullptr)}, stderr);
  const MemoryPlan plan = plan_memory(*config, arena.used());
  std::printf("%s: well; %zu endpoints, %zu providers, %zu upstreams; %zu workers, %.1f MiB\n",
              file.c_str(), config->endpoints.size(), config->providers.size(),
              config->upstreams.size(), worker_count(*config),
              static_cast<double>(plan.total_bytes()) / (1024 * 1024));
  return exit_well;
}

int plan(const std::string& file) {
  const platform::MappedMemory memory(config::configuration_bytes_max);
  if (!has_memory(memory)) return exit_failed;
  Arena arena(memory.bytes());
  const config::Config* config = ConfigurationFile(file).load(arena);
  if (config == nullptr) return exit_refused;
  std::string table(16 * 1024, '\0');
  ByteWriter out(table);
  write_table(out, plan_memory(*config, arena.used()));
  std::fwrite(out.written().data(), 1, out.size(), stdout);
  return exit_well;
}

}  // namespace postern::firmware
