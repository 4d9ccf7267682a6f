#include "core/base/recycled.h"

#include <catch2/catch.hpp>
#include <memory>
#include <thread>
#include <vector>

namespace ringlab {
namespace {

struct Small final : Recycled<Small> {
  explicit Small(int n) : number(n) {}
  int number;
  double more = 0;
};

class Base {
 public:
  virtual ~Base() = default;
};

class Derived final : public Base, public Recycled<Derived> {
 public:
  std::vector<int> numbers = {1, 2, 3};
};

TEST_CASE("what was freed last is used again first") {
  auto first = std::make_unique<Small>(1);
  auto second = std::make_unique<Small>(2);
  const void* const places[] = {first.get(), second.get()};
  first.reset();
  second.reset();
  const auto third = std::make_unique<Small>(3);
  const auto fourth = std::make_unique<Small>(4);
  REQUIRE(third->number == 3);
  REQUIRE(fourth->number == 4);
  if (!kRecycles) return;
  REQUIRE(third.get() == places[1]);
  REQUIRE(fourth.get() == places[0]);
}

TEST_CASE("many live at once, and are freed through their base") {
  for (int round = 0; round < 3; ++round) {
    std::vector<std::unique_ptr<Base>> all;
    for (int i = 0; i < 3000; ++i) all.push_back(std::make_unique<Derived>());
    for (const auto& one : all) REQUIRE(dynamic_cast<Derived&>(*one).numbers.size() == 3);
  }
}

TEST_CASE("one thread makes what another frees") {
  for (int round = 0; round < 3; ++round) {
    std::vector<std::unique_ptr<Small>> made;
    for (int i = 0; i < 2000; ++i) made.push_back(std::make_unique<Small>(i));
    std::thread([&made] { made.clear(); }).join();
  }
  REQUIRE(std::make_unique<Small>(7)->number == 7);
}

}  // namespace
}  // namespace ringlab
