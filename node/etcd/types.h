// What etcd tells and is told, without its wire format: plain data.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/time.h"

namespace ringlab {

// A promise to be alive, which etcd forgets with all keys put under it when it is not renewed.
struct EtcdLease {
  std::int64_t id = 0;
  Duration ttl = Duration::zero();  // zero in an answer to a keepalive: the lease is not known
};

struct EtcdEntry {
  std::string key;
  std::string value;
  std::int64_t mod_revision = 0;
  std::int64_t lease = 0;

  friend bool operator==(const EtcdEntry&, const EtcdEntry&) = default;
};

// All keys under a prefix, as of one revision of the store.
struct EtcdListing {
  std::int64_t revision = 0;
  std::vector<EtcdEntry> entries;
  bool cut = false;  // there were more than the limit
};

struct EtcdEvent {
  bool deleted = false;  // then of the entry, key and mod_revision are known
  EtcdEntry entry;
};

// One message of a watch. Without events and flags it says that nothing has happened.
struct EtcdNotice {
  std::int64_t revision = 0;
  bool created = false;
  bool canceled = false;
  std::int64_t compact_revision = 0;  // not 0 with canceled: what was asked for is forgotten
  std::string cancel_reason;
  std::vector<EtcdEvent> events;
};

// The end of the range of all keys that start with `prefix`: the prefix with its last byte
// incremented; "\0", etcd's word for "to the end", if there is none.
inline std::string EtcdPrefixEnd(std::string prefix) {
  while (!prefix.empty() && static_cast<unsigned char>(prefix.back()) == 0xff) prefix.pop_back();
  if (prefix.empty()) return std::string(1, '\0');
  prefix.back() = static_cast<char>(prefix.back() + 1);
  return prefix;
}

}  // namespace ringlab
