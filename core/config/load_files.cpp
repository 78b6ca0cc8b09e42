// Files that the configuration names.
#include <algorithm>
#include <new>

#include "core/config/loader.hpp"

namespace postern::config {

// Null when it cannot be had.
const ClientSecret* Loader::load_secret(const Spot& file) {
  if (!file.value().is(json::Type::String)) return nullptr;
  void* place = arena_.take(sizeof(ClientSecret), alignof(ClientSecret));
  no_memory_ |= place == nullptr;
  if (place == nullptr) return nullptr;
  auto* secret = new (place) ClientSecret;
  const FileProblem problem = files_.read_secret(file.text(), *secret);
  if (problem == FileProblem::None) return secret;
  report_file(file, problem, "the secret", secret_bytes_max);
  return nullptr;
}

// The longest that goes into `text` leaves a byte of it, by which one sees that nothing is missing.
void Loader::report_file(const Spot& file, FileProblem problem, std::string_view content,
                         std::span<const char> text) {
  report_file(file, problem, content, std::max<std::size_t>(text.size(), 1) - 1);
}

// REQUIRES: `problem` is not None.
void Loader::report_file(const Spot& file, FileProblem problem, std::string_view content,
                         std::size_t bytes_max) {
  const Shown name(file.value());
  switch (problem) {
    case FileProblem::None:
      return;
    case FileProblem::Missing:
      return report_.add(file, {"there is no file ", name},
                         {"create it with ", content, " in it; names are relative to this file"});
    case FileProblem::Unreadable:
      return report_.add(file, {"the file ", name, " cannot be read"},
                         {"let the user that postern runs as own it, or one of that user's groups "
                          "read it (root:GROUP, mode 640)"});
    case FileProblem::Exposed:
      return report_.add(file, {"the file ", name, " can be read or written by others"},
                         {"chmod 600 it; root's may be 640 for a group other than root's own"});
    case FileProblem::Empty:
      return report_.add(file, {"the file ", name, " is empty"}, {"write ", content, " into it"});
    case FileProblem::TooLong:
      return report_.add(file, {"the file ", name, " is too long"},
                         {"at most ", Shown(static_cast<std::int64_t>(bytes_max)), " bytes"});
  }
}

}  // namespace postern::config
