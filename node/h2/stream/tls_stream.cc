#include "node/h2/stream/tls_stream.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

namespace ringlab {

namespace {

constexpr std::size_t kRecordBytes = 16384;  // the most that one may carry

// OpenSSL's own BIO for sockets would raise SIGPIPE where the other side has gone.
int SendTo(BIO* bio, const char* bytes, int size) {
  const ssize_t sent = send(*static_cast<const int*>(BIO_get_data(bio)), bytes,
                            static_cast<std::size_t>(size), MSG_NOSIGNAL);
  BIO_clear_retry_flags(bio);
  if (sent < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_write(bio);
  return static_cast<int>(sent);
}

int ReceiveFrom(BIO* bio, char* bytes, int size) {
  const ssize_t got =
      recv(*static_cast<const int*>(BIO_get_data(bio)), bytes, static_cast<std::size_t>(size), 0);
  BIO_clear_retry_flags(bio);
  if (got == 0) errno = 0;
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_read(bio);
  return static_cast<int>(got);
}

long Control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

// Null when there is no memory for it.
const BIO_METHOD* SocketBio() {
  static const BIO_METHOD* const kMethod = [] {
    BIO_METHOD* const method =
        BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket without SIGPIPE");
    if (method == nullptr) return method;
    BIO_meth_set_write(method, &SendTo);
    BIO_meth_set_read(method, &ReceiveFrom);
    BIO_meth_set_ctrl(method, &Control);
    return method;
  }();
  return kMethod;
}

class TlsStream final : public ByteStream {
 public:
  TlsStream(Descriptor socket, SSL_CTX* context)
      : socket_(std::move(socket)), descriptor_(socket_.get()), ssl_(SSL_new(context)) {
    BIO* const bio = SocketBio() == nullptr ? nullptr : BIO_new(SocketBio());
    if (ssl_ == nullptr || bio == nullptr) {
      BIO_free(bio);
      SSL_free(std::exchange(ssl_, nullptr));
      return;
    }
    BIO_set_data(bio, const_cast<int*>(&descriptor_));  // it is only read
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl_, bio, bio);
  }
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;
  ~TlsStream() override {
    if (opened_ && !failed_) SSL_shutdown(ssl_);  // one attempt to say goodbye
    ERR_clear_error();
    SSL_free(ssl_);
  }

  SSL* ssl() { return ssl_; }

  int socket() const override { return descriptor_; }
  std::string why() const override { return why_; }
  bool holds_more() const override { return SSL_has_pending(ssl_) == 1; }

  Moved Open() override {
    if (opened_) return {};
    ERR_clear_error();
    const int outcome = SSL_do_handshake(ssl_);
    if (outcome != 1) return Outcome(outcome);
    const unsigned char* chosen = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_, &chosen, &size);
    if (std::string_view(reinterpret_cast<const char*>(chosen), size) != "h2") {
      return Failed("the other side does not speak HTTP/2 over TLS (ALPN)");
    }
    opened_ = true;
    return {};
  }

  Moved Read(std::span<char> into) override {
    ERR_clear_error();
    const int got = SSL_read(ssl_, into.data(), static_cast<int>(into.size()));
    if (got > 0) return {Moved::Kind::kDone, static_cast<std::size_t>(got)};
    return Outcome(got);
  }

  Moved Write(std::span<const iovec> from) override {
    std::size_t all = 0;
    for (const iovec& part : from) all += part.iov_len;
    Moved moved;
    while (moved.bytes < all) {
      const Moved one = WriteRecord(from, moved.bytes);
      moved.bytes += one.bytes;
      if (one.kind == Moved::Kind::kDone) continue;
      // What was taken before is told first; the rest fails, or waits, again.
      if (moved.bytes == 0 || one.kind == Moved::Kind::kFailed) return one;
      break;
    }
    return moved;
  }

 private:
  // As much as fits into one, from `begin` of the bytes on.
  Moved WriteRecord(std::span<const iovec> from, std::size_t begin) {
    std::array<char, kRecordBytes> record;
    std::size_t size = 0;
    for (const iovec& part : from) {
      const std::size_t skipped = std::min(begin, part.iov_len);
      begin -= skipped;
      const std::size_t taken = std::min(part.iov_len - skipped, record.size() - size);
      if (taken > 0) {
        std::memcpy(record.data() + size, static_cast<const char*>(part.iov_base) + skipped, taken);
      }
      size += taken;
      if (size == record.size()) break;
    }
    ERR_clear_error();
    const int sent = SSL_write(ssl_, record.data(), static_cast<int>(size));
    if (sent > 0) return {Moved::Kind::kDone, static_cast<std::size_t>(sent)};
    return Outcome(sent);
  }

  Moved Outcome(int returned) {
    switch (SSL_get_error(ssl_, returned)) {
      case SSL_ERROR_WANT_READ: return {Moved::Kind::kNeedsRead};
      case SSL_ERROR_WANT_WRITE: return {Moved::Kind::kNeedsWrite};
      case SSL_ERROR_ZERO_RETURN: return {Moved::Kind::kEnded};
      case SSL_ERROR_SYSCALL:
        return Failed(errno == 0 ? "the other side hung up" : std::strerror(errno));
      default: return Failed(Reason());
    }
  }

  std::string Reason() const {
    const long verified = SSL_get_verify_result(ssl_);
    if (verified != X509_V_OK) {
      return std::string("TLS: certificate: ") + X509_verify_cert_error_string(verified);
    }
    const unsigned long error = ERR_peek_error();
    if (ERR_GET_REASON(error) == SSL_R_UNEXPECTED_EOF_WHILE_READING)
      return "the other side hung up";
    const char* const reason = ERR_reason_error_string(error);
    return std::string("TLS: ") + (reason == nullptr ? "unknown error" : reason);
  }

  Moved Failed(std::string why) {
    failed_ = true;
    why_ = std::move(why);
    ERR_clear_error();
    return {Moved::Kind::kFailed};
  }

  const Descriptor socket_;
  const int descriptor_;  // the BIO knows where it is
  SSL* ssl_;              // null when there was no memory for it
  bool opened_ = false;
  bool failed_ = false;
  std::string why_;
};

Result<std::unique_ptr<TlsStream>> StreamOf(Descriptor socket, SSL_CTX* context) {
  auto stream = std::make_unique<TlsStream>(std::move(socket), context);
  if (stream->ssl() != nullptr) return stream;
  ERR_clear_error();
  return Fail(Code::kResourceExhausted, "OpenSSL has no memory for a connection");
}

bool IsIpAddress(const std::string& name) {
  std::array<unsigned char, sizeof(in6_addr)> address;
  return inet_pton(AF_INET, name.c_str(), address.data()) == 1 ||
         inet_pton(AF_INET6, name.c_str(), address.data()) == 1;
}

}  // namespace

Result<std::unique_ptr<ByteStream>> TlsServerStreamOf(Descriptor socket,
                                                      const std::shared_ptr<ssl_ctx_st>& context) {
  auto stream = StreamOf(std::move(socket), context.get());
  if (!stream) return tl::unexpected<Error>(std::move(stream.error()));
  SSL_set_accept_state((*stream)->ssl());
  return *std::move(stream);
}

Result<std::unique_ptr<ByteStream>> TlsClientStreamOf(Descriptor socket,
                                                      const std::shared_ptr<ssl_ctx_st>& context,
                                                      const std::string& name) {
  auto stream = StreamOf(std::move(socket), context.get());
  if (!stream) return tl::unexpected<Error>(std::move(stream.error()));
  SSL* const ssl = (*stream)->ssl();
  SSL_set_connect_state(ssl);
  if (IsIpAddress(name)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name.c_str());
  } else {
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    SSL_set1_host(ssl, name.c_str());
    SSL_set_tlsext_host_name(ssl, name.c_str());
  }
  return *std::move(stream);
}

}  // namespace ringlab
