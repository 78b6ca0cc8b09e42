# Cortex-M without an operating system. Debian: gcc-arm-none-eabi, libstdc++-arm-none-eabi-newlib.
#
# The processor is named by POSTERN_CPU, or by the board: firmware/POSTERN_BOARD/board.cmake sets it.
# Libraries depend on the processor alone (tools/setup --toolchain cortex-m7), so boards share them.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_CXX_COMPILER arm-none-eabi-g++)
if(POSTERN_BOARD)
  include("${CMAKE_CURRENT_LIST_DIR}/../firmware/${POSTERN_BOARD}/board.cmake")
endif()
set(CMAKE_SYSTEM_PROCESSOR "${POSTERN_CPU}")

# What a processor of that name has at least: single precision, where it may have a floating-point unit at all.
if(POSTERN_CPU MATCHES "^cortex-m(3|0plus)$")
  set(float "-mfloat-abi=soft")
elseif(POSTERN_CPU STREQUAL "cortex-m4")
  set(float "-mfpu=fpv4-sp-d16 -mfloat-abi=hard")
elseif(POSTERN_CPU MATCHES "^cortex-m(7|33)$")
  set(float "-mfpu=fpv5-sp-d16 -mfloat-abi=hard")
else()
  message(FATAL_ERROR "POSTERN_BOARD or POSTERN_CPU (cortex-m3, -m4, -m7, -m33) is wanted: '${POSTERN_CPU}' is unknown")
endif()
set(target "-mcpu=${POSTERN_CPU} -mthumb ${float} --specs=nano.specs")
set(CMAKE_C_FLAGS_INIT "${target}")
set(CMAKE_CXX_FLAGS_INIT "${target}")
set(CMAKE_ASM_FLAGS_INIT "${target}")
# What the linker could find beside the image would be the host's.
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
# A program needs the board's linker script; a library is enough to know that the compiler works.
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES POSTERN_BOARD POSTERN_CPU)
