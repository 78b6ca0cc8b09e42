# 64-bit ARM Linux: Raspberry Pi 3 and later, most gateways. Debian: g++-aarch64-linux-gnu, qemu-user-static.
set(postern_target arm64)
set(postern_triple aarch64-linux-gnu)
set(postern_emulator qemu-aarch64-static)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
include("${CMAKE_CURRENT_LIST_DIR}/musl/toolchain.cmake")
