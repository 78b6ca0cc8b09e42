# Static programs for Linux on ARM: Debian's cross compiler, and instead of glibc the musl and libstdc++ that
# tools/setup has built into build/deps/${postern_target}. Included by toolchains/TRIPLE.cmake, which says
# postern_target, postern_triple and postern_emulator.
#
# musl rather than static glibc: half a megabyte less, and name resolution in the program itself. (Static
# glibc loads its NSS plug-ins at run time, of exactly the version it was linked with.)
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_C_COMPILER ${postern_triple}-gcc)
set(CMAKE_CXX_COMPILER ${postern_triple}-g++)
set(CMAKE_AR ${postern_triple}-gcc-ar CACHE FILEPATH "")
set(CMAKE_RANLIB ${postern_triple}-gcc-ranlib CACHE FILEPATH "")

if(NOT POSTERN_DEPS)
  set(POSTERN_DEPS "$ENV{POSTERN_DEPS}")
endif()
if(NOT POSTERN_DEPS)
  get_filename_component(POSTERN_DEPS "${CMAKE_CURRENT_LIST_DIR}/../../build/deps" ABSOLUTE)
endif()
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES POSTERN_DEPS) # CMake reads this file again for each test
set(runtime "${POSTERN_DEPS}/${postern_target}-runtime")

set(flags "-specs=${CMAKE_CURRENT_LIST_DIR}/musl.specs -B${runtime}/lib -fPIE")
set(CMAKE_C_FLAGS_INIT "${flags} -isystem ${runtime}/include")
set(CMAKE_CXX_FLAGS_INIT "${flags} -isystem ${runtime}/include/c++ -isystem ${runtime}/include")
# Position-independent, so that the kernel places the program at random as it does with others: a gateway
# faces the network. (gcc for 32-bit ARM leaves --no-dynamic-linker and -z text out.) A thread's stack is
# 128 KiB with musl unless the program says otherwise; address space costs nothing, memory is taken when touched.
set(CMAKE_EXE_LINKER_FLAGS_INIT "-static-pie -Wl,--no-dynamic-linker,-z,text,-z,stack-size=1048576")

set(CMAKE_CROSSCOMPILING_EMULATOR ${postern_emulator})
set(CMAKE_FIND_ROOT_PATH "${runtime}")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
