// The program `postern`: what the words on its command line mean.
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/linux/commands.hpp"

namespace {

namespace firmware = postern::firmware;

constexpr const char* help =
    "postern - an API gateway that fits into the appliance it protects\n"
    "\n"
    "  postern run --config FILE   serve until SIGTERM or SIGINT\n"
    "  postern check FILE          say everything that is wrong with a configuration\n"
    "  postern plan FILE           show how much memory it takes, and for what\n"
    "  postern import FILE         turn a connector's pre-input lines into a configuration\n"
    "  postern --version\n"
    "  postern --help\n"
    "\n"
    "SIGTERM takes no more clients, finishes what runs (timeouts.drain_ms) and ends; a second one\n"
    "ends at once. SIGUSR1 prints the counters, SIGHUP reads the listeners' certificates and keys\n"
    "again. Log lines go to standard error, one JSON object each.\n"
    "\n"
    "Exit code 0: all is well. 1: the machine says no (an address in use, no memory), or import "
    "could\n"
    "not carry everything over. 2: the configuration or the command line is wrong.\n"
    "\n"
    "docs/configuration.md describes the file; docs/postern.schema.json lets an editor help.\n"
    "docs/import.md says what an import carries over.\n";

int usage(const std::string& problem) {
  std::fprintf(stderr, "postern: %s; see postern --help\n", problem.c_str());
  return firmware::exit_refused;
}

}  // namespace

int main(int count, char** values) {
  const std::vector<std::string> words(values + 1, values + count);
  if (words.empty()) return usage("no command");
  const std::string& command = words.front();
  if (command == "--help" || command == "-h" || command == "help") {
    std::fputs(help, stdout);
    return firmware::exit_well;
  }
  if (command == "--version") {
    std::puts("postern " POSTERN_VERSION);
    return firmware::exit_well;
  }
  if (command == "run") {
    if (words.size() == 3 && words[1] == "--config") return firmware::run(words[2]);
    constexpr std::string_view joined = "--config=";
    if (words.size() == 2 && words[1].starts_with(joined))
      return firmware::run(words[1].substr(joined.size()));
    return usage("run wants --config FILE");
  }
  if (command == "check" || command == "plan") {
    if (words.size() != 2) return usage(command + " wants one FILE");
    return command == "check" ? firmware::check(words[1]) : firmware::plan(words[1]);
  }
  if (command == "import") {
    return words.size() == 2 ? firmware::import_connector(words[1])
                             : usage("import wants one FILE");
  }
  return usage("there is no command " + command);
}
