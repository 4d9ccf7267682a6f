// A stored result: read, checked, and shown in every way if it is sound.
#include <nlohmann/json.hpp>
#include <string>

#include "core/base/check.h"
#include "results/format/report_formats.h"
#include "results/format/result_file.h"
#include "results/format/result_text.h"
#include "results/format/schema.h"
#include "tests/fuzz/target.h"

namespace ringlab {
namespace {

int TryOne(const std::uint8_t* data, std::size_t size) {
  const auto result = ParseResult(AsText(data, size), "input");
  if (!result) return 0;
  const auto complaints = ComplaintsAbout(*result);
  RL_CHECK(complaints.size() <= kComplaintsMax);
  if (!complaints.empty()) return 0;
  RL_CHECK(!TextOfAny(*result).empty());
  for (const std::string_view format : ReportFormats()) {
    const auto text = FormatResult(*result, format, "response");
    RL_CHECK(text.has_value() || !text.error().message.empty());
  }
  return 0;
}

}  // namespace
}  // namespace ringlab

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return ringlab::TryOne(data, size);
}
