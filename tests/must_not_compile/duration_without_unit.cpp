// A span of time names its unit: a bare number is none.
// expect: conversion from .int. to non-scalar|no viable conversion
#include "core/base/time.hpp"

postern::MonotonicTime deadline(postern::MonotonicTime now) {
#ifdef GOOD
  return now + postern::milliseconds(500);
#else
  const postern::Duration wait = 500;
  return now + wait;
#endif
}
