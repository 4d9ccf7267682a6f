// Slab: the calls of one connection, by CallId. A place is used again and again, each time with
// another generation, so that an id which has outlived its call finds nothing.
//
// Items do not move while they live. Item has a member `CallId id` and a `Reset()` that makes it as
// good as new but for that. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "core/base/check.h"

namespace ringlab {

struct CallId {
  std::uint32_t index = 0;
  std::uint32_t generation = 0;  // odd while the call lives: a default id is nobody's

  friend bool operator==(const CallId&, const CallId&) = default;
};

template <class Item>
class Slab {
 public:
  Item& Add() {
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(items_.size()));
      items_.emplace_back().id.index = free_.back();
    }
    Item& item = items_[free_.back()];
    free_.pop_back();
    ++item.id.generation;
    return item;
  }

  void Remove(Item& item) {
    RL_CHECK(item.id.generation % 2 == 1);
    ++item.id.generation;
    item.Reset();
    free_.push_back(item.id.index);
  }

  // Null when the call has ended.
  Item* Find(CallId id) {
    if (id.index >= items_.size() || id.generation % 2 == 0) return nullptr;
    Item& item = items_[id.index];
    return item.id == id ? &item : nullptr;
  }

  // `visit` may remove the item that it is shown; what it adds may be shown or not.
  template <class Visit>
  void ForEach(Visit visit) {
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (items_[i].id.generation % 2 == 1) visit(items_[i]);
    }
  }

  std::size_t size() const { return items_.size() - free_.size(); }

 private:
  std::deque<Item> items_;
  std::vector<std::uint32_t> free_;
};

}  // namespace ringlab
