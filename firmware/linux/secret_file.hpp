#pragma once

#include <sys/stat.h>

#include <string_view>

namespace postern::firmware {

/// Whose a file is, and what its mode lets whom do.
struct Access {
  mode_t mode;
  uid_t owner;
  gid_t group;
};

/// Whether others than those a secret is meant for may read or write it. Meant for are:
///  - its owner, as with ssh's keys: mode 0600 or less;
///  - a group that root, who owns the file, has given it to: root:GROUP, mode 0640 or less. So a
///    service reads it that has no lasting user of its own (systemd's DynamicUser=). It is also how
///    PostgreSQL takes its keys. Root's own group is none that anything was given to;
///  - the service that a credential was handed over to. systemd lets it in by an access list where
///    it can, and those show in the mode as rights of the group.
constexpr bool exposed(const Access& access, bool credential) {
  constexpr uid_t root = 0;
  constexpr gid_t group_of_root = 0;
  const bool given_to_a_group = access.owner == root && access.group != group_of_root;
  const mode_t others = S_IRWXG | S_IRWXO;
  const mode_t allowed = credential || given_to_a_group ? S_IRGRP : 0;
  return (access.mode & others & ~allowed) != 0;
}

/// Whether `file` lies in `credentials`, the folder of what the service manager handed over; empty
/// when it handed over nothing.
constexpr bool is_credential(std::string_view file, std::string_view credentials) {
  const std::size_t slash = file.rfind('/');
  return !credentials.empty() && slash != std::string_view::npos &&
         file.substr(0, slash) == credentials;
}

}  // namespace postern::firmware
