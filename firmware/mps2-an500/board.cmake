# Arm's MPS2 board with the FPGA image of application note AN500; QEMU: -M mps2-an500.
set(POSTERN_CPU cortex-m7)
