#pragma once

#include "core/config/load.hpp"
#include "firmware/mcu/bundle.hpp"

namespace postern::firmware {

/// The files that a configuration names, out of its bundle. Who may read flash may read all of it,
/// so none of them is "exposed"; and there is no list of authorities but those in the bundle.
class BundleFiles final : public config::FileReader {
 public:
  explicit BundleFiles(const Bundle& bundle) : bundle_(bundle) {}

  config::FileProblem read_secret(std::string_view file, config::ClientSecret& secret) override;
  config::FileProblem read_text(std::string_view file, std::span<char> into,
                                std::size_t& size) override;
  config::FileProblem read_secret_text(std::string_view file, std::span<char> into,
                                       std::size_t& size) override;
  config::FileProblem read_system_anchors(std::span<char> into, std::size_t& size) override;

 private:
  Bundle bundle_;
};

}  // namespace postern::firmware
