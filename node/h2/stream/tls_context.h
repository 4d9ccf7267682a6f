// TlsContext: what one side shows and whom it believes in a TLS handshake, from files that may
// change while it runs. OpenSSL 3.0; TLS 1.2 or later, with forward secrecy; HTTP/2 and nothing
// else is negotiated (ALPN).
//
// Connections keep what they began with; new ones take what is in use by then. current() is
// thread-safe, Follow is for one thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "core/base/sync.h"
#include "node/security/security.h"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace ringlab {

class TlsContext {
 public:
  enum class Side : std::uint8_t { kServer, kClient };

  // kInvalidArgument, naming the file, when the files cannot serve; kResourceExhausted when there
  // is no descriptor or memory to read them.
  static Result<std::unique_ptr<TlsContext>> Of(Side side, const TlsFiles& files);

  std::shared_ptr<ssl_ctx_st> current() const;

  // Looks at the files. True when they are others than those in use, and in use from now on; an
  // error when they are others and cannot serve, half written for one, or cannot be read for now,
  // once for each trouble: then all stays as it is, and the next look tries again.
  Result<bool> Follow();

  const TlsFiles& files() const { return files_; }

 private:
  static constexpr std::size_t kFiles = 3;  // certificate, key, authorities
  using Contents = std::array<std::string, kFiles>;

  TlsContext(Side side, TlsFiles files) : side_(side), files_(std::move(files)) {}

  Result<bool> Look();
  Result<Contents> Read() const;
  Result<std::shared_ptr<ssl_ctx_st>> Make(const Contents& contents) const;

  const Side side_;
  const TlsFiles files_;
  Contents used_;
  std::string told_;  // the last trouble; "" when the last look was good
  mutable Mutex mutex_;
  std::shared_ptr<ssl_ctx_st> current_ RL_GUARDED_BY(mutex_);
};

}  // namespace ringlab
