// Function<R(Args...)>: a move-only callable, the std::move_only_function of C++23 in small.
//
// Callbacks here own what they carry (a flight, a reply to finish), so they must not need copying,
// and a cache hit must not allocate: callables up to kFunctionInlineBytes, or as many as one says,
// are stored inside.
// Calling an empty Function is a bug. Not thread-safe, like any value.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include "core/base/check.h"

namespace ringlab {

inline constexpr std::size_t kFunctionInlineBytes = 72;

template <class Signature, std::size_t Inline = kFunctionInlineBytes>
class Function;

template <class R, class... Args, std::size_t Inline>
class Function<R(Args...), Inline> {
 public:
  Function() = default;
  Function(std::nullptr_t) {}  // NOLINT(google-explicit-constructor): as std::function does

  template <class F, class D = std::decay_t<F>>
    requires(!std::is_same_v<D, Function> && std::is_invocable_r_v<R, D&, Args...>)
  Function(F&& f) {  // NOLINT(google-explicit-constructor): lambdas convert silently
    if constexpr (kFitsInline<D>) {
      ::new (static_cast<void*>(storage_)) D(std::forward<F>(f));
      ops_ = &kInlineOps<D>;
    } else {
      ::new (static_cast<void*>(storage_)) D*(new D(std::forward<F>(f)));
      ops_ = &kHeapOps<D>;
    }
  }

  Function(Function&& other) noexcept { TakeFrom(other); }
  Function& operator=(Function&& other) noexcept {
    if (this != &other) {
      Reset();
      TakeFrom(other);
    }
    return *this;
  }
  Function(const Function&) = delete;
  Function& operator=(const Function&) = delete;
  ~Function() { Reset(); }

  explicit operator bool() const { return ops_ != nullptr; }

  R operator()(Args... args) {  // NOLINT(performance-unnecessary-value-param): the signature's
    RL_CHECK_BECAUSE(ops_ != nullptr, "an empty Function was called");
    return ops_->invoke(storage_, std::forward<Args>(args)...);
  }

 private:
  struct Ops {
    R (*invoke)(void* storage, Args&&... args);
    void (*move)(void* from, void* to) noexcept;  // moves, then destroys what is left in `from`
    void (*destroy)(void* storage) noexcept;
  };

  template <class D>
  static constexpr bool kFitsInline = sizeof(D) <= Inline && alignof(D) <= alignof(void*) &&
                                      std::is_nothrow_move_constructible_v<D>;

  template <class D>
  static D& At(void* storage) {
    return *std::launder(static_cast<D*>(storage));
  }

  template <class D>
  static constexpr Ops kInlineOps{[](void* storage, Args&&... args) -> R {
                                    return At<D>(storage)(std::forward<Args>(args)...);
                                  },
                                  [](void* from, void* to) noexcept {
                                    ::new (to) D(std::move(At<D>(from)));
                                    std::destroy_at(&At<D>(from));
                                  },
                                  [](void* storage) noexcept { std::destroy_at(&At<D>(storage)); }};

  template <class D>
  static constexpr Ops kHeapOps{[](void* storage, Args&&... args) -> R {
                                  return (*At<D*>(storage))(std::forward<Args>(args)...);
                                },
                                [](void* from, void* to) noexcept { ::new (to) D*(At<D*>(from)); },
                                [](void* storage) noexcept { delete At<D*>(storage); }};

  void TakeFrom(Function& other) noexcept {
    if (other.ops_ == nullptr) return;
    ops_ = std::exchange(other.ops_, nullptr);
    ops_->move(other.storage_, storage_);
  }

  void Reset() noexcept {
    if (ops_ != nullptr) std::exchange(ops_, nullptr)->destroy(storage_);
  }

  const Ops* ops_ = nullptr;
  alignas(void*) std::byte storage_[Inline];
};

}  // namespace ringlab
