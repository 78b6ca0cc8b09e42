# Cortex-M4F and later without an operating system. Debian: gcc-arm-none-eabi, libstdc++-arm-none-eabi-newlib.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR cortex-m4)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_CXX_COMPILER arm-none-eabi-g++)
set(target "-mcpu=cortex-m4 -mthumb -mfpu=fpv4-sp-d16 -mfloat-abi=hard --specs=nano.specs --specs=nosys.specs")
set(CMAKE_C_FLAGS_INIT "${target}")
set(CMAKE_CXX_FLAGS_INIT "${target}")
# A program needs the board's linker script; a library is enough to know that the compiler works.
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
