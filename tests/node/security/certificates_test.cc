// Certificates from files that age, change and cannot be read.
#include "tests/support/certificates.h"

#include <catch2/catch.hpp>
#include <optional>
#include <string>

#include "node/security/pem.h"
#include "node/security/security.h"
#include "node/security/tls_copies.h"
#include "tests/node/h2/stream/few_descriptors.h"

namespace ringlab {
namespace {

TEST_CASE("authorities are taken in any order, as long as one of them is valid") {
  TestFolder folder;
  const TestAuthority authority(folder);
  const std::string valid = ReadFile(authority.Issue("valid").cert);
  const std::string ended = ReadFile(authority.Issue("ended", "DNS:a", -1).cert);
  REQUIRE(ReadAuthorities(valid + ended, "f")->count == 2);
  REQUIRE(ReadAuthorities(ended + valid, "f")->count == 2);
  REQUIRE(ReadAuthorities(ended + ended + valid, "f")->count == 3);
  REQUIRE(ReadAuthorities(ended, "f").error().message.starts_with("\"f\": it expired on "));
  REQUIRE(ReadAuthorities(ended + ended, "f")
              .error()
              .message.ends_with(", and none of the 2 is valid now"));
  REQUIRE(ReadAuthorities("", "f").error().message == "\"f\": expected a certificate in PEM");
  // What a node shows is the first of its file.
  REQUIRE(ReadCertificates(valid + ended, "f"));
  REQUIRE_FALSE(ReadCertificates(ended + valid, "f"));
}

TEST_CASE("the end of a certificate is known, whether it is past or not") {
  TestFolder folder;
  const TestAuthority authority(folder);
  const std::string later = authority.Issue("later", "DNS:a", 30).cert;
  const std::string sooner = authority.Issue("sooner", "DNS:a", 1).cert;
  const std::string ended = authority.Issue("ended", "DNS:a", -1).cert;
  const auto ends = [](const std::string& cert) {
    return CertificateEnds({.cert = cert}).value_or(0);
  };
  REQUIRE(ends(ended) > 0);
  REQUIRE(ends(ended) < ends(sooner));
  REQUIRE(ends(later) - ends(sooner) > 28 * 86'400);
  REQUIRE_FALSE(CertificateEnds({}));
  REQUIRE_FALSE(CertificateEnds({.cert = folder.PathOf("nothing")}));
}

TEST_CASE(
    "copies stay as they are while files are broken or descriptors are gone, told once each") {
  TestFolder folder;
  const TestAuthority authority(folder);
  const auto [cert, key] = authority.Issue("node");
  auto copies = TlsCopies::Of({.cert = cert, .key = key, .ca = authority.cert()});
  REQUIRE(copies);
  const TlsFiles used = copies->copies();
  const std::string before = ReadFile(used.cert);
  REQUIRE(before == ReadFile(cert));
  REQUIRE(*copies->Follow() == false);

  authority.Issue("node");
  const std::string after = ReadFile(cert);
  std::optional<Result<bool>> looks[2];
  {
    const FewDescriptors none(0);  // UBSan needs one to judge an assertion, so none is in here
    for (auto& look : looks) look.emplace(copies->Follow());
  }
  REQUIRE(looks[0]->error().code == Code::kResourceExhausted);
  REQUIRE(*looks[1] == false);
  REQUIRE(ReadFile(used.cert) == before);
  {
    const FewDescriptors one(1);  // to read a file, not to copy one
    for (auto& look : looks) look.emplace(copies->Follow());
  }
  REQUIRE(ReadFile(used.cert) == before);

  REQUIRE(*copies->Follow() == true);
  REQUIRE(ReadFile(used.cert) == after);

  WriteFile(cert, after.substr(0, 100));
  REQUIRE(copies->Follow().error().message.starts_with("--tls-cert: \"" + cert + "\": "));
  REQUIRE(*copies->Follow() == false);
  REQUIRE(ReadFile(used.cert) == after);
  WriteFile(cert, after);
  REQUIRE(*copies->Follow() == false);
}

}  // namespace
}  // namespace ringlab
