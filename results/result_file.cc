#include "results/result_file.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iostream>
#include <iterator>

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 4> kTools{"loadgen", "sim", "bench", "gate"};

tl::unexpected<Error> Refuse(const std::string& name, const std::string& why) {
  return Fail(Code::kInvalidArgument, "\"" + name + "\": " + why);
}

}  // namespace

Result<Json> ParseResult(std::string_view text, const std::string& name) {
  Json json;
  try {
    json = Json::parse(text);
  } catch (const Json::exception& wrong) {  // the parser has no other way to say where
    return Refuse(name, std::string("no JSON: ") + wrong.what());
  }
  const auto version = json.is_object() ? json.find("schema_version") : json.end();
  if (!json.is_object() || version == json.end() || !version->is_number_integer()) {
    return Refuse(name, "no result of ours: expected an object with schema_version and tool");
  }
  if (*version > kSchemaVersion || *version < 1) {
    return Refuse(name, "schema_version " + version->dump() + "; this program reads up to " +
                            std::to_string(kSchemaVersion));
  }
  const auto tool = json.find("tool");
  if (tool == json.end() || !tool->is_string() ||
      std::ranges::find(kTools, tool->get_ref<const std::string&>()) == kTools.end()) {
    return Refuse(name, "tool: expected \"loadgen\", \"sim\", \"bench\" or \"gate\"");
  }
  return json;
}

Result<Json> ReadResult(const std::string& file) {
  if (file == "-") {
    return ParseResult(std::string(std::istreambuf_iterator<char>(std::cin), {}), "stdin");
  }
  std::ifstream in(file, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  if (!in) return Fail(Code::kNotFound, "\"" + file + "\": cannot be read");
  return ParseResult(text, file);
}

}  // namespace ringlab
