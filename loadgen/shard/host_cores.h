// HostCores: how many cores all generators together have, some of which may share a host.
//
// Two generators of one host either share its cores, or were given cores of their own (mpirun binds
// its ranks): the numbers of the cores tell. Pure; not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ringlab {

class HostCores {
 public:
  // A generator that may use `cores` cores, by their numbers `cpus` ("0-3,8"). Where those are not
  // told, or are other than so many, it is taken to share the cores of the others on its host. One
  // on a host without a name ("") is taken to be alone there.
  void Add(const std::string& host, std::uint64_t cores, std::string_view cpus);

  std::uint64_t Sum() const;

 private:
  struct Range {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
  };
  struct Host {
    std::vector<Range> told;  // which cores, some of them twice
    std::uint64_t most = 0;   // that a generator has there
  };

  static std::vector<Range> Parse(std::string_view cpus, std::uint64_t cores);
  static std::uint64_t Union(std::vector<Range> ranges);

  std::map<std::string, Host> hosts_;
  std::uint64_t nameless_ = 0;
};

}  // namespace ringlab
