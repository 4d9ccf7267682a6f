// What --source and --source-fill take.
#include <string>

#include "core/base/check.h"
#include "node/sql/dialect.h"
#include "node/sql/source_spec.h"
#include "node/sql/source_url.h"
#include "tests/fuzz/target.h"

namespace ringlab {
namespace {

// Whatever stands where a password does, nothing tells of it.
void TryAsPassword(std::string_view text) {
  constexpr std::string_view kCore = "hUnT7eR";
  if (text.find(kCore) != std::string_view::npos) return;  // it would stand elsewhere too
  const std::string bytes(text);
  for (const char* const scheme : {"mysql://", "postgresql:/", "mysql//", "sqlite:", "oracle://"}) {
    for (const std::string& end : {std::string("@h/d"), "@h/d?" + bytes, "@h:" + bytes}) {
      const std::string whole =
          std::string(scheme) + "tom:" + bytes + std::string(kCore) + bytes + end;
      RL_CHECK(Redacted(whole).find(kCore) == std::string::npos);
      const auto spec = ParseSqlSpec(whole);
      const std::string told = spec ? ShownSpec(*spec) : spec.error().message;
      RL_CHECK_BECAUSE(told.find(kCore) == std::string::npos, "no text tells a password");
    }
  }
}

int TryOne(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = AsText(data, size);
  ParseSourceUrl(text);
  Redacted(text);
  TryAsPassword(text);
  if (const auto fill = ParseSqlFill(text)) RL_CHECK(fill->is_demo() == (fill->keys == 0));
  auto spec = ParseSqlSpec(text);
  if (!spec) return 0;
  // The text of a spec is its own, but for the password, which it does not have.
  spec->password.clear();
  const auto again = ParseSqlSpec(ShownSpec(*spec));
  RL_CHECK_BECAUSE(again.has_value(), "what is shown can be read");
  RL_CHECK(*again == *spec);
  RL_CHECK(SelectText(*spec).find(":key") != std::string::npos);
  RL_CHECK(!ConnectText(*spec).empty());
  return 0;
}

}  // namespace
}  // namespace ringlab

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return ringlab::TryOne(data, size);
}
