#include "node/sql/spec.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <utility>

#include "node/sql/source_url.h"

namespace ringlab {

namespace {

constexpr std::array<std::pair<std::string_view, Database>, 4> kSchemes{
    {{"sqlite", Database::kSqlite},
     {"mysql", Database::kMysql},
     {"postgresql", Database::kPostgresql},
     {"postgres", Database::kPostgresql}}};

tl::unexpected<Error> Refuse(std::string_view name, std::string_view value,
                             std::string_view accepted) {
  return Fail(Code::kInvalidArgument, std::string(name) + "=\"" + std::string(value) +
                                          "\": expected " + std::string(accepted));
}

bool IsIdentifier(std::string_view text) {
  constexpr std::size_t kSizeMax = 63;  // PostgreSQL's, the shortest of the three
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  if (text.empty() || text.size() > kSizeMax || !is_letter(text.front())) return false;
  return std::ranges::all_of(text, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

Result<void> TakeName(std::string_view name, const std::string& value, std::string& field) {
  const auto [first, second] = SplitOnce(value, '.');
  const bool has_schema = name == "table" && value.find('.') != std::string::npos;
  if (!IsIdentifier(first) || (has_schema && !IsIdentifier(second))) {
    return Refuse(name, value,
                  name == "table" ? "letters, digits and underscores, or SCHEMA.TABLE of such"
                                  : "letters, digits and underscores");
  }
  if (!has_schema && first.size() < value.size()) {
    return Refuse(name, value, "letters, digits and underscores");
  }
  field = value;
  return {};
}

Result<void> TakeCount(std::string_view name, const std::string& value, std::uint64_t most,
                       std::uint64_t& field) {
  const auto count = ParseCount(value);
  if (!count || *count == 0 || *count > most) {
    return Refuse(name, value, "a whole number from 1 to " + std::to_string(most));
  }
  field = *count;
  return {};
}

Result<void> TakeTimeout(const std::string& value, Duration& field) {
  const auto timeout = ParseDuration(value);
  if (!timeout || *timeout < std::chrono::milliseconds(1) || *timeout > std::chrono::hours(1)) {
    return Refuse("timeout", value, "a duration from 1ms to 1h, such as 2s");
  }
  field = *timeout;
  return {};
}

Result<void> TakeParameter(std::string_view name, const std::string& value, SqlSpec& spec) {
  if (name == "table") return TakeName(name, value, spec.table);
  if (name == "key") return TakeName(name, value, spec.key);
  if (name == "value") return TakeName(name, value, spec.value);
  if (name == "threads") return TakeCount(name, value, kSqlThreadsMax, spec.threads);
  if (name == "queue") return TakeCount(name, value, kSqlQueueMax, spec.queue);
  if (name == "timeout") return TakeTimeout(value, spec.timeout);
  if (name == "not-found") {
    spec.not_found = value;
    return {};
  }
  if (name == "password-file" && spec.database != Database::kSqlite) {
    spec.password_file = value;
    return {};
  }
  return Fail(Code::kInvalidArgument,
              "parameter \"" + std::string(name) +
                  "\": expected table=, key=, value=, threads=, queue=, timeout=, not-found=" +
                  (spec.database == Database::kSqlite ? "" : ", password-file="));
}

Result<void> TakeServer(const SourceUrl& url, SqlSpec& spec) {
  if (url.user.empty() || url.host.empty() || url.path.empty() ||
      url.path.find('/') != std::string::npos) {
    return Fail(Code::kInvalidArgument,
                "expected " + std::string(DatabaseName(spec.database)) +
                    "://USER[:PASSWORD]@HOST[:PORT]/DATABASE?table=TABLE&key=COLUMN&value=COLUMN");
  }
  spec.user = url.user;
  spec.password = url.password.value_or("");
  spec.host = url.host == "localhost" ? "127.0.0.1" : url.host;
  spec.port = url.port.value_or(0);
  spec.name = url.path;
  return {};
}

// A quote would end the name in the connection string, and there is no way to write it there. What
// looks like a login is none, and would be shown.
Result<void> TakeFile(std::string_view rest, const SourceUrl& url, SqlSpec& spec) {
  const std::size_t at = rest.rfind('@');
  const bool has_login = at != std::string_view::npos && rest.find(':') < at;
  if (rest.starts_with("//") || url.path.empty() || url.path.find('"') != std::string::npos ||
      has_login) {
    return Fail(Code::kInvalidArgument,
                "expected sqlite:FILE?table=TABLE&key=COLUMN&value=COLUMN, with a file name "
                "without quotes; a : before an @ is written %3A");
  }
  spec.file = url.path;
  return {};
}

std::string ExactText(Duration time) {
  const auto in = [&](Duration unit) { return std::to_string(time / unit); };
  if (time % std::chrono::seconds(1) == Duration::zero()) return in(std::chrono::seconds(1)) + "s";
  if (time % std::chrono::milliseconds(1) != Duration::zero()) return in(Duration(1)) + "ns";
  return in(std::chrono::milliseconds(1)) + "ms";
}

}  // namespace

std::string_view DatabaseName(Database database) {
  return kSchemes.at(static_cast<std::size_t>(database)).first;
}

bool IsSqlText(std::string_view text) {
  return std::ranges::any_of(kSchemes, [scheme = SplitOnce(text, ':').first](const auto& known) {
    return known.first == scheme;
  });
}

Result<SqlSpec> ParseSqlSpec(std::string_view text) {
  const auto complain = [&](const std::string& why) {
    return Fail(Code::kInvalidArgument, "\"" + Redacted(text) + "\": " + why);
  };
  const auto [scheme, rest] = SplitOnce(text, ':');
  const auto* const known =
      std::ranges::find_if(kSchemes, [&, s = scheme](const auto& each) { return each.first == s; });
  if (known == kSchemes.end()) return complain("expected sqlite:, mysql:// or postgresql://");
  const auto url = ParseSourceUrl(rest);
  if (!url) return complain(url.error().message);
  SqlSpec spec{.database = known->second};
  const auto placed =
      spec.database == Database::kSqlite ? TakeFile(rest, *url, spec) : TakeServer(*url, spec);
  if (!placed) return complain(placed.error().message);
  for (const auto& [name, value] : url->parameters) {
    if (const auto taken = TakeParameter(name, value, spec); !taken) {
      return complain(taken.error().message);
    }
  }
  return spec;
}

std::string ShownSpec(const SqlSpec& spec) {
  std::string text(DatabaseName(spec.database));
  if (spec.database == Database::kSqlite) {
    std::string_view separator = ":";
    for (const std::string_view part : SplitAt(spec.file, '/')) {
      text += std::string(std::exchange(separator, "/")) + PercentEncoded(part);
    }
  } else {
    const bool is_v6 = spec.host.find(':') != std::string::npos &&
                       spec.host.find_first_not_of("0123456789abcdefABCDEF:.") == std::string::npos;
    text += "://" + PercentEncoded(spec.user) + "@" +
            (is_v6 ? "[" + spec.host + "]" : PercentEncoded(spec.host));
    if (spec.port != 0) text += ":" + std::to_string(spec.port);
    text += "/" + PercentEncoded(spec.name);
  }
  const SqlSpec defaults;
  char separator = '?';
  const auto add = [&](std::string_view name, const std::string& value, const auto& usual) {
    if (value == usual) return;
    text += std::exchange(separator, '&');
    text += std::string(name) + "=" + PercentEncoded(value);
  };
  add("table", spec.table, defaults.table);
  add("key", spec.key, defaults.key);
  add("value", spec.value, defaults.value);
  add("threads", std::to_string(spec.threads), std::to_string(defaults.threads));
  add("queue", std::to_string(spec.queue), std::to_string(defaults.queue));
  add("timeout", ExactText(spec.timeout), ExactText(defaults.timeout));
  add("not-found", spec.not_found, defaults.not_found);
  add("password-file", spec.password_file, defaults.password_file);
  return text;
}

Result<SqlSpec> WithPassword(SqlSpec spec) {
  if (spec.database == Database::kSqlite || !spec.password.empty()) return spec;
  if (!spec.password_file.empty()) {
    std::ifstream file(spec.password_file);
    if (!std::getline(file, spec.password)) {
      return Fail(Code::kInvalidArgument,
                  "password-file=\"" + spec.password_file +
                      "\": cannot be read; expected a file whose first line is the password");
    }
    if (spec.password.ends_with('\r')) spec.password.pop_back();
    return spec;
  }
  const char* const own = spec.database == Database::kMysql ? "MYSQL_PWD" : "PGPASSWORD";
  for (const char* const variable : {kPasswordVariable, own}) {
    if (const char* const value = std::getenv(variable); value != nullptr) {
      spec.password = value;
      return spec;
    }
  }
  return spec;
}

}  // namespace ringlab
