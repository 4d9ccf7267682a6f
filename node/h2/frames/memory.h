// H2Memory: free lists behind libnghttp2's allocations, some eleven a call, of few sizes.
//
// One for the connections of a loop, which it outlives; not thread-safe. What is larger than 1 KiB
// goes to malloc, and so does what would make the lists hold more than `kept_bytes_max`.
//
// Where malloc has nothing left a reserve has: libnghttp2 frees some blocks twice when it is told
// so. shortages() tells whoever called the library, and has to end that connection.
#pragma once

#include <nghttp2/nghttp2.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

namespace ringlab {

class H2Memory {
 public:
  // `allocate` is as malloc, and what it gives is freed by free().
  explicit H2Memory(std::size_t kept_bytes_max, void* (*allocate)(std::size_t) = &std::malloc);
  ~H2Memory();
  H2Memory(const H2Memory&) = delete;
  H2Memory& operator=(const H2Memory&) = delete;

  // For nghttp2_session_*_new3.
  nghttp2_mem interface();

  std::size_t kept_bytes() const { return kept_bytes_; }
  std::uint64_t shortages() const { return shortages_; }  // allocations that malloc refused
  std::size_t blocks_out() const { return blocks_out_; }  // not given back yet

 private:
  static constexpr std::size_t kStep = 64;
  static constexpr std::size_t kClasses = 16;
  static constexpr std::size_t kReserveBytes = std::size_t{128} << 10;  // untouched until needed

  // In front of each block: its size, or the next block of its list.
  union alignas(std::max_align_t) Head {
    std::size_t bytes;
    Head* next;
  };

  Head* FromReserve(std::size_t bytes);
  bool IsOfReserve(const Head* head) const;
  void* Take(std::size_t bytes);
  void* TakeZeroed(std::size_t count, std::size_t bytes);
  void* Resize(void* block, std::size_t bytes);
  void Give(void* block);

  const std::size_t kept_bytes_max_;
  void* (*const allocate_)(std::size_t);
  std::size_t kept_bytes_ = 0;
  std::size_t blocks_out_ = 0;
  std::uint64_t shortages_ = 0;
  bool has_failed_ = false;  // not even the reserve had enough: what then had it is left alone
  std::unique_ptr<Head[]> reserve_;
  std::size_t reserve_used_ = 0;  // heads of it; all of it is free again when no block is out
  std::size_t reserve_out_ = 0;   // blocks
  std::array<Head*, kClasses> lists_{};
};

}  // namespace ringlab
