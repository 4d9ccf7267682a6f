// RoutedTransport: one ring, two protocols. Peers that HTTP reaches are asked by it, all others by
// the other transport. Thread-safe as those are, which must outlive it; it keeps nothing itself.
#pragma once

#include <string_view>
#include <utility>

#include "core/transport.h"
#include "node/http/transport.h"

namespace ringlab {

class RoutedTransport final : public Transport {
 public:
  RoutedTransport(HttpTransport& http, Transport& others) : http_(http), others_(others) {}

  void Get(std::string_view to, const GetRequest& request, GetCallback done) override {
    Of(to).Get(to, request, std::move(done));
  }
  void GetMany(std::string_view to, const GetManyRequest& request, GetManyCallback done) override {
    Of(to).GetMany(to, request, std::move(done));
  }
  void Peek(std::string_view to, const GetRequest& request, PeekCallback done) override {
    Of(to).Peek(to, request, std::move(done));
  }
  void Set(std::string_view to, const SetRequest& request, WriteCallback done) override {
    Of(to).Set(to, request, std::move(done));
  }
  void Remove(std::string_view to, const RemoveRequest& request, WriteCallback done) override {
    Of(to).Remove(to, request, std::move(done));
  }

 private:
  Transport& Of(std::string_view to) {
    if (http_.Knows(to)) return http_;
    return others_;
  }

  HttpTransport& http_;
  Transport& others_;
};

}  // namespace ringlab
