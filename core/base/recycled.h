// Recycled<T>: memory of a type's objects, used again by the thread that freed it, for what every
// request makes one of. T derives from it and is final.
//
// A thread keeps kKeptMax blocks at the most, for each type; the rest goes to malloc, and so does
// what a sanitizer is to look at. Thread-safe: what one thread made another may free.
#pragma once

#include <cstddef>
#include <new>
#include <utility>

namespace ringlab {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kRecycles = false;
#else
inline constexpr bool kRecycles = true;
#endif

template <class T>
class Recycled {
 public:
  static void* operator new(std::size_t bytes) {
    if constexpr (kRecycles) {
      Kept& kept = Own();
      if (kept.first != nullptr) {
        ++kept.room;
        return std::exchange(kept.first, kept.first->next);
      }
    }
    return ::operator new(bytes);
  }

  static void operator delete(void* block) {
    if constexpr (kRecycles) {
      Kept& kept = Own();
      if (kept.room > 0) {
        --kept.room;
        kept.first = ::new (block) Block{kept.first};
        return;
      }
    }
    ::operator delete(block);
  }

 private:
  static constexpr std::size_t kKeptMax = 1024;

  struct Block {
    Block* next;
  };

  struct Kept {
    Kept() = default;
    Kept(const Kept&) = delete;
    Kept& operator=(const Kept&) = delete;
    ~Kept() {
      room = 0;  // whatever the thread still frees goes to malloc
      while (first != nullptr) ::operator delete(std::exchange(first, first->next));
    }

    Block* first = nullptr;
    std::size_t room = kKeptMax;
  };

  static Kept& Own() {
    static_assert(sizeof(T) >= sizeof(Block));
    thread_local Kept kept;
    return kept;
  }
};

}  // namespace ringlab
