#include "results/format/result_file.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 4> kTools{"loadgen", "sim", "bench", "gate"};

tl::unexpected<Error> Refuse(const std::string& name, const std::string& why) {
  return Fail(Code::kInvalidArgument, "\"" + name + "\": " + why);
}

// What the parser cannot know is wrong: a key that an object has twice, of which a reader would see
// one, and lists in lists without end.
class Strictness {
 public:
  // For nlohmann's parser. What is discarded after the first complaint does not matter.
  bool operator()(int depth, Json::parse_event_t event, const Json& parsed) {
    using Event = Json::parse_event_t;
    if (depth > kResultDepthMax) complaint_ = "lists and objects in each other without end";
    if (event == Event::object_start) keys_.emplace_back();
    if (event == Event::object_end && !keys_.empty()) keys_.pop_back();
    if (event == Event::key && !keys_.empty()) {
      const auto& key = parsed.get_ref<const std::string&>();
      if (!keys_.back().insert(key).second) complaint_ = "the key \"" + key + "\" comes twice";
    }
    return complaint_.empty();
  }
  const std::string& complaint() const { return complaint_; }

 private:
  std::vector<std::set<std::string>> keys_;  // of the objects around
  std::string complaint_;
};

// Whether the parser stopped at a bare NaN or Infinity, which some programs write.
bool StoppedAtNoNumber(std::string_view text, std::size_t byte) {
  const std::size_t begin = byte > 10 ? byte - 10 : 0;
  const std::string_view around = text.substr(std::min(begin, text.size()), 20);
  return around.find("NaN") != std::string_view::npos || around.find("nan") != around.npos ||
         around.find("Inf") != around.npos || around.find("inf") != around.npos;
}

std::string Explain(std::string_view text, const Json::parse_error& wrong) {
  const std::string where = " (byte " + std::to_string(wrong.byte) + ")";
  if (StoppedAtNoNumber(text, wrong.byte)) {
    return "no JSON: a bare NaN or Infinity" + where + "; a figure that is none is left out";
  }
  if (wrong.byte > text.size()) return "no JSON: it ends in the middle" + where;
  return std::string("no JSON: ") + wrong.what();
}

// At most kResultBytesMax and one more, so that too many show.
std::string ReadAll(std::istream& in) {
  std::string text;
  std::array<char, 1 << 16> piece{};
  while (in && text.size() <= kResultBytesMax) {
    in.read(piece.data(), piece.size());
    text.append(piece.data(), static_cast<std::size_t>(in.gcount()));
  }
  return text;
}

}  // namespace

Result<Json> ParseResult(std::string_view text, const std::string& name) {
  if (text.size() > kResultBytesMax)
    return Refuse(name, "more than 256 MiB, too long for a result");
  Json json;
  Strictness strictness;
  try {
    json = Json::parse(text, std::ref(strictness));
  } catch (const Json::parse_error& wrong) {  // the parser has no other way to say where
    if (strictness.complaint().empty()) return Refuse(name, Explain(text, wrong));
  } catch (const Json::exception& wrong) {  // a number beyond all numbers
    if (strictness.complaint().empty())
      return Refuse(name, std::string("no JSON: ") + wrong.what());
  }
  if (!strictness.complaint().empty()) return Refuse(name, strictness.complaint());
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
    return Refuse(name, R"(tool: expected "loadgen", "sim", "bench" or "gate")");
  }
  return json;
}

Result<Json> ReadResult(const std::string& file) {
  // A disk that fails in the middle is not a result that ends there.
  const auto read = [](std::istream& in, const std::string& name) -> Result<Json> {
    const std::string text = ReadAll(in);
    if (in.bad()) return Fail(Code::kNotFound, "\"" + name + "\": cannot be read");
    return ParseResult(text, name);
  };
  if (file == "-") return read(std::cin, "stdin");
  std::error_code ignored;
  std::ifstream in(file, std::ios::binary);
  if (!in || std::filesystem::is_directory(file, ignored)) {
    return Fail(Code::kNotFound, "\"" + file + "\": cannot be read");
  }
  return read(in, file);
}

}  // namespace ringlab
