#include "core/ring/membership.h"

#include <utility>

#include "core/base/check.h"

namespace ringlab {
namespace {

std::shared_ptr<RingView> ViewOf(std::shared_ptr<const Ring> ring, std::string_view self_name) {
  RL_CHECK(ring != nullptr);
  const NodeIndex self = ring->IndexOf(self_name);
  auto routed = std::make_unique<std::atomic<std::uint64_t>[]>(ring->nodes().size());
  return std::make_shared<RingView>(RingView{.ring = std::move(ring),
                                             .epoch = 1,
                                             .self = self,
                                             .former = nullptr,
                                             .former_until = {},
                                             .routed = std::move(routed)});
}

}  // namespace

Membership::Membership(std::string self_name, std::shared_ptr<const Ring> ring)
    : self_name_(std::move(self_name)), view_(ViewOf(std::move(ring), self_name_)) {}

std::shared_ptr<const RingView> Membership::Snapshot() const {
  const MutexLock lock(mutex_);
  return view_;
}

void Membership::Swap(std::shared_ptr<const Ring> ring, std::shared_ptr<const Ring> former,
                      TimePoint former_until) {
  std::shared_ptr<RingView> next = ViewOf(std::move(ring), self_name_);
  next->former = std::move(former);
  next->former_until = former_until;
  std::shared_ptr<const RingView> previous;  // outlives the lock: the last owner frees a ring
  const MutexLock lock(mutex_);
  next->epoch = view_->epoch + 1;
  previous = std::exchange(view_, std::move(next));
}

}  // namespace ringlab
