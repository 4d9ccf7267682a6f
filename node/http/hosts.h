// HttpHosts: by which names a node may be called over HTTP, for requests that change something.
//
// A page anywhere may have its own name point at an address of its visitor's network (DNS
// rebinding): the browser then takes the node for a part of that page's site, and lets it write.
// What gives it away is the Host field, which names the page's site. An address in its place cannot
// be anybody's name. Built once, then read-only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ringlab {

class HttpHosts {
 public:
  // `names` beside the machine's own: hosts, "host:port", or URLs of such.
  explicit HttpHosts(const std::vector<std::string>& names);

  // Of a Host field, "host" or "host:port": whether it is an address, localhost, this machine's
  // name or one of the names. True for none: no browser leaves it out.
  bool Knows(std::string_view host) const;

 private:
  std::vector<std::string> names_;
};

}  // namespace ringlab
