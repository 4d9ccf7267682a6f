// Security: what a node and its callers prove to each other: certificates over TLS, and a token.
//
// Plain data, checked once at the start.
#pragma once

#include <string>

#include "core/base/result.h"

namespace ringlab {

// Paths of PEM files; "" for none.
struct TlsFiles {
  std::string cert = {};  // this side's certificate, and those of who issued it
  std::string key = {};   // its private key
  std::string ca = {};    // who issues the other side's certificates; "": the system's authorities
  std::string name = {};  // expected in a server's certificate, instead of the dialled address
  bool require_client_cert = false;  // at a server: a caller without one is refused

  bool serves() const { return !cert.empty(); }
  bool dials() const { return !cert.empty() || !ca.empty(); }
};

struct Security {
  TlsFiles tls;

  // A bearer token (RFC 6750): asked of every call and sent with every one; "" for none. Health and
  // reflection, which tell no values, are open.
  std::string token;
};

// Reads the files of `tls` and tells what is wrong with them, by flag: missing, no PEM, a key of
// another certificate, expired, or files that do not go together. kInvalidArgument.
Result<void> CheckTls(const TlsFiles& tls);

// The token in a file of one line. kInvalidArgument, without a word of the file's contents.
Result<std::string> ReadToken(const std::string& path);

}  // namespace ringlab
