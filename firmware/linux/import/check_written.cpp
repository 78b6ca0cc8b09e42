#include "firmware/linux/import/check_written.hpp"

#include <algorithm>
#include <span>
#include <string>

#include "core/base/arena.hpp"
#include "core/config/load.hpp"
#include "platform/linux/mapped_memory.hpp"

namespace postern::importer {
namespace {

// What was imported names no files.
class NoFiles final : public config::FileReader {
 public:
  config::FileProblem read_secret(std::string_view /*file*/,
                                  config::ClientSecret& /*secret*/) override {
    return config::FileProblem::Missing;
  }
  config::FileProblem read_text(std::string_view /*file*/, std::span<char> /*into*/,
                                std::size_t& /*size*/) override {
    return config::FileProblem::Missing;
  }
  config::FileProblem read_secret_text(std::string_view, std::span<char>, std::size_t&) override {
    return config::FileProblem::Missing;
  }
  config::FileProblem read_system_anchors(std::span<char>, std::size_t&) override {
    return config::FileProblem::Missing;
  }
};

class FindingsByLine final : public config::Findings {
 public:
  FindingsByLine(const Origins& origins, Notes& notes) : origins_(origins), notes_(notes) {}

 private:
  void found(const config::Finding& finding) override {
    // Which authorities a system trusts is told by the one the file is for, not by this one.
    if (finding.pointer.ends_with("/tls/ca_file")) return;
    const Source* source = origins_.find(finding.pointer);
    const Source where = source != nullptr ? *source : Source{};
    const bool known = std::any_of(notes_.begin(), notes_.end(), [&](const Note& note) {
      return note.where.line == where.line && note.where.name == where.name;
    });
    if (known) return;
    notes_.push_back({where, std::string(finding.problem), std::string(finding.remedy)});
  }

  const Origins& origins_;
  Notes& notes_;
};

}  // namespace

void check_written(const JsonText& json, Notes& notes) {
  const platform::MappedMemory memory(config::configuration_bytes_max);
  const platform::MappedMemory scratch_memory(config::load_scratch_bytes_max);
  if (memory.bytes().empty() || scratch_memory.bytes().empty()) {
    notes.push_back({{}, "could not be checked: no memory left", "run postern check on it"});
    return;
  }
  Arena arena(memory.bytes());
  Arena scratch(scratch_memory.bytes());
  NoFiles files;
  FindingsByLine findings(json.origins(), notes);
  config::load(json.written(), files, arena, scratch, findings);
}

}  // namespace postern::importer
