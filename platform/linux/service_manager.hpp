#pragma once

#include <string>
#include <string_view>

namespace postern::platform {

/// Tells the service manager that started us (systemd, Type=notify) how we are: "READY=1" when
/// requests are served, "STOPPING=1" when draining begins. The protocol of sd_notify(3) in one
/// datagram, without its library. Says nothing when nobody asked to be told (no NOTIFY_SOCKET).
/// Never waits; a manager that does not listen misses it.
void tell_service_manager(std::string_view state);

/// The folder it keeps for our state (systemd, StateDirectory=), the first where there are several;
/// empty when there is none.
std::string state_directory();

/// The folder with the credentials it hands over to us alone (systemd, LoadCredential=); empty when
/// there is none.
std::string credentials_directory();

}  // namespace postern::platform
