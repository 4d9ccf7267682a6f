#include "node/live/peers.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "core/base/parse.h"

namespace ringlab {

namespace {

// A name as DNS and hosts files have them, an IPv4 address, or an IPv6 one in brackets.
bool CanBeHost(std::string_view host) {
  const bool bracketed = host.starts_with('[') && host.ends_with(']') && host.size() > 2;
  if (bracketed) host = host.substr(1, host.size() - 2);
  constexpr std::string_view kLetters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
  return host.find_first_not_of(bracketed ? "0123456789abcdefABCDEF:.%" : kLetters) ==
         std::string_view::npos;
}

}  // namespace

bool CanBeDialled(std::string_view address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const auto port = ParseCount(address.substr(colon + 1));
  return port && *port >= 1 && *port <= 65'535 && CanBeHost(address.substr(0, colon));
}

namespace {

// "HOST:PORT", or "http://HOST:PORT" and nothing more.
bool CanBeReached(std::string_view address) {
  constexpr std::string_view kScheme = "http://";
  if (!address.starts_with(kScheme)) return CanBeDialled(address);
  address.remove_prefix(kScheme.size());
  return CanBeDialled(address) && address.find_first_of("/?#@ ") == std::string_view::npos;
}

// ", n1 and n2 joined" of those in `list` that are not in `other`.
std::string Missing(const std::vector<Peer>& list, const std::vector<Peer>& other,
                    const std::string& what) {
  constexpr std::size_t kNamesMax = 5;
  std::vector<std::string> names;
  for (const Peer& peer : list) {
    if (std::find(other.begin(), other.end(), peer) == other.end()) names.push_back(peer.name);
  }
  if (names.empty()) return "";
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kNamesMax); ++i) text += ", " + names[i];
  if (names.size() > kNamesMax) {
    text += " and " + std::to_string(names.size() - kNamesMax) + " more";
  }
  return text + " " + what;
}

}  // namespace

std::string DescribeChange(const std::vector<Peer>& before, const std::vector<Peer>& after) {
  return std::to_string(after.size()) + (after.size() == 1 ? " node" : " nodes") +
         Missing(after, before, "joined") + Missing(before, after, "left");
}

Result<std::vector<Peer>> ParsePeers(std::string_view text) {
  std::vector<Peer> peers;
  std::set<std::string> names;
  std::map<std::string, std::string> by_address;
  for (const std::string_view part : SplitAt(text, ',')) {
    const auto [left, right] = SplitOnce(part, '=');
    const bool named = part.find('=') != std::string_view::npos;
    Peer peer{std::string(left), std::string(named ? right : left)};
    if (peer.name.empty() || !CanBeReached(peer.address)) {
      return Fail(Code::kInvalidArgument,
                  "\"" + std::string(part) +
                      "\": expected HOST:PORT or NAME=HOST:PORT, the port from 1 to 65535, or "
                      "http://HOST:PORT for a groupcache process");
    }
    if (!names.insert(peer.name).second) {
      return Fail(Code::kInvalidArgument,
                  "the name \"" + peer.name + "\" comes twice; expected each node once");
    }
    const auto [first, is_new] = by_address.emplace(peer.address, peer.name);
    if (!is_new) {
      return Fail(Code::kInvalidArgument, "\"" + first->second + "\" and \"" + peer.name +
                                              "\" have one address, " + peer.address +
                                              "; expected each node once");
    }
    peers.push_back(std::move(peer));
  }
  return peers;
}

}  // namespace ringlab
