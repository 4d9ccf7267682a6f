// GroupCluster: some nodes with one group each, in this process and in virtual time.
#pragma once

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/group/group.h"
#include "core/ring/membership.h"
#include "core/ring/spec.h"
#include "tests/support/answers.h"
#include "tests/support/direct_transport.h"
#include "tests/support/fake_source.h"
#include "tests/support/manual_scheduler.h"

namespace ringlab {

inline std::shared_ptr<const Ring> RingOf(std::vector<std::string> names) {
  return BuildRing(RingSpec{}, EqualNodes(names)).value();
}

inline GetRequest AskFor(std::string_view key, TimePoint deadline = kNever,
                         Hop hop = Hop::kCaller) {
  return {.group = "g", .key = key, .hop = hop, .deadline = deadline};
}

class GroupCluster {
 public:
  struct Node {
    Node(const std::string& name, GroupOptions options, Transport& transport, Scheduler& scheduler,
         std::shared_ptr<const Ring> ring)
        : membership(name, std::move(ring)),
          source(std::make_unique<FakeSource>()),
          group(std::move(options), {membership, transport, *source, scheduler}) {}

    Membership membership;
    std::unique_ptr<FakeSource> source;
    Group group;
  };

  // Nodes n0, n1 …, each of whose rings holds all of them.
  explicit GroupCluster(std::size_t nodes, GroupOptions options = {.name = "g"},
                        Duration delay = Duration::zero())
      : transport_(std::make_unique<DirectTransport>(scheduler_, delay)) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < nodes; ++i) names.push_back("n" + std::to_string(i));
    ring_ = RingOf(names);
    for (const std::string& name : names) {
      nodes_.push_back(std::make_unique<Node>(name, options, *transport_, scheduler_, ring_));
      Group& group = nodes_.back()->group;
      transport_->Serve(
          name,
          DirectTransport::Handlers{
              .get = [&group](const auto& r, auto done) { group.Get(r, std::move(done)); },
              .get_many = [&group](const auto& r, auto done) { group.GetMany(r, std::move(done)); },
              .peek = [&group](const auto& r, auto done) { group.Peek(r, std::move(done)); },
              .set = [&group](const auto& r, auto done) { group.Set(r, std::move(done)); },
              .remove = [&group](const auto& r, auto done) { group.Remove(r, std::move(done)); }});
    }
  }

  // In the order that core/group/group.h demands: sources and transport go before the groups.
  ~GroupCluster() {
    transport_.reset();
    for (const auto& node : nodes_) node->source.reset();
    scheduler_.DropPending();
  }
  GroupCluster(const GroupCluster&) = delete;
  GroupCluster& operator=(const GroupCluster&) = delete;

  Node& node(std::size_t i) { return *nodes_.at(i); }
  Group& group(std::size_t i) { return nodes_.at(i)->group; }
  FakeSource& source(std::size_t i) { return *nodes_.at(i)->source; }
  DirectTransport& transport() { return *transport_; }
  ManualScheduler& scheduler() { return scheduler_; }

  // The nth key that node i owns on the ring of all.
  std::string KeyOf(std::size_t i, int nth = 0) const {
    for (int k = 0;; ++k) {
      std::string key = "key-" + std::to_string(k);
      if (ring_->nodes()[ring_->OwnerOf(key)] == "n" + std::to_string(i) && nth-- == 0) return key;
    }
  }

  // What one Get ends with, once all that is due has run.
  std::string Get(std::size_t i, std::string_view key) {
    Answers answers;
    group(i).Get(AskFor(key), answers.Callback());
    scheduler_.AdvanceBy(std::chrono::milliseconds(100));
    return answers.size() == 1 ? answers.text(0) : std::to_string(answers.size()) + " answers";
  }

  // Lets every load end, and asserts that all nodes account for every Get.
  void CheckIdentities() {
    for (const auto& node : nodes_) {
      node->source->Play(FakeSource::Script::kNow);
      while (node->source->Release()) {
      }
    }
    scheduler_.AdvanceBy(std::chrono::hours(1));
    for (const auto& node : nodes_) {
      const GroupStats stats = node->group.stats();
      REQUIRE(ringlab::CheckIdentities(stats) == "");
      REQUIRE(stats.flights.led == stats.flights.landed + stats.flights.timed_out);
      REQUIRE(stats.cache.used_bytes == node->group.layers().Recount());
    }
  }

 private:
  ManualScheduler scheduler_;
  std::unique_ptr<DirectTransport> transport_;
  std::shared_ptr<const Ring> ring_;
  std::vector<std::unique_ptr<Node>> nodes_;
};

}  // namespace ringlab
