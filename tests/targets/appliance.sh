# The appliance: arm64's program in an image that boots, in an emulated machine.
# shellcheck shell=bash disable=SC2034,SC2154
steps=(setup image boot end_to_end)

run_step() {
  case $1 in
    setup) set_up arm64 appliance ;;
    image)
      build arm64 postern postern_verify &&
        attempt image env POSTERN_DEPS="$POSTERN_DEPS" firmware/appliance-arm64/build && cat "$results/appliance-image.log"
      ;;
    boot) run_counted boot tests/appliance/run ;;
    end_to_end) run_counted end_to_end tests/end_to_end/run --target appliance ;;
  esac
}
