#include "sim/jobs/dealer.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <string>

#include "sim/jobs/bytes.h"
#include "sim/jobs/messages.h"

namespace ringlab {
namespace {

TEST_CASE("jobs are dealt in order and their results taken in order, whoever is first") {
  JobDealer dealer(5);
  const JobRange first = dealer.Deal(2);
  const JobRange second = dealer.Deal(100);
  REQUIRE((first.begin == 0 && first.end == 2 && second.begin == 2 && second.end == 5));
  REQUIRE(dealer.Deal(1).size() == 0);
  for (const std::uint64_t job : {4, 2, 1}) {
    REQUIRE(dealer.Keep({.job = job, .bytes = std::to_string(job)}));
    REQUIRE(dealer.TakeReady().empty());
  }
  REQUIRE(dealer.done() == 3);
  REQUIRE_FALSE(dealer.is_idle());
  REQUIRE(dealer.Keep({.job = 0, .bytes = "0"}));
  const auto three = dealer.TakeReady();
  REQUIRE(three.size() == 3);
  for (std::size_t i = 0; i < three.size(); ++i) {
    REQUIRE(three[i].job == i);
    REQUIRE(three[i].bytes == std::to_string(i));
  }
  REQUIRE(dealer.Keep({.job = 3, .bytes = ""}));
  REQUIRE(dealer.TakeReady().size() == 2);
  REQUIRE((dealer.is_over() && dealer.is_idle() && dealer.taken() == 5));
}

TEST_CASE("a result that nobody was dealt, or that came before, is not kept") {
  JobDealer dealer(5);
  dealer.Deal(2);
  REQUIRE_FALSE(dealer.Keep({.job = 2, .bytes = "x"}));
  REQUIRE(dealer.Keep({.job = 1, .bytes = "a"}));
  REQUIRE_FALSE(dealer.Keep({.job = 1, .bytes = "b"}));
  REQUIRE(dealer.Keep({.job = 0, .bytes = "c"}));
  REQUIRE(dealer.TakeReady().at(1).bytes == "a");
  REQUIRE_FALSE(dealer.Keep({.job = 0, .bytes = "d"}));
  REQUIRE(dealer.done() == 2);
}

TEST_CASE("after a stop no job is dealt, and what is taken has no gap") {
  JobDealer dealer(10);
  dealer.Deal(4);
  dealer.Stop();
  REQUIRE(dealer.Deal(1).size() == 0);
  for (const std::uint64_t job : {0, 1, 3}) REQUIRE(dealer.Keep({.job = job, .bytes = {}}));
  REQUIRE(dealer.TakeReady().size() == 2);
  REQUIRE(dealer.taken() == 2);
  REQUIRE_FALSE(dealer.is_over());
}

TEST_CASE("no jobs are over at once") {
  JobDealer dealer(0);
  REQUIRE((dealer.is_over() && dealer.Deal(1).size() == 0 && dealer.TakeReady().empty()));
}

TEST_CASE("what processes say to each other is read as it was written, or refused") {
  const JobReport report{
      .wanted = 3,
      .under_way = std::uint64_t{1} << 63,
      .asks_end = true,
      .done = {{.job = 7, .bytes = std::string("a\0b", 3)}, {.job = 8, .bytes = ""}}};
  const std::string bytes = ToBytes(report);
  const JobReport read = ReadJobReport(bytes).value();
  REQUIRE((read.wanted == 3 && read.under_way == report.under_way && read.asks_end));
  REQUIRE(read.done.size() == 2);
  REQUIRE(read.done[0].job == 7);
  REQUIRE(read.done[0].bytes == report.done[0].bytes);
  const std::string orders =
      ToBytes(JobOrders{.what = JobOrders::What::kStop, .more = {.begin = 4, .end = 9}});
  REQUIRE(ReadJobOrders(orders).value().what == JobOrders::What::kStop);
  REQUIRE(ReadJobOrders(orders).value().more.size() == 5);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    REQUIRE(!ReadJobReport(bytes.substr(0, size)));
  }
  for (std::size_t size = 0; size < orders.size(); ++size) {
    REQUIRE(!ReadJobOrders(orders.substr(0, size)));
  }
  REQUIRE(!ReadJobReport(bytes + "x"));
  REQUIRE(!ReadJobOrders(ToBytes(JobOrders{.more = {.begin = 9, .end = 4}})));
  REQUIRE(!ReadJobOrders(std::string(24, '\xff')));
  REQUIRE(!ReadJobReport(std::string(64, '\xff')));  // of 2^64 - 1 results
}

TEST_CASE("numbers keep every bit") {
  ByteWriter bytes;
  bytes.AddDouble(0.1);
  bytes.AddDouble(-0.0);
  bytes.Add(UINT64_MAX);
  const std::string text = std::move(bytes).Take();
  REQUIRE(text.size() == 24);
  ByteReader reader(text);
  REQUIRE(reader.Double() == 0.1);
  REQUIRE(std::signbit(reader.Double()));
  REQUIRE(reader.Number() == UINT64_MAX);
  REQUIRE(reader.IsWhole());
  REQUIRE(reader.Number() == 0);
  REQUIRE_FALSE(reader.IsWhole());
}

}  // namespace
}  // namespace ringlab
