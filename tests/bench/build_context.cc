// Tells each result of Google Benchmark how our code was built: `library_build_type`, which it
// tells itself, is of the library, and Debian's is a debug build by that measure.
#include <benchmark/benchmark.h>

namespace {

const int kTold = [] {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  benchmark::AddCustomContext("build", "with a sanitizer");
#elif defined(__OPTIMIZE__) && defined(NDEBUG)
  benchmark::AddCustomContext("build", "optimised");
#else
  benchmark::AddCustomContext("build", "debug");
#endif
  return 0;
}();

}  // namespace
