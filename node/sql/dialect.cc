#include "node/sql/dialect.h"

#include <chrono>

namespace ringlab {

namespace {

// Checked by ParseSqlSpec to be without quotes; quoted all the same, for names such as "order".
// SQLite takes what is in double quotes and is no column for a text.
std::string Quoted(Database database, std::string_view identifier) {
  const char quote = database == Database::kPostgresql ? '"' : '`';
  const auto [first, second] = SplitOnce(identifier, '.');
  std::string text = quote + std::string(first) + quote;
  if (!second.empty()) text += "." + (quote + std::string(second) + quote);
  return text;
}

std::string TableOf(const SqlSpec& spec) { return Quoted(spec.database, spec.table); }
std::string KeyOf(const SqlSpec& spec) { return Quoted(spec.database, spec.key); }
std::string ValueOf(const SqlSpec& spec) { return Quoted(spec.database, spec.value); }

// In single quotes, as both SOCI's MySQL back end and libpq read them.
std::string InQuotes(std::string_view value) {
  std::string text = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') text += '\\';
    text += c;
  }
  return text + "'";
}

std::string Milliseconds(Duration time) {
  return std::to_string(std::chrono::ceil<std::chrono::milliseconds>(time).count());
}

std::string WholeSeconds(Duration time) {
  return std::to_string(std::chrono::ceil<std::chrono::seconds>(time).count());
}

std::string ServerText(const SqlSpec& spec) {
  std::string text = " host=" + InQuotes(spec.host) + " user=" + InQuotes(spec.user) +
                     " dbname=" + InQuotes(spec.name) +
                     " connect_timeout=" + WholeSeconds(spec.timeout);
  if (spec.port != 0) text += " port=" + std::to_string(spec.port);
  if (!spec.password.empty()) text += " password=" + InQuotes(spec.password);
  return text;
}

}  // namespace

std::string ConnectText(const SqlSpec& spec) {
  switch (spec.database) {
    case Database::kSqlite:
      return "dbname=\"" + spec.file + "\" timeout=" + WholeSeconds(spec.timeout);
    case Database::kMysql:
      return "charset=utf8mb4 read_timeout=" + WholeSeconds(spec.timeout) +
             " write_timeout=" + WholeSeconds(spec.timeout) + ServerText(spec);
    case Database::kPostgresql:
      return "application_name=ringlab client_encoding=UTF8 options=" +
             InQuotes("-c statement_timeout=" + Milliseconds(spec.timeout) +
                      " -c bytea_output=hex") +
             ServerText(spec);
  }
  return "";
}

TimeoutTexts TimeoutTextsOf(const SqlSpec& spec) {
  if (spec.database != Database::kMysql) return {};  // theirs is in the connection string
  const double seconds = std::chrono::duration<double>(spec.timeout).count();
  return {.first = "SET SESSION max_statement_time=" + std::to_string(seconds),
          .second = "SET SESSION max_execution_time=" + Milliseconds(spec.timeout)};
}

std::string SelectText(const SqlSpec& spec) {
  return "SELECT " + ValueOf(spec) + ", " + KeyOf(spec) + " FROM " + TableOf(spec) + " WHERE " +
         KeyOf(spec) + " = :key LIMIT " + std::to_string(kCandidatesMax);
}

std::string CreateText(const SqlSpec& spec, bool binary) {
  const char* key = "TEXT";
  const char* value = binary ? "BLOB" : "TEXT";
  if (spec.database == Database::kMysql) {
    key = "VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";
    value = binary ? "LONGBLOB" : "VARCHAR(255) CHARACTER SET utf8mb4";
  } else if (spec.database == Database::kPostgresql) {
    key = "VARCHAR(255)";
    value = binary ? "BYTEA" : "VARCHAR(255)";
  }
  return "CREATE TABLE IF NOT EXISTS " + TableOf(spec) + " (" + KeyOf(spec) + " " + key +
         " PRIMARY KEY NOT NULL, " + ValueOf(spec) + " " + value + ")";
}

std::string CountText(const SqlSpec& spec) { return "SELECT COUNT(*) FROM " + TableOf(spec); }

std::string UpsertText(const SqlSpec& spec, std::size_t rows, bool binary) {
  const auto value = [&](const std::string& bound) {
    if (!binary) return bound;
    switch (spec.database) {
      case Database::kSqlite: return "CAST(" + bound + " AS BLOB)";
      case Database::kMysql: return "UNHEX(" + bound + ")";
      case Database::kPostgresql: return "decode(" + bound + ", 'hex')";
    }
    return bound;
  };
  std::string text =
      "INSERT INTO " + TableOf(spec) + " (" + KeyOf(spec) + ", " + ValueOf(spec) + ") VALUES ";
  for (std::size_t row = 0; row < rows; ++row) {
    const std::string number = std::to_string(row);
    text += (row == 0 ? "(:k" : ", (:k") + number + " , " + value(":v" + number + " ") + ")";
  }
  if (spec.database == Database::kMysql) {
    return text + " ON DUPLICATE KEY UPDATE " + ValueOf(spec) + " = VALUES(" + ValueOf(spec) + ")";
  }
  return text + " ON CONFLICT (" + KeyOf(spec) + ") DO UPDATE SET " + ValueOf(spec) +
         " = excluded." + ValueOf(spec);
}

std::string BoundBytes(const SqlSpec& spec, std::string_view bytes) {
  if (spec.database == Database::kSqlite) return std::string(bytes);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += {kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return text;
}

LockTexts LockTextsOf(const SqlSpec& spec) {
  switch (spec.database) {
    case Database::kSqlite: return {};
    case Database::kMysql:
      return {.take = "SELECT GET_LOCK('ringlab fill', 600)",
              .give = "SELECT RELEASE_LOCK('ringlab fill')"};
    case Database::kPostgresql:  // the number is "ringlab" in ASCII
      return {.take = "SELECT 1 FROM (SELECT pg_advisory_lock(32203657046876514)) AS lock",
              .give = "SELECT 1 FROM (SELECT pg_advisory_unlock(32203657046876514)) AS lock"};
  }
  return {};
}

}  // namespace ringlab
