// What core and the libraries of C and C++ expect to find in a program. Where they give up, that is
// a word on the UART and a new start; the libraries' own ways out would bring along exceptions,
// stdio and a heap.
#include <array>
#include <string_view>

#include "core/base/assert.hpp"
#include "core/base/bytes.hpp"
#include "firmware/mcu/board.hpp"

namespace {

[[noreturn]] void panic(std::string_view what) {
  postern::board::log_now("\npostern: ");
  postern::board::log_now(what);
  postern::board::log_now("\npostern: starting anew\n");
  postern::board::reset();
}

}  // namespace

void postern::assertion_failed(const char* expression, const char* file, int line) {
  std::array<char, 256> text;
  ByteWriter out(text);
  out.text("broken assumption: ");
  out.text(expression);
  out.text(" (");
  out.text(file);
  out.text(":");
  out.signed_number(line);
  out.text(")");
  panic(out.written());
}

namespace std {

// Of string_view, array and span: what core has ruled out (or it would be checked by a Result).
// NOLINTBEGIN(cert-dcl58-cpp, cert-dcl50-cpp, bugprone-reserved-identifier): the library's own
// names
[[noreturn]] void __throw_out_of_range_fmt(const char*, ...) { panic("out of range"); }
[[noreturn]] void __throw_length_error(const char*) { panic("too long"); }
[[noreturn]] void __throw_logic_error(const char*) { panic("a null pointer is no text"); }

}  // namespace std

extern "C" {

[[noreturn]] void abort() { panic("abort()"); }
[[noreturn]] void __assert_func(const char* file, int line, const char*, const char* expression) {
  postern::assertion_failed(expression, file, line);
}
[[noreturn]] void __cxa_pure_virtual() { panic("a pure virtual function was called"); }

// The program never ends, so nothing is destroyed at its end.
int __aeabi_atexit(void*, void (*)(void*), void*) { return 0; }

// Entries in the tables for unwinding name these; the linker script leaves the tables out.
void __aeabi_unwind_cpp_pr0() {}
void __aeabi_unwind_cpp_pr1() {}
void __aeabi_unwind_cpp_pr2() {}

void* __dso_handle = nullptr;
}
// NOLINTEND(cert-dcl58-cpp, cert-dcl50-cpp, bugprone-reserved-identifier)
