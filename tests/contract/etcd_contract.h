// What every EtcdClient promises (node/etcd/client.h), and the etcd behind it, as one suite.
//
// In a TEST_CASE: `Fixture f; CheckEtcdContract(f);`. The fixture, with an empty etcd of one
// member, is built anew for each section, and provides
//   EtcdClient& client()
//   std::string endpoint()             as the client has it
//   void AtHome(F act)                 runs `act` where the client lives, and returns after it
//   bool Await(F is_so)                lets time pass until `is_so`, asked at home; false: never
//   void Pass(Duration)                lets time pass
//   void Compact(revision), Delete(key)  by somebody else
#pragma once

#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/contract/etcd_calls.h"
#include "tests/contract/etcd_leases.h"

namespace ringlab {

namespace etcd_contract {

template <class Fixture>
void CheckKeys(Fixture& f) {
  SECTION("what is put is listed by its prefix, in order, with its revision and its lease") {
    REQUIRE(List(f, "s/").revision == 1);
    const std::int64_t lease = Grant(f, seconds(60)).id;
    REQUIRE(Put(f, "s/b", lease).value() == 2);
    REQUIRE(Put(f, "t/x").value() == 3);
    REQUIRE(Put(f, "s/a").value() == 4);
    const EtcdListing listing = List(f, "s/");
    REQUIRE(listing.revision == 4);
    REQUIRE_FALSE(listing.cut);
    REQUIRE(listing.entries ==
            std::vector<EtcdEntry>{{"s/a", "of s/a", 4, 0}, {"s/b", "of s/b", 2, lease}});
    REQUIRE(List(f, "s/", 1).cut);
    REQUIRE(List(f, "s/", 1).entries.size() == 1);
    REQUIRE(List(f, "s/", 2).entries.size() == 2);
  }
  SECTION("a put moves the entry to its lease, and the end of the old one takes nothing along") {
    const std::int64_t old = Grant(f, seconds(60)).id;
    const std::int64_t young = Grant(f, seconds(60)).id;
    REQUIRE(Put(f, "s/a", old));
    REQUIRE(Put(f, "s/a", young));
    REQUIRE(Revoke(f, old));
    REQUIRE(List(f, "s/").entries.at(0).lease == young);
  }
}

template <class Fixture>
void CheckWatches(Fixture& f) {
  SECTION("a watch tells what happened from a revision on, and then what happens") {
    REQUIRE(Put(f, "s/old"));
    const std::int64_t from = Put(f, "s/a").value();
    const auto told = Watch(f, "s/", from);
    REQUIRE(f.Await([&] { return told->events.size() == 1; }));
    REQUIRE(told->notices.front().created);
    REQUIRE(told->events[0].entry == EtcdEntry{"s/a", "of s/a", from, 0});
    REQUIRE(Put(f, "t/other"));
    REQUIRE(Put(f, "s/b").value() == from + 2);
    f.Delete("s/a");
    REQUIRE(f.Await([&] { return told->events.size() == 3; }));
    REQUIRE(told->events[1].entry == EtcdEntry{"s/b", "of s/b", from + 2, 0});
    REQUIRE(told->events[2].deleted);
    REQUIRE(told->events[2].entry == EtcdEntry{"s/a", "", from + 3, 0});
    REQUIRE(told->notices.back().revision == from + 3);
    REQUIRE_FALSE(told->end);
    f.AtHome([&] { told->stream.reset(); });
    REQUIRE(Put(f, "s/c"));
    REQUIRE(told->events.size() == 3);
  }
  SECTION("what is compacted cannot be watched, and the rest can") {
    REQUIRE(Put(f, "s/a"));
    const std::int64_t last = Put(f, "s/a").value();
    f.Compact(last);
    const auto late = Watch(f, "s/", last - 1);
    REQUIRE(f.Await([&] { return late->notices.size() == 2; }));
    REQUIRE(late->notices[0].created);
    REQUIRE(late->notices[1].canceled);
    REQUIRE(late->notices[1].compact_revision == last);
    const auto told = Watch(f, "s/", last);
    REQUIRE(f.Await([&] { return !told->events.empty(); }));
    REQUIRE(told->events[0].entry.mod_revision == last);
    f.AtHome([&] { late->stream = told->stream = nullptr; });
  }
}

}  // namespace etcd_contract

template <class Fixture>
void CheckEtcdContract(Fixture& f) {
  etcd_contract::CheckKeys(f);
  etcd_contract::CheckWatches(f);
  etcd_contract::CheckLeases(f);
}

}  // namespace ringlab
