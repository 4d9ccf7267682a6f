// A request's target and a form, as an HTTP client sends them.
#include "core/base/check.h"
#include "node/http/text.h"
#include "tests/fuzz/target.h"

namespace ringlab {
namespace {

int TryOne(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = AsText(data, size);
  const HttpTarget target = SplitTarget(text);
  RL_CHECK(target.path.size() + target.query.size() <= text.size() + 1);
  for (const Plus plus : {Plus::kPlus, Plus::kSpace}) {
    const auto bytes = Unescape(text, plus);
    if (bytes) RL_CHECK(Unescape(Escape(*bytes), plus) == bytes);
    RL_CHECK(Unescape(Escape(text), plus) == text);
  }
  if (const auto path = ParsePeerPath(text)) {
    const auto again = ParsePeerPath(Escape(path->group) + '/' + Escape(path->key));
    RL_CHECK(again.has_value() && again->group == path->group && again->key == path->key);
  }
  if (const auto form = ParseForm(text)) {
    RL_CHECK(form->size() <= kFormFieldsMax);
    std::string written;
    for (const auto& [name, value] : *form) written += Escape(name) + '=' + Escape(value) + '&';
    RL_CHECK(ParseForm(written) == form);
  }
  return 0;
}

}  // namespace
}  // namespace ringlab

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return ringlab::TryOne(data, size);
}
