#include <atomic>
#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/node/h2/live_world.h"
#include "tests/support/certificates.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;

struct Papers {
  TestFolder folder;
  TestAuthority authority{folder};
  CertificateFiles node = authority.Issue("node");

  TlsFiles Files(bool require = true) const {
    return {
        .cert = node.cert, .key = node.key, .ca = authority.cert(), .require_client_cert = require};
  }
};

TEST_CASE("calls cross mutual TLS, small and large") {
  Papers papers;
  H2World world(2, {.security = {.tls = papers.Files(), .token = "secret"}});
  const auto server =
      world.Serve("127.0.0.1:0", {.security = {.tls = papers.Files(), .token = "secret"}});
  Link& link = world.links->To(server->address());
  for (const std::string_view path : {kEcho, kSlow, kOther}) {
    REQUIRE(Ask(link, path, "text") == "text");
    const std::string large(500'000, 'q');
    REQUIRE(Ask(link, path, large) == large);
  }
  REQUIRE(Ask(link, kLarge, "").value().size() == 1 << 20);
  Replies replies;
  for (int i = 0; i < 500; ++i) {
    link.Call({.path = kOther, .request = "x"}, replies.Callback());
  }
  for (const auto& reply : replies.Await(500)) REQUIRE(reply == "x");
}

TEST_CASE("who shows no certificate, a stranger's, or none at all, is refused") {
  Papers papers;
  TestAuthority other(papers.folder, "other");
  const CertificateFiles stranger = other.Issue("stranger");
  H2World world;
  std::atomic<int> told{0};
  const auto server = world.Serve("127.0.0.1:0", {.security = {.tls = papers.Files(), .token = {}},
                                                  .say = [&](const Said&) { ++told; }});
  const auto refused = [&](const TlsFiles& files) {
    const auto links = *H2Links::Start(*world.loops, {.security = {.tls = files, .token = {}}});
    const auto reply = Ask(links->To(server->address()), kEcho, "x");
    return !reply && reply.error().code == Code::kUnavailable;
  };
  REQUIRE_FALSE(refused(papers.Files()));
  REQUIRE(refused({.ca = papers.authority.cert()}));
  REQUIRE(refused({.cert = stranger.cert, .key = stranger.key, .ca = papers.authority.cert()}));
  REQUIRE(refused({.cert = papers.node.cert, .key = papers.node.key, .ca = other.cert()}));
  REQUIRE(refused({}));  // in the clear
  REQUIRE(server->complaints("connections") >= 3);
  REQUIRE(told == 1);  // of many, one line
}

TEST_CASE("the name in the certificate is the one that was dialled, or the one that is expected") {
  Papers papers;
  const CertificateFiles named = papers.authority.Issue("named", "DNS:cache.example");
  H2World world;
  const auto server = world.Serve(
      "127.0.0.1:0", {.security = {.tls = {.cert = named.cert, .key = named.key}, .token = {}}});
  const auto reply = [&](const std::string& name) {
    const auto links = *H2Links::Start(
        *world.loops,
        {.security = {.tls = {.ca = papers.authority.cert(), .name = name}, .token = {}}});
    return Ask(links->To(server->address()), kEcho, "x");
  };
  REQUIRE(reply("cache.example") == "x");
  const auto wrong = reply("");
  REQUIRE(wrong.error().code == Code::kUnavailable);
  REQUIRE(wrong.error().message.find("IP address mismatch") != std::string::npos);
}

TEST_CASE("certificates that cannot serve are told at the start") {
  Papers papers;
  H2World world;
  const TlsFiles swapped = {.cert = papers.node.key, .key = papers.node.cert};
  const auto server = H2Server::Start(*world.loops, "127.0.0.1:0", world.Methods(),
                                      {.security = {.tls = swapped, .token = {}}});
  REQUIRE(server.error().code == Code::kInvalidArgument);
  const auto links = H2Links::Start(*world.loops, {.security = {.tls = swapped, .token = {}}});
  REQUIRE(links.error().code == Code::kInvalidArgument);
}

TEST_CASE(
    "certificates may change and break under load; connections keep theirs, new ones follow") {
  Papers papers;
  H2World world(2, {.security = {.tls = papers.Files(), .token = {}}});
  const auto server =
      world.Serve("127.0.0.1:0", {.security = {.tls = papers.Files(), .token = {}}});
  Link& kept = world.links->To(server->address());
  REQUIRE(Ask(kept, kEcho, "x") == "x");
  std::atomic<bool> over{false};
  std::thread changes([&] {
    for (int i = 0; !over; ++i) {
      papers.authority.Issue("node");
      if (i % 3 == 0) WriteFile(papers.node.cert, "half of o");
      std::this_thread::sleep_for(milliseconds(1));
    }
    papers.authority.Issue("node");
  });
  const TlsFiles fixed = [&] {
    const CertificateFiles files = papers.authority.Issue("caller");
    return TlsFiles{.cert = files.cert, .key = files.key, .ca = papers.authority.cert()};
  }();
  for (int i = 0; i < 30; ++i) {
    const auto links = *H2Links::Start(*world.loops, {.security = {.tls = fixed, .token = {}}});
    REQUIRE(Ask(links->To(server->address()), kEcho, "x") == "x");
    REQUIRE(Ask(kept, kEcho, "x") == "x");
  }
  over = true;
  changes.join();
}

}  // namespace
}  // namespace ringlab
