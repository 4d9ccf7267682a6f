// gRPC's texts and messages from any bytes: messages do not depend on how they are cut, a timeout
// that is read can be written, and an escaped text comes back.
#include <string>
#include <string_view>
#include <vector>

#include "node/h2/calls/health_rows.h"
#include "node/h2/frames/message_reader.h"
#include "node/h2/frames/status.h"
#include "node/h2/frames/text.h"
#include "node/h2/frames/timeout.h"
#include "tests/fuzz/h2_plays.h"
#include "tests/fuzz/target.h"

using namespace ringlab;  // NOLINT(google-build-using-namespace): a test

namespace {

// What is read of a stream that comes in pieces of `step` bytes, and how it ends.
std::vector<std::string> Read(std::string_view stream, std::size_t step) {
  std::vector<std::string> read;
  MessageReader reader;
  for (; !stream.empty(); stream.remove_prefix(std::min(step, stream.size()))) {
    const std::string chunk(stream.substr(0, step));
    for (std::string_view rest = chunk; !rest.empty();) {
      const MessageReader::Step came = reader.Read(rest, 100);
      if (came == MessageReader::Step::kMessage) {
        read.emplace_back(reader.message());
      } else if (came != MessageReader::Step::kMore) {
        read.push_back("error " + std::to_string(static_cast<int>(came)));
        return read;
      }
    }
    reader.Keep();
  }
  if (!reader.at_boundary()) read.emplace_back("cut");
  return read;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = AsText(data, size);
  Demand(Read(text, 1) == Read(text, SIZE_MAX));
  Demand(Read(text, 3) == Read(text, 7));
  if (const auto timeout = ReadTimeout(text)) {
    Demand(timeout->count() >= 0);
    const auto again = ReadTimeout(TimeoutText(*timeout).view());
    Demand(again && *again >= *timeout);
  }
  Demand(DecodedMessageText(EncodedMessageText(text)) == text);
  Demand(DecodedMessageText(text).size() <= text.size());
  static_cast<void>(ReadStatus(text));
  static_cast<void>(ReadHealthRequest(text));
  return 0;
}
