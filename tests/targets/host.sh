# This machine: the program as it is shipped and as the sanitizers see it, from inside and from outside.
# shellcheck shell=bash disable=SC2034,SC2154
steps=(setup lint release asan fuzz)
for script in tests/*/run; do
  folder=$(basename "$(dirname "$script")")
  [[ ! -x $script || -e tests/targets/$folder.sh ]] || steps+=("$folder") # that target runs it
done

run_step() {
  case $1 in
    setup) set_up ;;
    # Lint reads sources and needs a compile database, nothing built.
    lint) attempt configure-debug cmake --preset debug && run_ctest lint debug -L lint ;;
    release | asan) build "$1" && run_ctest "$1" "$1" ;;
    fuzz)
      compgen -G 'tests/fuzz/fuzz_*.cpp' >/dev/null || return 0
      attempt configure-fuzz cmake --preset fuzz -DPOSTERN_FUZZ_SECONDS="${POSTERN_FUZZ_SECONDS:-10}" &&
        build fuzz && run_ctest fuzz fuzz -L fuzz
      ;;
    *) run_folder "$1" ;;
  esac
}

# The black boxes, tests/NAME/run: once against what is shipped, and where a folder says so, against the
# sanitizers' build as well.
run_folder() {
  if [[ ! -x build/release/postern ]]; then
    say "$1: no build/release/postern"
    count "$1" 0 1 0
    return
  fi
  run_counted "$1" env POSTERN="$root/build/release/postern" "tests/$1/run"
  if [[ -e tests/$1/with_sanitizers && -x build/asan/postern ]]; then
    run_counted "$1 (asan)" env POSTERN="$root/build/asan/postern" "tests/$1/run"
  fi
}
