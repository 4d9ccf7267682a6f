#include "node/h2/frames/memory.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <utility>

#include "core/base/check.h"

namespace ringlab {

namespace {

H2Memory& Of(void* memory) { return *static_cast<H2Memory*>(memory); }

}  // namespace

H2Memory::H2Memory(std::size_t kept_bytes_max, void* (*allocate)(std::size_t))
    : kept_bytes_max_(kept_bytes_max),
      allocate_(allocate),
      reserve_(new Head[kReserveBytes / sizeof(Head)]) {}

H2Memory::~H2Memory() {
  RL_CHECK_BECAUSE(blocks_out_ == 0 || has_failed_, "a session outlived its memory");
  for (Head* list : lists_) {
    while (list != nullptr) std::free(std::exchange(list, list->next));
  }
}

nghttp2_mem H2Memory::interface() {
  return {.mem_user_data = this,
          .malloc = [](std::size_t bytes, void* self) { return Of(self).Take(bytes); },
          .free = [](void* block, void* self) { Of(self).Give(block); },
          .calloc = [](std::size_t count, std::size_t bytes,
                       void* self) { return Of(self).TakeZeroed(count, bytes); },
          .realloc = [](void* block, std::size_t bytes,
                        void* self) { return Of(self).Resize(block, bytes); }};
}

H2Memory::Head* H2Memory::FromReserve(std::size_t bytes) {
  ++shortages_;
  const std::size_t heads = bytes / sizeof(Head);
  if (heads > kReserveBytes / sizeof(Head) - reserve_used_) {
    has_failed_ = true;
    return nullptr;
  }
  ++reserve_out_;
  return &reserve_[std::exchange(reserve_used_, reserve_used_ + heads)];
}

bool H2Memory::IsOfReserve(const Head* head) const {
  const std::less<const Head*> before;
  return !before(head, reserve_.get()) &&
         before(head, reserve_.get() + kReserveBytes / sizeof(Head));
}

void* H2Memory::Take(std::size_t bytes) {
  const std::size_t rounded = std::max((bytes + kStep - 1) / kStep, std::size_t{1}) * kStep;
  const std::size_t list = rounded / kStep - 1;
  Head* head = list < kClasses ? lists_[list] : nullptr;
  if (head != nullptr) {
    lists_[list] = head->next;
    kept_bytes_ -= rounded;
  } else {
    head = static_cast<Head*>(allocate_(sizeof(Head) + rounded));
    if (head == nullptr) head = FromReserve(sizeof(Head) + rounded);
    if (head == nullptr) return nullptr;
  }
  head->bytes = rounded;
  ++blocks_out_;
  return head + 1;
}

void* H2Memory::TakeZeroed(std::size_t count, std::size_t bytes) {
  std::size_t all = 0;
  if (__builtin_mul_overflow(count, bytes, &all)) return nullptr;
  void* const block = Take(all);
  if (block != nullptr) std::memset(block, 0, all);
  return block;
}

void* H2Memory::Resize(void* block, std::size_t bytes) {
  if (block == nullptr) return Take(bytes);
  const std::size_t had = (static_cast<Head*>(block) - 1)->bytes;
  if (bytes <= had) return block;
  void* const larger = Take(bytes);
  if (larger == nullptr) return nullptr;
  std::memcpy(larger, block, had);
  Give(block);
  return larger;
}

void H2Memory::Give(void* block) {
  if (block == nullptr) return;
  --blocks_out_;
  Head* const head = static_cast<Head*>(block) - 1;
  if (reserve_out_ > 0 && IsOfReserve(head)) {
    if (--reserve_out_ == 0) reserve_used_ = 0;
    return;
  }
  const std::size_t bytes = head->bytes;
  const std::size_t list = bytes / kStep - 1;
  if (list >= kClasses || kept_bytes_ + bytes > kept_bytes_max_) return std::free(head);
  head->next = lists_[list];
  lists_[list] = head;
  kept_bytes_ += bytes;
}

}  // namespace ringlab
