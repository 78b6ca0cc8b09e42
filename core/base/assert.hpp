// base: words every room uses; no policy.
// In: nothing but the language. Out: values, bounded containers, time as a value, counters.
// Never: an allocator, a system call, a decision about a request.
#pragma once

namespace postern {

/// Says which of our own assumptions broke, then stops the process. Never returns.
/// `expression` and `file` are string literals; nothing of a request is ever printed. Replaceable,
/// as operator new is: a firmware without a standard error defines its own, and the linker leaves
/// the one of core, which has a file of its own, where it is.
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);

}  // namespace postern

/// For our own mistakes; stays on in release. Input never triggers one.
#define POSTERN_ASSERT(expression)     \
  ((expression) ? static_cast<void>(0) \
                : ::postern::assertion_failed(#expression, __FILE__, __LINE__))
