#include "tests/bench/allocation_count.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>

namespace {

ringlab::AllocationCount so_far;

}  // namespace

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* block);
}

namespace {

// In front of what the program gets.
struct alignas(16) Header {
  std::size_t size;    // asked for
  std::size_t offset;  // of what the program gets in the C library's block
};

Header* HeaderOf(void* given) { return static_cast<Header*>(given) - 1; }

void* Give(void* block, std::size_t offset, std::size_t size) {
  if (block == nullptr) return nullptr;
  ++so_far.calls;
  so_far.bytes += size;
  void* const given = static_cast<char*>(block) + offset;
  *HeaderOf(given) = {.size = size, .offset = offset};
  return given;
}

void* GiveAligned(std::size_t alignment, std::size_t size) {
  const std::size_t offset = std::max(alignment, sizeof(Header));
  return Give(__libc_memalign(offset, size + offset), offset, size);
}

}  // namespace

// Ours come before the C library's.
extern "C" {

void* malloc(std::size_t size) {
  if (size > PTRDIFF_MAX - sizeof(Header)) return nullptr;
  return Give(__libc_malloc(size + sizeof(Header)), sizeof(Header), size);
}

void free(void* given) {
  if (given != nullptr) __libc_free(static_cast<char*>(given) - HeaderOf(given)->offset);
}

void* calloc(std::size_t count, std::size_t size) {
  std::size_t bytes = 0;
  if (__builtin_mul_overflow(count, size, &bytes) || bytes > PTRDIFF_MAX - sizeof(Header)) {
    return nullptr;
  }
  return Give(__libc_calloc(1, bytes + sizeof(Header)), sizeof(Header), bytes);
}

void* realloc(void* given, std::size_t size) {
  void* const larger = malloc(size);
  if (given == nullptr || larger == nullptr) return larger;
  std::memcpy(larger, given, std::min(size, HeaderOf(given)->size));
  free(given);
  return larger;
}

void* aligned_alloc(std::size_t alignment, std::size_t size) {
  return GiveAligned(alignment, size);
}

void* memalign(std::size_t alignment, std::size_t size) { return GiveAligned(alignment, size); }

int posix_memalign(void** given, std::size_t alignment, std::size_t size) {
  *given = GiveAligned(alignment, size);
  return *given == nullptr ? ENOMEM : 0;
}

// A block of glibc's is a multiple of 16 bytes, 32 at least, of which a word is its own.
std::size_t malloc_usable_size(void* given) {
  if (given == nullptr) return 0;
  constexpr std::size_t kWord = sizeof(std::size_t);
  return std::max<std::size_t>((HeaderOf(given)->size + kWord + 15) / 16 * 16, 32) - kWord;
}
}

#endif

ringlab::AllocationCount ringlab::AllocationsSoFar() { return so_far; }
