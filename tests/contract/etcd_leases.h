// What etcd and its client promise of leases: part of the contract
// (tests/contract/etcd_contract.h).
#pragma once

#include <catch2/catch.hpp>
#include <memory>
#include <optional>
#include <string>

#include "tests/contract/etcd_calls.h"

namespace ringlab::etcd_contract {

template <class Fixture>
void CheckLeases(Fixture& f) {
  SECTION("a lease is of whole seconds, two at least, and one that is not known is refused") {
    REQUIRE(Grant(f, milliseconds(1)).ttl == seconds(2));
    REQUIRE(Grant(f, milliseconds(2500)).ttl == seconds(3));
    for (const auto& error : {Put(f, "s/a", 4711).error(), Revoke(f, 4711).error()}) {
      REQUIRE(error.code == Code::kNotFound);
      REQUIRE(error.message.starts_with(f.endpoint() + ": "));
      REQUIRE(error.message.find("requested lease not found") != std::string::npos);
    }
    std::optional<EtcdLease> answer;
    std::shared_ptr<EtcdKeepAlive> stream;
    f.AtHome([&] {
      stream = f.client().KeepAlive(4711, [&](EtcdLease lease) { answer = lease; }, [](Error) {});
    });
    REQUIRE(f.Await([&] { return answer.has_value(); }));
    REQUIRE(answer->id == 4711);
    REQUIRE(answer->ttl == Duration::zero());
    f.AtHome([&] { stream.reset(); });
  }
  SECTION("a lease that is given back takes its entries along, in one revision") {
    const std::int64_t lease = Grant(f, seconds(60)).id;
    REQUIRE(Put(f, "s/a", lease));
    const std::int64_t last = Put(f, "s/b", lease).value();
    const auto told = Watch(f, "s/", last + 1);
    REQUIRE(Revoke(f, lease));
    REQUIRE(f.Await([&] { return told->events.size() == 2; }));
    REQUIRE(told->events[0].entry.mod_revision == last + 1);
    REQUIRE(told->events[1].entry.mod_revision == last + 1);
    REQUIRE(List(f, "s/").entries.empty());
    f.AtHome([&] { told->stream.reset(); });
  }
  SECTION("a lease that nobody renews ends, and one that is renewed does not") {
    const std::int64_t kept = Grant(f, seconds(2)).id;
    REQUIRE(Put(f, "s/kept", kept));
    REQUIRE(Put(f, "s/lost", Grant(f, seconds(2)).id));
    std::size_t renewed = 0;
    std::shared_ptr<EtcdKeepAlive> stream;
    f.AtHome([&] {
      const auto again = [&](EtcdLease lease) {
        if (lease.ttl == seconds(2)) ++renewed;
      };
      stream = f.client().KeepAlive(kept, again, [](Error) {});
    });
    std::size_t sent = 1;
    REQUIRE(f.Await([&] { return renewed == sent; }));
    while (List(f, "s/").entries.size() == 2) {
      f.AtHome([&] { stream->Send(); });
      ++sent;
      REQUIRE(f.Await([&] { return renewed == sent; }));
      REQUIRE(sent < 10'000);
      f.Pass(milliseconds(100));
    }
    REQUIRE(List(f, "s/").entries.at(0).key == "s/kept");
    f.AtHome([&] { stream.reset(); });
  }
}

}  // namespace ringlab::etcd_contract
