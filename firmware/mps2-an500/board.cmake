# Arm's MPS2 board with the FPGA image of application note AN500; QEMU: -M mps2-an500.
set(POSTERN_CPU cortex-m7)
set(POSTERN_BOARD_FILES mps2/mps2.cpp drivers/cmsdk_uart.cpp drivers/lan9118.cpp drivers/entropy_test_double.cpp)
