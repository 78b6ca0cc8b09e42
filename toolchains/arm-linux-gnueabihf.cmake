# 32-bit ARM Linux with hardware floating point, ARMv7 in Thumb-2 as Debian's compiler makes it: Raspberry Pi 2
# and later. Debian: g++-arm-linux-gnueabihf, qemu-user-static.
#
# Raspberry Pi Zero and 1 are ARMv6: -march=armv6+fp -marm in postern_flags, and a compiler whose libgcc and
# crtbegin.o are ARMv6 too. Debian's are ARMv7 and fault there, so it takes Raspberry Pi OS's own g++.
set(postern_target armhf)
set(postern_triple arm-linux-gnueabihf)
set(postern_emulator qemu-arm-static)
set(CMAKE_SYSTEM_PROCESSOR armv7l)
include("${CMAKE_CURRENT_LIST_DIR}/musl/toolchain.cmake")
