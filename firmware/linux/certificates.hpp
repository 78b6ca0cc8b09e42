#pragma once

#include <cstdio>
#include <span>

#include "core/config/config.hpp"
#include "core/platform.hpp"
#include "firmware/linux/configuration_file.hpp"
#include "platform/linux/log_stream.hpp"

namespace postern::firmware {

/// Reads again the certificates and keys of all listeners, and the authorities of all listeners and
/// peers whose file the configuration names, and gives those that are well to the engines, for the
/// handshakes that begin from then on. One line in the log for each: what is in use now, or why the
/// old one stays. While the engines run.
void reload_certificates(const config::Config& config, ConfigurationFile& files,
                         std::span<Engine* const> engines, const platform::LogStream& log);

/// A line on `out` for each certificate of our own whose dates do not hold at `now`, or that ends
/// within 30 days. For people: the clock may be wrong today, so it is no mistake of the file.
void print_certificate_dates(const config::Config& config, WallTime now, std::FILE* out);

}  // namespace postern::firmware
