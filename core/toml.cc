#include "core/toml.h"

#include <map>
#include <utility>

#include "core/parse.h"

namespace ringlab {

namespace {

constexpr const char* kAccepted =
    "expected a \"text\", a number, true or false, or a [list] of these";

bool IsKeyByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

// What a backslash and this stand for, or '\0'.
char Unescaped(char c) {
  switch (c) {
    case '"':
    case '\\': return c;
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return '\0';
  }
}

class TomlReader {
 public:
  explicit TomlReader(std::string_view text) : text_(text) {}

  Result<std::vector<TomlEntry>> ReadAll() {
    std::vector<TomlEntry> entries;
    std::map<std::string, std::size_t> lines;
    for (SkipBlank(); !AtEnd(); SkipBlank()) {
      TomlEntry entry;
      if (auto read = ReadEntry(entry); !read) return tl::unexpected<Error>(read.error());
      const auto [first, is_new] = lines.try_emplace(entry.key, entry.line);
      if (!is_new) {
        return Fail(Code::kInvalidArgument, "line " + std::to_string(entry.line) + ": " +
                                                entry.key + " comes twice, first in line " +
                                                std::to_string(first->second) +
                                                "; expected each key once");
      }
      entries.push_back(std::move(entry));
    }
    return entries;
  }

 private:
  bool AtEnd() const { return at_ == text_.size(); }
  char Next() const { return AtEnd() ? '\n' : text_[at_]; }
  bool Take(char c) {
    if (AtEnd() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void SkipSpaces() {
    while (!AtEnd() && (Next() == ' ' || Next() == '\t' || Next() == '\r')) ++at_;
  }

  void SkipComment() {
    if (Next() != '#') return;
    while (Next() != '\n') ++at_;
  }

  // Spaces, comments and ends of lines.
  void SkipBlank() {
    for (SkipSpaces(), SkipComment(); Take('\n'); SkipSpaces(), SkipComment()) ++line_;
  }

  tl::unexpected<Error> Refuse(const std::string& key, const std::string& why) const {
    return Fail(Code::kInvalidArgument,
                "line " + std::to_string(line_) + (key.empty() ? "" : ": " + key) + ": " + why);
  }

  Result<void> ReadEntry(TomlEntry& entry) {
    entry.line = line_;
    if (Next() == '[') return Refuse("", "a [section]; expected lines of KEY = VALUE alone");
    while (!AtEnd() && IsKeyByte(Next())) entry.key += text_[at_++];
    SkipSpaces();
    if (entry.key.empty() || !Take('=')) return Refuse(entry.key, "expected KEY = VALUE");
    SkipSpaces();
    auto read = Take('[') ? ReadList(entry) : ReadValue(entry);
    if (!read) return read;
    SkipSpaces();
    SkipComment();
    if (Next() == '\n') return {};
    return Refuse(entry.key, "something follows its value; expected one value a line");
  }

  Result<void> ReadList(TomlEntry& entry) {
    for (SkipBlank(); !Take(']'); SkipBlank()) {
      if (auto read = ReadValue(entry); !read) return read;
      SkipBlank();
      if (!Take(',') && Next() != ']') {
        return Refuse(entry.key, "expected a comma or ] after a value of its list");
      }
    }
    return {};
  }

  Result<void> ReadValue(TomlEntry& entry) {
    std::string value;
    const bool is_text = Next() == '"' || Next() == '\'';
    auto read = is_text ? ReadText(entry.key, value) : ReadBare(entry.key, value);
    if (read) entry.values.push_back(std::move(value));
    return read;
  }

  Result<void> ReadText(const std::string& key, std::string& value) {
    const char quote = text_[at_++];
    while (!Take(quote)) {
      if (Next() == '\n') return Refuse(key, "expected its text to end with a quote, in its line");
      char c = text_[at_++];
      if (quote == '"' && c == '\\') {
        c = Unescaped(Next());
        if (c == '\0') return Refuse(key, R"(expected ", \, n, r or t after a backslash)");
        ++at_;
      }
      value += c;
    }
    return {};
  }

  Result<void> ReadBare(const std::string& key, std::string& value) {
    while (IsKeyByte(Next()) || Next() == '.' || Next() == '+') value += text_[at_++];
    if (value == "true" || value == "false" || ParseNumber(value)) return {};
    return Refuse(key, kAccepted);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

}  // namespace

Result<std::vector<TomlEntry>> ParseToml(std::string_view text) {
  return TomlReader(text).ReadAll();
}

}  // namespace ringlab
