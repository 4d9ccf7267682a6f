#include "node/h2/stream/tls_context.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <utility>

#include "node/live/small_file.h"

namespace ringlab {

namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* what) const {
    Free(what);
  }
};
using Bio = std::unique_ptr<BIO, Freed<&BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Freed<&X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<&EVP_PKEY_free>>;

constexpr std::size_t kFileBytesMax = std::size_t{4} << 20;  // no certificates are that large
constexpr unsigned char kHttp2[] = {2, 'h', '2'};            // as ALPN lists it

tl::unexpected<Error> Bad(const std::string& path, const std::string& expected) {
  ERR_clear_error();
  return Fail(Code::kInvalidArgument, "\"" + path + "\": " + expected);
}

Bio Over(const std::string& content) {
  return Bio(BIO_new_mem_buf(content.data(), static_cast<int>(content.size())));
}

Certificate NextOf(BIO* file) {
  return Certificate(PEM_read_bio_X509(file, nullptr, nullptr, nullptr));
}

// Nobody is there to be asked for a passphrase.
int NoPassphrase(char*, int, int, void*) { return -1; }

int ChooseHttp2(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                const unsigned char* offered, unsigned offered_size, void*) {
  unsigned char* choice = nullptr;
  const int found =
      SSL_select_next_proto(&choice, chosen_size, kHttp2, sizeof kHttp2, offered, offered_size);
  *chosen = choice;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

Result<void> Show(SSL_CTX* context, const TlsFiles& files, const std::string& cert,
                  const std::string& key) {
  const Bio cert_file = Over(cert);
  const Certificate own = NextOf(cert_file.get());
  if (own == nullptr || SSL_CTX_use_certificate(context, own.get()) != 1) {
    return Bad(files.cert, "expected a certificate in PEM");
  }
  if (X509_cmp_current_time(X509_get0_notAfter(own.get())) < 0) {
    return Bad(files.cert, "it has expired");
  }
  while (Certificate issuer = NextOf(cert_file.get())) {
    if (SSL_CTX_add0_chain_cert(context, issuer.get()) == 1) (void)issuer.release();
  }
  const Bio key_file = Over(key);
  const Key own_key(PEM_read_bio_PrivateKey(key_file.get(), nullptr, &NoPassphrase, nullptr));
  if (own_key == nullptr) {
    return Bad(files.key, "expected a private key in PEM, without a passphrase");
  }
  if (SSL_CTX_use_PrivateKey(context, own_key.get()) != 1) {
    return Bad(files.key, "it is not the key of the certificate in \"" + files.cert + "\"");
  }
  ERR_clear_error();  // where the certificates end, OpenSSL notes that there is no other
  return {};
}

Result<void> Believe(SSL_CTX* context, const TlsFiles& files, const std::string& authorities) {
  const Bio file = Over(authorities);
  int count = 0;
  while (const Certificate authority = NextOf(file.get())) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.get());
    SSL_CTX_add_client_CA(context, authority.get());
    ++count;
  }
  if (count == 0) return Bad(files.ca, "expected a certificate in PEM");
  ERR_clear_error();
  return {};
}

// What is the same for everybody.
void Restrict(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  // Of TLS 1.2 those that HTTP/2 allows (RFC 9113, appendix A); all of TLS 1.3 are such.
  SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20");
  // Connections last for hours: resuming one is not worth that a ticket outlives a certificate.
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(context, 1);  // else each record would take two system calls
}

}  // namespace

Result<std::unique_ptr<TlsContext>> TlsContext::Of(Side side, const TlsFiles& files) {
  std::unique_ptr<TlsContext> context(new TlsContext(side, files));
  if (auto taken = context->Follow(); !taken) return tl::unexpected<Error>(taken.error());
  return context;
}

std::shared_ptr<ssl_ctx_st> TlsContext::current() const {
  const MutexLock lock(mutex_);
  return current_;
}

Result<bool> TlsContext::Follow() {
  auto looked = Look();
  const std::string trouble = looked ? "" : looked.error().message;
  if (!looked && trouble == told_) return false;
  told_ = trouble;
  return looked;
}

Result<bool> TlsContext::Look() {
  auto contents = Read();
  if (!contents) return tl::unexpected<Error>(std::move(contents.error()));
  if (*contents == used_ && current() != nullptr) return false;
  auto made = Make(*contents);
  if (!made) return tl::unexpected<Error>(std::move(made.error()));
  used_ = *std::move(contents);
  const MutexLock lock(mutex_);
  current_.swap(*made);  // the old one ends outside the lock
  return true;
}

Result<TlsContext::Contents> TlsContext::Read() const {
  Contents contents;
  const std::array paths = {&files_.cert, &files_.key, &files_.ca};
  for (std::size_t i = 0; i < kFiles; ++i) {
    if (paths[i]->empty()) continue;
    auto bytes = ReadSmallFile(*paths[i], kFileBytesMax);
    if (!bytes) return tl::unexpected<Error>(std::move(bytes.error()));
    contents[i] = *std::move(bytes);
  }
  return contents;
}

Result<std::shared_ptr<ssl_ctx_st>> TlsContext::Make(const Contents& contents) const {
  const bool server = side_ == Side::kServer;
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(server ? TLS_server_method() : TLS_client_method()),
                                   SSL_CTX_free);
  if (context == nullptr) return Fail(Code::kResourceExhausted, "OpenSSL gives no context");
  Restrict(context.get());
  if (!files_.cert.empty()) {
    if (auto shown = Show(context.get(), files_, contents[0], contents[1]); !shown) {
      return tl::unexpected<Error>(shown.error());
    }
  }
  if (!files_.ca.empty()) {
    if (auto believed = Believe(context.get(), files_, contents[2]); !believed) {
      return tl::unexpected<Error>(believed.error());
    }
  }
  if (server) {
    const int require = files_.require_client_cert ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0;
    SSL_CTX_set_verify(context.get(),
                       files_.ca.empty() ? SSL_VERIFY_NONE : SSL_VERIFY_PEER | require, nullptr);
    SSL_CTX_set_alpn_select_cb(context.get(), &ChooseHttp2, nullptr);
  } else {
    if (files_.ca.empty()) SSL_CTX_set_default_verify_paths(context.get());
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_alpn_protos(context.get(), kHttp2, sizeof kHttp2);
  }
  return context;
}

}  // namespace ringlab
