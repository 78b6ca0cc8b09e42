# Arm's MPS2 board with the FPGA image of application note AN385; QEMU: -M mps2-an385.
set(POSTERN_CPU cortex-m3)
