// A cache hit in core allocates nothing, nor does a lookup on a ring: every allocation of this
// binary passes through a count.
#include <catch2/catch.hpp>
#include <cstddef>
#include <cstdlib>
#include <string>

#include "core/ring/spec.h"
#include "tests/support/group_cluster.h"

namespace {
thread_local std::size_t allocations = 0;
}  // namespace

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)

// A sanitizer has replaced the allocator; it tells us of each call.
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void*,
                                                                           std::size_t),
                                                         void (*on_free)(const volatile void*));

namespace {
const int installed = __sanitizer_install_malloc_and_free_hooks(
    [](const volatile void*, std::size_t) { ++allocations; }, [](const volatile void*) {});
}  // namespace

#else

// Ours come before the C library's; operator new calls them too.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) {
  ++allocations;
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  ++allocations;
  return __libc_calloc(count, size);
}
void* realloc(void* block, std::size_t size) {
  ++allocations;
  return __libc_realloc(block, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  ++allocations;
  return __libc_memalign(alignment, size);
}
}

#endif

namespace ringlab {
namespace {

TEST_CASE("a cache hit allocates nothing") {
  GroupCluster cluster(2);
  const std::string key = cluster.KeyOf(0);
  REQUIRE(cluster.Get(0, key).starts_with("OK"));

  std::size_t answered = 0;
  std::size_t bytes = 0;
  std::string note(100, 'x');  // a capture that a std::function would not hold inside
  const std::size_t before = allocations;
  for (int i = 0; i < 1000; ++i) {
    cluster.group(0).Get(AskFor(key),
                         [&answered, &bytes, &note, &key](const Result<GetReply>& reply) {
                           ++answered;
                           bytes += reply->value.size() + note.size() + key.size();
                         });
  }
  const std::size_t during = allocations - before;
  REQUIRE(during == 0);
  REQUIRE(answered == 1000);
  REQUIRE(bytes > 0);
}

TEST_CASE("finding an owner allocates nothing on any ring") {
  const std::string key(200, 'k');  // longer than what a string keeps inside itself
  for (const RingKind* kind : RingKinds()) {
    INFO(kind->name);
    const auto ring = BuildRing({std::string(kind->name), 40}, EqualNodes({"a", "b", "c"})).value();
    const std::size_t before = allocations;
    const NodeIndex owner = ring->OwnerOf(key);
    const std::size_t during = allocations - before;
    CHECK(during == 0);
    CHECK(owner < 3);
  }
}

TEST_CASE("allocations are counted at all") {
  const std::size_t before = allocations;
  const Value value = Value::Copy("an Item comes from malloc");
  const std::string text(1000, 'a');  // and a string from operator new
  REQUIRE(allocations - before >= 2);
}

}  // namespace
}  // namespace ringlab
