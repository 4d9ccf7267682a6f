// SqlSpec: which rows of which database are a node's origin.
//
//   sqlite:FILE?table=T&key=K&value=V
//   mysql://USER[:PASSWORD]@HOST[:PORT]/DATABASE?…        MySQL or MariaDB, over TCP
//   postgresql://USER[:PASSWORD]@HOST[:PORT]/DATABASE?…
//
// A table or column is a plain identifier, letters, digits and underscores, a table with a schema
// before it if need be; quoted as the database wants it, so its case counts. Plain data.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/parse.h"
#include "core/base/result.h"

namespace ringlab {

enum class Database : std::uint8_t { kSqlite, kMysql, kPostgresql };

struct SqlSpec {
  Database database = Database::kSqlite;
  std::string file = {};           // of SQLite; the next five of the others
  std::string host = "127.0.0.1";  // "localhost" is this too: no socket in the file system
  std::uint16_t port = 0;          // 0: the database's own
  std::string user = {};
  std::string password = {};
  std::string name = {};  // of the database

  std::string password_file = {};  // its first line is the password
  std::string table = "Student";   // that of the reference systems: Student(name, score)
  std::string key = "name";        // column
  std::string value = "score";     // column
  std::uint64_t threads = 4;       // and so sessions
  std::uint64_t queue = 1024;      // loads that may wait for a thread
  Duration timeout = std::chrono::seconds(2);  // of a query, and of connecting

  // What a key without a row is told; {key} stands for the key.
  std::string not_found = "{key} not exist";

  friend bool operator==(const SqlSpec&, const SqlSpec&) = default;
};

inline constexpr std::uint64_t kSqlThreadsMax = 64;
inline constexpr std::uint64_t kSqlQueueMax = 1'000'000;

// "sqlite", "mysql", "postgresql".
std::string_view DatabaseName(Database database);

// True when a source's text starts as one of the three does.
bool IsSqlText(std::string_view text);

// No error shows a password.
Result<SqlSpec> ParseSqlSpec(std::string_view text);

// As ParseSqlSpec takes it, without the password: for logs, results and command lines. Defaults are
// left out.
std::string ShownSpec(const SqlSpec& spec);

// Finds the password of a spec that has none: in its password_file, else in one of the environment
// variables RINGLAB_SOURCE_PASSWORD and then MYSQL_PWD or PGPASSWORD. Reads files; the error is
// that of one that cannot be read.
Result<SqlSpec> WithPassword(SqlSpec spec);
inline constexpr const char* kPasswordVariable = "RINGLAB_SOURCE_PASSWORD";

}  // namespace ringlab
