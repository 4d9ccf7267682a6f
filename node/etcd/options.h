// EtcdOptions: how to reach an etcd, as whom, and under which name the nodes of a cluster are found
// there. Plain data; the password is in no text that is shown.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "core/base/time.h"

namespace ringlab {

struct EtcdOptions {
  std::vector<std::string> endpoints;       // "host:port", the members of one etcd; none: no etcd
  std::string service = "ringlab";          // entries are kept under "SERVICE/"
  Duration ttl = std::chrono::seconds(10);  // of a node's lease; etcd may make it longer
  std::string advertise;                    // "host:port" that the others dial; "" to be filled in

  std::string user;  // "": without authentication
  std::string password;
  std::string password_file;

  // PEM files. With a ca TLS is spoken; certificate and key show who we are.
  std::string ca_file;
  std::string cert_file;
  std::string key_file;

  std::vector<std::string> partners;  // flags that were given, and mean nothing without endpoints

  Duration call_timeout = std::chrono::seconds(3);  // of one call
};

}  // namespace ringlab
