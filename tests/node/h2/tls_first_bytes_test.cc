// What comes with the end of a TLS handshake: TLS may have taken it from the socket by then, so
// that the socket alone would never say that there is more to read.
#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <array>
#include <catch2/catch.hpp>
#include <memory>
#include <string>

#include "node/h2/loop/descriptor.h"
#include "tests/node/h2/frames.h"
#include "tests/node/h2/live_world.h"
#include "tests/support/certificates.h"

namespace ringlab {
namespace {

// A TLS client that decides itself when its bytes leave, and in how many pieces.
class HeldBackClient {
 public:
  explicit HeldBackClient(const std::string& address)
      : socket_(::socket(AF_INET, SOCK_STREAM, 0)),
        context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free),
        tls_(SSL_new(context_.get()), SSL_free) {
    const std::size_t colon = address.rfind(':');
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1))));
    REQUIRE(inet_pton(AF_INET, address.substr(0, colon).c_str(), &to.sin_addr) == 1);
    REQUIRE(connect(socket_.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0);
    const timeval patience{.tv_sec = 60, .tv_usec = 0};
    setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    in_ = BIO_new(BIO_s_mem());
    out_ = BIO_new(BIO_s_mem());
    SSL_set_bio(tls_.get(), in_, out_);  // it owns them
    constexpr std::array<unsigned char, 3> kH2 = {2, 'h', '2'};
    SSL_set_alpn_protos(tls_.get(), kH2.data(), kH2.size());
  }

  // Up to the last piece of the handshake, which is held back.
  bool ShakeHands() {
    for (;;) {
      const int done = SSL_connect(tls_.get());
      if (done == 1) return true;
      if (SSL_get_error(tls_.get(), done) != SSL_ERROR_WANT_READ) return false;
      Send();
      if (!Receive()) return false;
    }
  }

  void Write(const std::string& bytes) {
    REQUIRE(SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size())) > 0);
  }

  // All that is held back, in one piece.
  void Send() {
    std::string bytes(BIO_pending(out_), '\0');
    if (bytes.empty()) return;
    REQUIRE(BIO_read(out_, bytes.data(), static_cast<int>(bytes.size())) > 0);
    REQUIRE(send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(bytes.size()));
  }

  // True once the server has said that; false when it hangs up, or says nothing more.
  bool Hears(const std::string& text) {
    std::string heard;
    std::array<char, 4096> piece;
    for (;;) {
      const int got = SSL_read(tls_.get(), piece.data(), piece.size());
      if (got > 0) {
        heard.append(piece.data(), static_cast<std::size_t>(got));
        if (heard.find(text) != std::string::npos) return true;
      } else if (!Receive()) {
        return false;
      }
    }
  }

 private:
  bool Receive() {
    std::array<char, 4096> piece;
    const ssize_t got = recv(socket_.get(), piece.data(), piece.size(), 0);
    return got > 0 && BIO_write(in_, piece.data(), static_cast<int>(got)) == got;
  }

  Descriptor socket_;
  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_;
  std::unique_ptr<SSL, void (*)(SSL*)> tls_;
  BIO* in_ = nullptr;
  BIO* out_ = nullptr;
};

TEST_CASE("a call that comes in one piece with the end of the handshake is answered") {
  TestFolder folder;
  TestAuthority authority{folder};
  const CertificateFiles node = authority.Issue("node");
  H2World world;
  const auto server = world.Serve(
      "127.0.0.1:0", {.security = {.tls = {.cert = node.cert, .key = node.key}, .token = {}}});
  HeldBackClient client(server->address());
  REQUIRE(client.ShakeHands());
  client.Write(frames::Preface() + frames::Call(1, std::string(kEcho), "all at once"));
  client.Send();
  REQUIRE(client.Hears(frames::Message("all at once")));
}

}  // namespace
}  // namespace ringlab
