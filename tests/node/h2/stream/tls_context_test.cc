#include "node/h2/stream/tls_context.h"

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "tests/support/certificates.h"

namespace ringlab {
namespace {

using Side = TlsContext::Side;

std::string WhyNot(Side side, const TlsFiles& files) {
  const auto context = TlsContext::Of(side, files);
  if (context) return "";
  REQUIRE(context.error().code == Code::kInvalidArgument);
  return context.error().message;
}

TEST_CASE("files that cannot serve are named, with what is wrong") {
  TestFolder folder;
  const TestAuthority authority(folder);
  const auto [cert, key] = authority.Issue("node");
  const auto other = authority.Issue("other");
  const auto expired = authority.Issue("expired", "IP:127.0.0.1", -1);
  const std::string nothing = folder.PathOf("nothing");
  REQUIRE(WhyNot(Side::kServer, {.cert = cert, .key = key}).empty());
  REQUIRE(WhyNot(Side::kServer, {.cert = nothing, .key = key}) ==
          "\"" + nothing + "\": No such file or directory");
  REQUIRE(WhyNot(Side::kServer, {.cert = cert, .key = cert}) ==
          "\"" + cert + "\": expected a private key in PEM, without a passphrase");
  REQUIRE(WhyNot(Side::kServer, {.cert = cert, .key = other.key}) ==
          "\"" + other.key + "\": it is not the key of the certificate in \"" + cert + "\"");
  REQUIRE(WhyNot(Side::kServer, {.cert = expired.cert, .key = expired.key}) ==
          "\"" + expired.cert + "\": it has expired");
  REQUIRE(WhyNot(Side::kClient, {.ca = key}) == "\"" + key + "\": expected a certificate in PEM");
  REQUIRE(WhyNot(Side::kClient, {}).empty());
}

TEST_CASE("changed files are followed, and broken ones change nothing") {
  TestFolder folder;
  const TestAuthority authority(folder);
  const auto [cert, key] = authority.Issue("node");
  auto made = TlsContext::Of(Side::kServer, {.cert = cert, .key = key});
  REQUIRE(made);
  TlsContext& context = **made;
  const auto first = context.current();
  REQUIRE(*context.Follow() == false);
  REQUIRE(context.current() == first);

  authority.Issue("node");
  REQUIRE(*context.Follow() == true);
  const auto second = context.current();
  REQUIRE(second != first);

  const std::string whole = ReadFile(cert);
  WriteFile(cert, whole.substr(0, whole.size() / 2));
  REQUIRE_FALSE(context.Follow());
  REQUIRE(*context.Follow() == false);  // told once
  REQUIRE(context.current() == second);

  WriteFile(cert, whole);
  REQUIRE(*context.Follow() == false);  // they are those in use
  REQUIRE(context.current() == second);

  authority.Issue("node", "IP:127.0.0.1", -1);
  REQUIRE_FALSE(context.Follow());
}

TEST_CASE("others take what is in use while files are followed") {
  TestFolder folder;
  const TestAuthority authority(folder);
  const auto [cert, key] = authority.Issue("node");
  auto made = TlsContext::Of(Side::kServer, {.cert = cert, .key = key});
  REQUIRE(made);
  TlsContext& context = **made;
  std::thread user([&] {
    for (int i = 0; i < 2000; ++i) {
      if (context.current() == nullptr) std::abort();
    }
  });
  int changed = 0;
  for (int i = 0; i < 50; ++i) {
    authority.Issue("node");
    const auto followed = context.Follow();
    if (followed && *followed) ++changed;
  }
  user.join();
  REQUIRE(changed == 50);
}

}  // namespace
}  // namespace ringlab
