// Value: immutable bytes that many readers share without copying them.
//
// A counted pointer of one word. False means "no value at all", which differs from a value of no
// bytes. Copying and destroying are thread-safe between Values; one Value object is not.
#pragma once

#include <cstring>
#include <string_view>
#include <utility>

#include "core/item/item.h"

namespace ringlab {

class Value {
 public:
  Value() = default;

  // A value with a copy of `bytes`.
  static Value Copy(std::string_view bytes) {
    return Make(bytes.size(), [&](char* to) {
      if (!bytes.empty()) std::memcpy(to, bytes.data(), bytes.size());
    });
  }

  // A value of `size` bytes that `write(char*)` fills in.
  template <class Writer>
  static Value Make(std::size_t size, Writer&& write) {
    Value value = Adopt(Item::New({}, 0, size));
    write(value.item_->value_bytes());
    return value;
  }

  // Takes over one reference / adds one.
  static Value Adopt(Item* item) { return Value(item); }
  static Value Share(Item* item) {
    item->AddReference();
    return Value(item);
  }

  Value(const Value& other) : item_(other.item_) {
    if (item_ != nullptr) item_->AddReference();
  }
  Value(Value&& other) noexcept : item_(std::exchange(other.item_, nullptr)) {}
  Value& operator=(Value other) noexcept {
    std::swap(item_, other.item_);
    return *this;
  }
  ~Value() {
    if (item_ != nullptr) item_->DropReference();
  }

  explicit operator bool() const { return item_ != nullptr; }
  std::string_view view() const { return item_ == nullptr ? std::string_view() : item_->value(); }
  std::size_t size() const { return view().size(); }

  // Gives the reference away: the caller adopts or drops it.
  Item* Release() { return std::exchange(item_, nullptr); }

 protected:
  // The block that holds the bytes; null for no value.
  const Item* item() const { return item_; }

 private:
  explicit Value(Item* item) : item_(item) {}

  Item* item_ = nullptr;
};

}  // namespace ringlab
