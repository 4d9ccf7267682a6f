// What --source and --source-fill take.
#include "core/check.h"
#include "node/source_spec.h"
#include "node/sql/source_url.h"
#include "node/sql/sql_dialect.h"
#include "tests/fuzz/target.h"

namespace ringlab {
namespace {

int TryOne(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = AsText(data, size);
  ParseSourceUrl(text);
  Redacted(text);
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
