#include "firmware/mcu/bundle_files.hpp"

#include <algorithm>

#include "core/base/bytes.hpp"

namespace postern::firmware {

using config::FileProblem;

config::FileProblem BundleFiles::read_secret(std::string_view file, config::ClientSecret& secret) {
  const auto data = bundle_.find(file);
  if (!data) return FileProblem::Missing;
  std::string_view text = *data;
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return FileProblem::Empty;
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return secret.set(as_bytes(text)) ? FileProblem::None : FileProblem::TooLong;
}

config::FileProblem BundleFiles::read_text(std::string_view file, std::span<char> into,
                                           std::size_t& size) {
  const auto data = bundle_.find(file);
  if (!data) return FileProblem::Missing;
  if (data->find_first_not_of(" \t\r\n") == std::string_view::npos) return FileProblem::Empty;
  // As from a file, what fills `into` is too long.
  if (data->size() >= into.size()) return FileProblem::TooLong;
  std::ranges::copy(*data, into.begin());
  size = data->size();
  return FileProblem::None;
}

config::FileProblem BundleFiles::read_secret_text(std::string_view file, std::span<char> into,
                                                  std::size_t& size) {
  return read_text(file, into, size);
}

config::FileProblem BundleFiles::read_system_anchors(std::span<char>, std::size_t&) {
  return FileProblem::Missing;
}

}  // namespace postern::firmware
