// TlsStream: a ByteStream over TLS. Its handshake fails unless both sides speak HTTP/2 (ALPN), and
// a client's unless the server's certificate is of the name that was asked for.
#pragma once

#include <memory>
#include <string>

#include "core/base/result.h"
#include "node/h2/stream/byte_stream.h"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace ringlab {

// kResourceExhausted when OpenSSL has no memory for another connection.
Result<std::unique_ptr<ByteStream>> TlsServerStreamOf(Descriptor socket,
                                                      const std::shared_ptr<ssl_ctx_st>& context);

// `name` is what the certificate must be of: the name of a host, or an IP address.
Result<std::unique_ptr<ByteStream>> TlsClientStreamOf(Descriptor socket,
                                                      const std::shared_ptr<ssl_ctx_st>& context,
                                                      const std::string& name);

}  // namespace ringlab
