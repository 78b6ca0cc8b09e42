# The steps of arm64.sh and armhf.sh. docs/testing.md says what they leave to this machine's, and why.
# shellcheck shell=bash disable=SC2034,SC2154
steps=(setup suites end_to_end package footprint)

# The same code with other seeds, or once more for every byte and every piece of memory of a handshake: minutes each.
left_out='Seeds/(Gateway.*/([1-9]|1[01])|SecuredGateway.*/[1-3])$|unit_tls.*(EveryByte|ScarceMemory)'
from_outside=(test_story test_authorization. test_oidc. test_jwt. test_dpop. test_bound_tokens. test_process.)

# CI has no time for both: there what is inside is tried where a size has 32 bits, what is outside where it has 64.
if [[ -n ${CI:-} && $target == arm64 ]]; then
  steps=(setup program end_to_end package footprint)
elif [[ -n ${CI:-} ]]; then
  from_outside=(test_story test_authorization.)
fi

run_step() {
  case $1 in
    setup) set_up "$target" ;;
    program) build "$target" postern && count program 1 0 0 ;;
    suites) build "$target" && run_ctest suites "$target" -E "$left_out" ;;
    end_to_end) run_counted end_to_end tests/end_to_end/run --target "$target" "${from_outside[@]}" ;;
    package) run_counted package tests/package/run --architecture "$target" ;;
    footprint) run_counted footprint tests/footprint/run "$target" ;;
  esac
}
