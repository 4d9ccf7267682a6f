#include "node/security/security.h"

#include "node/live/small_file.h"
#include "node/security/pem.h"

namespace ringlab {

namespace {

constexpr std::size_t kPemBytesMax = std::size_t{4} << 20;  // no certificates are that large

tl::unexpected<Error> Bad(const char* flag, const std::string& why) {
  return Fail(Code::kInvalidArgument, std::string(flag) + ": " + why);
}

}  // namespace

namespace {

// Files that do not go together.
Result<void> CheckFlags(const TlsFiles& tls) {
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
  return {};
}

}  // namespace

Result<TlsContents> ReadTls(const TlsFiles& tls) {
  struct Part {
    const char* flag;
    const std::string& path;
    std::string TlsContents::* into;
  };
  TlsContents contents;
  for (const Part& part : {Part{"--tls-ca", tls.ca, &TlsContents::ca},
                           Part{"--tls-cert", tls.cert, &TlsContents::cert},
                           Part{"--tls-key", tls.key, &TlsContents::key}}) {
    if (part.path.empty()) continue;
    auto bytes = ReadSmallFile(part.path, kPemBytesMax);
    if (!bytes) {
      return Fail(bytes.error().code,
                  std::string(part.flag) + ": " + bytes.error().message + "; expected a PEM file");
    }
    contents.*part.into = *std::move(bytes);
  }
  return contents;
}

Result<void> CheckTls(const TlsFiles& tls, const TlsContents& contents) {
  if (auto fit = CheckFlags(tls); !fit) return fit;
  if (!tls.ca.empty()) {
    const auto ca = ReadAuthorities(contents.ca, tls.ca);
    if (!ca) return Bad("--tls-ca", ca.error().message);
  }
  if (tls.cert.empty()) return {};
  if (const auto cert = ReadCertificates(contents.cert, tls.cert); !cert) {
    return Bad("--tls-cert", cert.error().message);
  }
  if (const auto key = CheckKeyOf(contents.cert, tls.cert, contents.key, tls.key); !key) {
    return Bad("--tls-key", key.error().message);
  }
  return {};
}

Result<void> CheckTls(const TlsFiles& tls) {
  if (auto fit = CheckFlags(tls); !fit) return fit;
  const auto contents = ReadTls(tls);
  if (!contents) return Fail(Code::kInvalidArgument, contents.error().message);
  return CheckTls(tls, *contents);
}

std::optional<std::int64_t> CertificateEnds(const TlsFiles& tls) {
  if (tls.cert.empty()) return std::nullopt;
  const auto pem = ReadSmallFile(tls.cert, kPemBytesMax);
  if (!pem) return std::nullopt;
  const auto ends = EndOfCertificate(*pem, tls.cert);
  if (!ends) return std::nullopt;
  return *ends;
}

Result<std::string> ReadToken(const std::string& path) {
  constexpr std::size_t kBytesMax = 4096;
  constexpr std::size_t kFileBytesMax = 2 * kBytesMax;
  const auto content = ReadSmallFile(path, kFileBytesMax);
  if (!content) {
    return Fail(Code::kInvalidArgument,
                content.error().message + "; expected a file of one line, the token");
  }
  const std::size_t end = content->find('\n');
  const std::string token = content->substr(0, end);
  const bool alone = end == std::string::npos ||
                     content->find_first_not_of(" \t\r\n\v\f", end) == std::string::npos;
  if (content->empty() || !alone) {
    return Fail(Code::kInvalidArgument, "\"" + path + "\": expected a file of one line, the token");
  }
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
