#include "node/security/security.h"

#include <fstream>

#include "node/security/pem.h"

namespace ringlab {

namespace {

tl::unexpected<Error> Bad(const char* flag, const std::string& why) {
  return Fail(Code::kInvalidArgument, std::string(flag) + ": " + why);
}

}  // namespace

Result<void> CheckTls(const TlsFiles& tls) {
  if (tls.cert.empty() != tls.key.empty()) {
    return tls.cert.empty() ? Bad("--tls-key", "needs --tls-cert, the certificate of this key")
                            : Bad("--tls-cert", "needs --tls-key, the private key of it");
  }
  if (tls.require_client_cert && (tls.cert.empty() || tls.ca.empty())) {
    return Bad("--require-client-cert",
               "needs --tls-cert, --tls-key and --tls-ca, who issues callers' certificates");
  }
  if (!tls.name.empty() && !tls.dials()) {
    return Bad("--tls-name", "needs --tls-ca or --tls-cert: without TLS there is no name to check");
  }
  if (!tls.ca.empty()) {
    if (const auto ca = ReadCertificates(tls.ca); !ca) return Bad("--tls-ca", ca.error().message);
  }
  if (tls.cert.empty()) return {};
  if (const auto cert = ReadCertificates(tls.cert); !cert) {
    return Bad("--tls-cert", cert.error().message);
  }
  if (const auto key = CheckKeyOf(tls.cert, tls.key); !key) {
    return Bad("--tls-key", key.error().message);
  }
  return {};
}

Result<std::string> ReadToken(const std::string& path) {
  std::ifstream file(path);
  std::string token;
  std::string rest;
  if (!file || !std::getline(file, token) || (file >> rest, !rest.empty())) {
    return Fail(Code::kInvalidArgument, "\"" + path + "\": expected a file of one line, the token");
  }
  constexpr std::size_t kBytesMax = 4096;
  const bool printable = token.find_first_not_of(
                             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                             "-._~+/=") == std::string::npos;
  if (token.empty() || token.size() > kBytesMax || !printable) {
    return Fail(Code::kInvalidArgument,
                "\"" + path + "\": expected a token of letters, digits and -._~+/=, up to " +
                    std::to_string(kBytesMax) + " bytes");
  }
  return token;
}

}  // namespace ringlab
