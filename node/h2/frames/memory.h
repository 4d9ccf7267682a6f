// H2Memory: free lists behind libnghttp2's allocations, some eleven a call, of few sizes.
//
// One for the connections of a loop, which it outlives; not thread-safe. What is larger than 1 KiB
// goes to malloc, and so does what would make the lists hold more than `kept_bytes_max`.
#pragma once

#include <nghttp2/nghttp2.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace ringlab {

class H2Memory {
 public:
  explicit H2Memory(std::size_t kept_bytes_max) : kept_bytes_max_(kept_bytes_max) {}
  ~H2Memory();
  H2Memory(const H2Memory&) = delete;
  H2Memory& operator=(const H2Memory&) = delete;

  // For nghttp2_session_*_new3.
  nghttp2_mem interface();

  std::size_t kept_bytes() const { return kept_bytes_; }
  std::size_t blocks_out() const { return blocks_out_; }  // not given back yet

 private:
  static constexpr std::size_t kStep = 64;
  static constexpr std::size_t kClasses = 16;

  // In front of each block: its size, or the next block of its list.
  union alignas(std::max_align_t) Head {
    std::size_t bytes;
    Head* next;
  };

  void* Take(std::size_t bytes);
  void* TakeZeroed(std::size_t count, std::size_t bytes);
  void* Resize(void* block, std::size_t bytes);
  void Give(void* block);

  const std::size_t kept_bytes_max_;
  std::size_t kept_bytes_ = 0;
  std::size_t blocks_out_ = 0;
  bool has_failed_ = false;  // libnghttp2 keeps some blocks for good when it got none
  std::array<Head*, kClasses> lists_{};
};

}  // namespace ringlab
