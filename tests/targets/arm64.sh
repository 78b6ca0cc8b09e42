# Linux on 64-bit ARM: the static program and its suites, each instruction translated by qemu-user.
# shellcheck shell=bash disable=SC2034,SC2154
. tests/targets/linux_arm.bash
