// The plainest things that do what each eviction policy says: lists that are searched from end to
// end, newest first. For tests; slow on purpose, and sharing no code with core but TinyLFU's
// sketch.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <utility>

namespace ringlab {

struct NaiveEntry {
  int key;
  std::size_t charge;
  std::uint32_t hash;
  int note = 0;  // what the policy remembers: uses, or a segment
};

using NaiveList = std::list<NaiveEntry>;  // newest first

inline NaiveList::iterator FindIn(NaiveList& list, int key) {
  return std::find_if(list.begin(), list.end(),
                      [key](const NaiveEntry& entry) { return entry.key == key; });
}

inline std::size_t BytesOf(const NaiveList& list) {
  std::size_t bytes = 0;
  for (const NaiveEntry& entry : list) bytes += entry.charge;
  return bytes;
}

inline NaiveEntry TakeFrom(NaiveList& list, NaiveList::iterator at) {
  NaiveEntry entry = *at;
  list.erase(at);
  return entry;
}

class NaivePolicy {
 public:
  virtual ~NaivePolicy() = default;
  virtual void Add(NaiveEntry entry, std::optional<int> note_of_replaced) = 0;
  virtual void Touch(int key) = 0;
  virtual NaiveEntry Remove(int key) = 0;  // with its note as it was left
  virtual NaiveEntry Victim() = 0;         // there is one
  virtual std::size_t bytes() const { return 0; }
  virtual std::size_t bytes_after_add() const { return bytes(); }
  virtual std::size_t bytes_min() const { return 0; }
  virtual void Clear() {}
};

class NaiveLru : public NaivePolicy {
 public:
  void Add(NaiveEntry entry, std::optional<int>) override { list_.push_front(entry); }
  void Touch(int key) override { list_.splice(list_.begin(), list_, FindIn(list_, key)); }
  NaiveEntry Remove(int key) override { return TakeFrom(list_, FindIn(list_, key)); }
  NaiveEntry Victim() override { return TakeFrom(list_, std::prev(list_.end())); }

 private:
  NaiveList list_;
};

class NaiveLfu : public NaivePolicy {
 public:
  explicit NaiveLfu(int counts) : counts_(counts) {}

  void Add(NaiveEntry entry, std::optional<int> note_of_replaced) override {
    entry.note = note_of_replaced.value_or(0);
    by_count_[entry.note].push_front(entry);
    ++items_;
  }
  void Touch(int key) override {
    NaiveEntry entry = Remove(key);
    Add(entry, std::min(entry.note + 1, counts_ - 1));
    if (++hits_ < 10 * items_) return;
    hits_ = 0;
    std::map<int, NaiveList> halved;
    for (auto& [count, list] : by_count_) {
      for (NaiveEntry& each : list) each.note = count / 2;
      NaiveList& to = halved[count / 2];
      to.splice(to.begin(), list);
    }
    by_count_ = std::move(halved);
  }
  NaiveEntry Remove(int key) override {
    --items_;
    for (auto& [count, list] : by_count_) {
      const auto at = FindIn(list, key);
      if (at != list.end()) return TakeFrom(list, at);
    }
    return {};
  }
  NaiveEntry Victim() override {
    for (auto& [count, list] : by_count_) {
      if (!list.empty()) return Remove(list.back().key);
    }
    return {};
  }
  std::size_t bytes() const override { return static_cast<std::size_t>(counts_) * 16; }
  std::size_t bytes_min() const override { return bytes(); }

 private:
  const int counts_;
  std::map<int, NaiveList> by_count_;
  int items_ = 0;
  int hits_ = 0;
};

class NaiveSieve : public NaivePolicy {
 public:
  void Add(NaiveEntry entry, std::optional<int> note_of_replaced) override {
    entry.note = note_of_replaced.value_or(0);
    list_.push_front(entry);
  }
  void Touch(int key) override { FindIn(list_, key)->note = 1; }
  NaiveEntry Remove(int key) override {
    const auto at = FindIn(list_, key);
    if (hand_ == key) hand_ = NewerThan(at);
    return TakeFrom(list_, at);
  }
  NaiveEntry Victim() override {
    auto at = hand_ == kOldest ? std::prev(list_.end()) : FindIn(list_, hand_);
    while (at->note == 1) {
      at->note = 0;
      at = at == list_.begin() ? std::prev(list_.end()) : std::prev(at);
    }
    hand_ = NewerThan(at);
    return TakeFrom(list_, at);
  }

 private:
  static constexpr int kOldest = -1;

  int NewerThan(NaiveList::iterator at) {
    return at == list_.begin() ? kOldest : std::prev(at)->key;
  }

  NaiveList list_;
  int hand_ = kOldest;
};

}  // namespace ringlab
