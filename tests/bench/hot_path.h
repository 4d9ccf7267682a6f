// HotPath: something that every request pays for, written once, so that it can be timed (hot_bench)
// and counted (exact_bench) alike.
//
// A path sets up its world from fixed seeds and gives back what runs n operations of it. Nothing in
// it may depend on addresses, clocks or the machine: its instructions are compared exactly. Names
// are in the stored baselines (results/baselines), so they stay. Single-threaded.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace ringlab {

// Runs so many operations, from where the last call left off.
using RunOps = std::function<void(std::uint64_t ops)>;

struct HotPath {
  std::string name;
  std::uint64_t ops;  // that exact_bench counts, after a tenth as many to warm up
  std::function<RunOps()> set_up;
  bool timed = false;  // also in the paired class, which costs seconds a path
};

// Each family in a file of its own.
std::vector<HotPath> RingPaths();
std::vector<HotPath> CachePaths();
std::vector<HotPath> GroupPaths();
std::vector<HotPath> GuardPaths();
std::vector<HotPath> LoadgenPaths();
std::vector<HotPath> WirePaths();

// All of them. Without gRPC and protobuf the wire is left out.
std::vector<HotPath> HotPaths();

// Operations that were asked for and a share of them again: how a slowdown is injected, so that
// the gate can be seen to catch one. Exact over many calls.
class Slowdown {
 public:
  explicit Slowdown(double percent) : share_(percent / 100) {}

  std::uint64_t Of(std::uint64_t ops) {
    owed_ += static_cast<double>(ops) * share_;
    const auto more = static_cast<std::uint64_t>(owed_);
    owed_ -= static_cast<double>(more);
    return ops + more;
  }

 private:
  const double share_;
  double owed_ = 0;
};

// Takes --inject-slowdown=PCT out of the arguments and returns PCT, else 0. Ends the program with
// exit code 2 when it is no number from 0 to 1000.
double TakeSlowdown(int& argc, char** argv);

// What is given here is computed, whatever the compiler thinks of its use.
template <class T>
inline void Keep(const T& value) {
  asm volatile("" : : "r,m"(value) : "memory");
}

}  // namespace ringlab
