// Security: what a node and its callers prove to each other: certificates over TLS, and a token.
//
// Plain data, checked once at the start.
#pragma once

#include <cstdint>
#include <optional>
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

// What the files hold, "" for one that is not given.
struct TlsContents {
  std::string cert = {};
  std::string key = {};
  std::string ca = {};

  friend bool operator==(const TlsContents&, const TlsContents&) = default;
};

// Errors as ReadSmallFile's, with the flag in front.
Result<TlsContents> ReadTls(const TlsFiles& tls);

// Tells what is wrong with what the files hold, by flag: no PEM, a key of another certificate,
// expired, or files that do not go together. kInvalidArgument. Without contents it reads them.
Result<void> CheckTls(const TlsFiles& tls, const TlsContents& contents);
Result<void> CheckTls(const TlsFiles& tls);

// When the certificate that is shown ends, in seconds since 1970; empty when there is none, or it
// cannot be read for now.
std::optional<std::int64_t> CertificateEnds(const TlsFiles& tls);

// The token in a file of one line. kInvalidArgument, without a word of the file's contents.
Result<std::string> ReadToken(const std::string& path);

}  // namespace ringlab
