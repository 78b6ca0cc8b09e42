# The board mps2-an500, a Cortex-M7 with Ethernet, in QEMU.
# shellcheck shell=bash disable=SC2034
libraries=cortex-m7
. tests/targets/mps2_board.bash
