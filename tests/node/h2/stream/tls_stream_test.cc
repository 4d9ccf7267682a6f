#include "node/h2/stream/tls_stream.h"

#include <openssl/ssl.h>

#include <array>
#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <utility>

#include "node/h2/stream/tls_context.h"
#include "tests/node/h2/loop/loops.h"
#include "tests/support/certificates.h"

namespace ringlab {
namespace {

using Side = TlsContext::Side;

std::unique_ptr<TlsContext> ContextOf(Side side, const TlsFiles& files) {
  auto context = TlsContext::Of(side, files);
  if (!context) FAIL(context.error().message);
  return *std::move(context);
}

// Two streams over a pair of sockets, driven by turns.
struct Both {
  Both(const TlsContext& server_context, const TlsContext& client_context,
       const std::string& name = "127.0.0.1")
      : server(*TlsServerStreamOf(std::move(sockets.mine), server_context.current())),
        client(*TlsClientStreamOf(std::move(sockets.others), client_context.current(), name)) {}

  // True when both sides have opened.
  bool Open() {
    for (int i = 0; i < 20; ++i) {
      const Moved of_client = client->Open();
      const Moved of_server = server->Open();
      if (of_client.kind == Moved::Kind::kFailed || of_server.kind == Moved::Kind::kFailed) break;
      if (of_client.kind == Moved::Kind::kDone && of_server.kind == Moved::Kind::kDone) {
        return true;
      }
    }
    return false;
  }

  SocketPair sockets;
  std::unique_ptr<ByteStream> server;
  std::unique_ptr<ByteStream> client;
};

Moved Write(ByteStream& stream, const std::string& bytes, std::size_t from = 0) {
  const iovec all{const_cast<char*>(bytes.data()) + from, bytes.size() - from};
  return stream.Write({&all, 1});
}

// One byte each way, so that a TLS 1.3 server has said what it thinks of the client's certificate.
bool Exchange(Both& both) {
  std::array<char, 16> got{};
  if (Write(*both.client, "x").kind != Moved::Kind::kDone) return false;
  if (both.server->Read(got).kind != Moved::Kind::kDone) return false;
  if (Write(*both.server, "y").kind != Moved::Kind::kDone) return false;
  return both.client->Read(got).kind == Moved::Kind::kDone && got[0] == 'y';
}

struct World {
  TestFolder folder;
  TestAuthority authority{folder};
  CertificateFiles node = authority.Issue("node");
};

TEST_CASE("bytes cross TLS whole, however large, and the end is told") {
  World world;
  const auto server = ContextOf(Side::kServer, {.cert = world.node.cert, .key = world.node.key});
  const auto client = ContextOf(Side::kClient, {.ca = world.authority.cert()});
  Both both(*server, *client);
  REQUIRE(both.Open());
  std::string sent(1 << 20, 'a');
  for (std::size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<char>(i * 31 >> 3);
  std::string got;
  std::size_t written = 0;
  std::array<char, 16384> buffer{};
  for (int i = 0; i < 10'000 && got.size() < sent.size(); ++i) {
    if (written < sent.size()) {
      const Moved moved = Write(*both.server, sent, written);
      REQUIRE(moved.kind != Moved::Kind::kFailed);
      written += moved.bytes;
    }
    for (;;) {
      const Moved moved = both.client->Read(buffer);
      REQUIRE(moved.kind != Moved::Kind::kFailed);
      if (moved.kind != Moved::Kind::kDone) break;
      got.append(buffer.data(), moved.bytes);
      if (!both.client->holds_more()) break;
    }
  }
  REQUIRE(got == sent);
  both.server.reset();
  REQUIRE(both.client->Read(buffer).kind == Moved::Kind::kEnded);
}

TEST_CASE("several pieces leave in one record") {
  World world;
  const auto server = ContextOf(Side::kServer, {.cert = world.node.cert, .key = world.node.key});
  const auto client = ContextOf(Side::kClient, {.ca = world.authority.cert()});
  Both both(*server, *client);
  REQUIRE(both.Open());
  std::string first = "one";
  std::string second;
  std::string third = "three";
  const std::array<iovec, 3> pieces = {
      {{first.data(), first.size()}, {second.data(), 0}, {third.data(), third.size()}}};
  REQUIRE(both.client->Write(pieces).bytes == 8);
  std::array<char, 16> got{};
  REQUIRE(both.server->Read(got).bytes == 8);
  REQUIRE(std::string(got.data(), 8) == "onethree");
}

TEST_CASE("a client believes the authority that it was given, and the name that it asked for") {
  World world;
  TestAuthority other(world.folder, "other");
  const auto server = ContextOf(Side::kServer, {.cert = world.node.cert, .key = world.node.key});
  const auto client = ContextOf(Side::kClient, {.ca = world.authority.cert()});
  for (const char* name : {"127.0.0.1", "localhost"}) {
    Both both(*server, *client, name);
    REQUIRE(both.Open());
    REQUIRE(Exchange(both));
  }
  for (const char* name : {"127.0.0.2", "example.org"}) {
    Both both(*server, *client, name);
    REQUIRE_FALSE(both.Open());
    REQUIRE(both.client->why().starts_with("TLS: certificate: "));
  }
  const auto stranger = ContextOf(Side::kClient, {.ca = other.cert()});
  Both both(*server, *stranger);
  REQUIRE_FALSE(both.Open());
  REQUIRE(both.client->why().starts_with("TLS: certificate: "));
}

TEST_CASE("a server that asks for certificates checks those that it is shown") {
  World world;
  TestAuthority other(world.folder, "other");
  const CertificateFiles good = world.authority.Issue("good");
  const CertificateFiles bad = other.Issue("bad");
  for (const bool required : {false, true}) {
    const auto server = ContextOf(Side::kServer, {.cert = world.node.cert,
                                                  .key = world.node.key,
                                                  .ca = world.authority.cert(),
                                                  .require_client_cert = required});
    const auto accepts = [&](const CertificateFiles& files) {
      const auto client = ContextOf(
          Side::kClient, {.cert = files.cert, .key = files.key, .ca = world.authority.cert()});
      Both both(*server, *client);
      return both.Open() && Exchange(both);
    };
    REQUIRE(accepts(good));
    REQUIRE_FALSE(accepts(bad));
    REQUIRE(accepts({}) != required);
  }
}

TEST_CASE("who speaks no HTTP/2 over TLS is refused, on either side") {
  World world;
  const auto server = ContextOf(Side::kServer, {.cert = world.node.cert, .key = world.node.key});
  const auto client = ContextOf(Side::kClient, {.ca = world.authority.cert()});
  constexpr unsigned char kHttp1[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  SECTION("a client that offers something else") {
    SSL_CTX_set_alpn_protos(client->current().get(), kHttp1, sizeof kHttp1);
    Both both(*server, *client);
    REQUIRE_FALSE(both.Open());
  }
  SECTION("a client that offers nothing") {
    SSL_CTX_set_alpn_protos(client->current().get(), nullptr, 0);
    Both both(*server, *client);
    REQUIRE_FALSE(both.Open());
  }
  SECTION("a server that knows nothing of it") {
    SSL_CTX_set_alpn_select_cb(server->current().get(), nullptr, nullptr);
    Both both(*server, *client);
    REQUIRE_FALSE(both.Open());
    REQUIRE(both.client->why() == "the other side does not speak HTTP/2 over TLS (ALPN)");
  }
}

TEST_CASE("old versions of TLS are refused") {
  World world;
  const auto server = ContextOf(Side::kServer, {.cert = world.node.cert, .key = world.node.key});
  const auto client = ContextOf(Side::kClient, {.ca = world.authority.cert()});
  SSL_CTX_set_min_proto_version(client->current().get(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(client->current().get(), TLS1_1_VERSION);
  Both both(*server, *client);
  REQUIRE_FALSE(both.Open());
}

TEST_CASE("a peer that speaks no TLS, or hangs up, is a failure with a reason") {
  World world;
  const auto server = ContextOf(Side::kServer, {.cert = world.node.cert, .key = world.node.key});
  SocketPair sockets;
  const auto stream = *TlsServerStreamOf(std::move(sockets.mine), server->current());
  REQUIRE(stream->Open().kind == Moved::Kind::kNeedsRead);
  SECTION("it speaks something else") {
    sockets.Send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    REQUIRE(stream->Open().kind == Moved::Kind::kFailed);
    REQUIRE(stream->why().starts_with("TLS: "));
  }
  SECTION("it hangs up") {
    sockets.others.Close();
    REQUIRE(stream->Open().kind == Moved::Kind::kFailed);
    REQUIRE(stream->why() == "the other side hung up");
  }
}

}  // namespace
}  // namespace ringlab
