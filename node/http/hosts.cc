#include "node/http/hosts.h"

#include <arpa/inet.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "node/http/text.h"

namespace ringlab {

namespace {

// "host" of "host", "host:port", "[host]:port" or "http://host:port/…".
std::string HostOf(std::string_view text) {
  if (const std::size_t at = text.find("://"); at != std::string_view::npos) {
    text.remove_prefix(at + 3);
  }
  text = text.substr(0, text.find('/'));
  if (text.starts_with('[')) return std::string(text.substr(1, text.find(']') - 1));
  // More than one colon: an IPv6 address without brackets.
  if (std::ranges::count(text, ':') == 1) text = text.substr(0, text.find(':'));
  while (text.ends_with('.')) text.remove_suffix(1);  // the root, as names may end
  return std::string(text);
}

bool IsAddress(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> bytes;
  return inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

}  // namespace

HttpHosts::HttpHosts(const std::vector<std::string>& names) {
  names_.emplace_back("localhost");
  std::array<char, 256> machine{};
  if (gethostname(machine.data(), machine.size() - 1) == 0)
    names_.push_back(HostOf(machine.data()));
  for (const std::string& name : names) names_.push_back(HostOf(name));
}

bool HttpHosts::Knows(std::string_view host) const {
  if (host.empty()) return true;
  const std::string name = HostOf(host);
  return IsAddress(name) || std::ranges::any_of(names_, [&](const std::string& own) {
           return !own.empty() && SameText(own, name);
         });
}

}  // namespace ringlab
