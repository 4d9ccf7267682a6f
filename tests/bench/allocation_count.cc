#include "tests/bench/allocation_count.h"

#include <cstddef>

namespace {

ringlab::AllocationCount so_far;

[[maybe_unused]] void Count(std::size_t bytes) {
  ++so_far.calls;
  so_far.bytes += bytes;
}

}  // namespace

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

// Ours come before the C library's. Its own are called by their other names.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) {
  Count(size);
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  Count(count * size);
  return __libc_calloc(count, size);
}
void* realloc(void* block, std::size_t size) {
  Count(size);
  return __libc_realloc(block, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  Count(size);
  return __libc_memalign(alignment, size);
}
}

#endif

ringlab::AllocationCount ringlab::AllocationsSoFar() { return so_far; }
