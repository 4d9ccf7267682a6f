#include "core/base/function.h"

#include <array>
#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <utility>

namespace ringlab {
namespace {

// Counts how many of its kind are alive, moved-from ones included. Padded to a chosen size.
template <std::size_t kPadding>
struct Counted {
  explicit Counted(int& alive_now) : alive(&alive_now) { ++*alive; }
  Counted(Counted&& other) noexcept : alive(other.alive), calls(other.calls) { ++*alive; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --*alive; }

  int operator()(int x) { return x + ++calls; }

  int* alive;
  int calls = 0;
  std::array<char, kPadding> padding{};
};

template <std::size_t kPadding>
void CheckLife() {
  int alive = 0;
  {
    Function<int(int)> f = Counted<kPadding>(alive);
    REQUIRE(alive == 1);
    REQUIRE(f(10) == 11);
    REQUIRE(f(10) == 12);  // state is kept between calls

    Function<int(int)> g = std::move(f);
    REQUIRE(alive == 1);
    REQUIRE_FALSE(f);  // NOLINT(bugprone-use-after-move): empty by contract
    REQUIRE(g(10) == 13);

    Function<int(int)> h = Counted<kPadding>(alive);
    REQUIRE(alive == 2);
    h = std::move(g);  // destroys what it held
    REQUIRE(alive == 1);
    REQUIRE(h(10) == 14);

    Function<int(int)>& itself = h;
    h = std::move(itself);
    REQUIRE(h(10) == 15);

    h = nullptr;
    REQUIRE_FALSE(h);
    REQUIRE(alive == 0);
  }
  REQUIRE(alive == 0);
}

TEST_CASE("a small callable lives inside a Function and dies with it") { CheckLife<1>(); }

TEST_CASE("a large callable lives beside a Function and dies with it") { CheckLife<200>(); }

TEST_CASE("a Function carries what can only be moved") {
  Function<int(std::unique_ptr<int>)> f =
      [extra = std::make_unique<int>(2)](std::unique_ptr<int> x) { return *x + *extra; };
  REQUIRE(f(std::make_unique<int>(40)) == 42);
}

TEST_CASE("arguments are passed on as what they are") {
  std::string target;
  Function<void(std::string&, const std::string&)> append =
      [](std::string& to, const std::string& what) { to += what; };
  append(target, "abc");
  REQUIRE(target == "abc");

  Function<std::string(std::string)> take = [](std::string s) { return s; };
  std::string given(100, 'x');
  const char* const bytes = given.data();
  REQUIRE(take(std::move(given)).data() == bytes);  // moved all the way, never copied
}

TEST_CASE("an empty Function says so") {
  REQUIRE_FALSE(Function<void()>());
  REQUIRE_FALSE(Function<void()>(nullptr));
  REQUIRE(Function<void()>([] {}));
}

// A callback may be the last owner of the object that holds it.
TEST_CASE("a Function that was moved out may destroy its old holder") {
  struct Holder {
    Function<void()> done;
  };
  auto holder = std::make_unique<Holder>();
  bool called = false;
  Holder* const raw = holder.get();
  raw->done = [owner = std::move(holder), &called] { called = true; };
  {
    Function<void()> done = std::move(raw->done);
    done();
  }
  REQUIRE(called);
}

}  // namespace
}  // namespace ringlab
