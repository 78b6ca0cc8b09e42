# The steps of QEMU's boards: the firmware, and the gateway's story told to it from outside.
# shellcheck shell=bash disable=SC2034,SC2154
steps=(setup image end_to_end footprint)

run_step() {
  case $1 in
    setup) set_up "$libraries" ;;
    image) build "$target" && count image 1 0 0 ;;
    end_to_end) run_counted end_to_end tests/end_to_end/run --target "$target" ;;
    footprint) run_counted footprint tests/footprint/run "$target" ;;
  esac
}
