// Calls to an etcd and their answers, for its contract (tests/contract/etcd_contract.h has
// fixtures).
#pragma once

#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "node/etcd/client.h"

namespace ringlab::etcd_contract {

using std::chrono::milliseconds;
using std::chrono::seconds;

// The answer to a call that `begin` makes.
template <class T, class Fixture, class Begin>
Result<T> Answer(Fixture& f, Begin begin) {
  const auto answer = std::make_shared<std::optional<Result<T>>>();
  f.AtHome([&] {
    begin(f.client(), [answer](Result<T> came) {
      if (answer->has_value()) came = Fail(Code::kInternal, "it was answered twice");
      answer->emplace(std::move(came));
    });
  });
  REQUIRE(f.Await([&] { return answer->has_value(); }));
  return **answer;
}

template <class Fixture>
EtcdListing List(Fixture& f, const std::string& prefix, std::int64_t limit = 100) {
  return Answer<EtcdListing>(
             f, [&](EtcdClient& c, auto done) { c.List(prefix, limit, std::move(done)); })
      .value();
}
template <class Fixture>
Result<std::int64_t> Put(Fixture& f, const std::string& key, std::int64_t lease = 0) {
  return Answer<std::int64_t>(
      f, [&](EtcdClient& c, auto done) { c.Put(key, "of " + key, lease, std::move(done)); });
}
template <class Fixture>
EtcdLease Grant(Fixture& f, Duration ttl) {
  return Answer<EtcdLease>(f, [&](EtcdClient& c, auto done) { c.Grant(ttl, std::move(done)); })
      .value();
}
template <class Fixture>
Result<void> Revoke(Fixture& f, std::int64_t lease) {
  return Answer<void>(
      f, [&](EtcdClient& c, auto done) { c.Revoke(lease, seconds(3), std::move(done)); });
}

// A watch, and all that it has told. Read at home, or when nothing comes.
struct Told {
  std::vector<EtcdNotice> notices;
  std::vector<EtcdEvent> events;
  std::optional<Error> end;
  std::shared_ptr<EtcdStream> stream;
};
template <class Fixture>
std::shared_ptr<Told> Watch(Fixture& f, const std::string& prefix, std::int64_t from) {
  auto told = std::make_shared<Told>();
  f.AtHome([&] {
    Told* const t = told.get();
    t->stream = f.client().Watch(
        prefix, from,
        [t](const EtcdNotice& notice) {
          t->notices.push_back(notice);
          t->events.insert(t->events.end(), notice.events.begin(), notice.events.end());
        },
        [t](Error error) { t->end = std::move(error); });
  });
  return told;
}

}  // namespace ringlab::etcd_contract
