#include "node/sql/trouble.h"

#include <soci/mysql/soci-mysql.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <algorithm>
#include <array>

namespace ringlab {

namespace {

SqlTrouble OfMysql(unsigned number) {
  switch (number) {
    case 1040:  // too many connections
    case 1053:  // server shutdown in progress
    case 1152:  // aborted connection
    case 1158:  // network errors, four of them
    case 1159:
    case 1160:
    case 1161:
    case 1203:  // the user has too many connections
    case 1226:
    case 1927:  // connection was killed
    case 2002:  // cannot connect
    case 2003:
    case 2005:
    case 2006:  // server has gone away
    case 2012:  // error in the handshake
    case 2013:  // lost connection
    case 2026:
    case 2055: return SqlTrouble::kAway;
    case 1044:  // no right to the database
    case 1045:  // wrong user or password
    case 1049:  // no such database
    case 1054:  // no such column
    case 1142:  // no right to the table
    case 1143:
    case 1146:  // no such table
    case 1251:  // authentication that the client does not know
    case 1698:
    case 2059: return SqlTrouble::kRefused;
    case 1205:  // lock wait
    case 1317:  // interrupted
    case 1969:  // max_statement_time
    case 3024: return SqlTrouble::kTimeout;
    case 1267:  // illegal mix of collations
    case 1292:  // truncated incorrect value
    case 1300:  // invalid character string
    case 1366:
    case 3854: return SqlTrouble::kBadKey;
    default: return SqlTrouble::kOther;
  }
}

SqlTrouble OfPostgresql(std::string_view state) {
  if (state.empty() || state.front() == ' ' || state.front() == '\0') return SqlTrouble::kAway;
  const auto is_in = [&](std::string_view classes) {
    return classes.find(state.substr(0, 2)) != std::string_view::npos;
  };
  if (state == "57014" || state == "55P03") return SqlTrouble::kTimeout;
  if (is_in("08 53 57 58")) return SqlTrouble::kAway;
  if (is_in("22")) return SqlTrouble::kBadKey;
  constexpr std::array<std::string_view, 4> kMissing{"42P01", "42703", "42501", "3F000"};
  const bool missing = std::ranges::find(kMissing, state) != kMissing.end();
  return missing || is_in("28 3D") ? SqlTrouble::kRefused : SqlTrouble::kOther;
}

SqlTrouble OfSqlite(int result) {
  switch (result & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_INTERRUPT: return SqlTrouble::kTimeout;
    case SQLITE_ERROR:  // what its parser finds: no such table, no such column
    case SQLITE_CANTOPEN:
    case SQLITE_NOTADB:
    case SQLITE_PERM:
    case SQLITE_AUTH: return SqlTrouble::kRefused;
    default: return SqlTrouble::kOther;
  }
}

}  // namespace

SqlTrouble TroubleOf(const std::exception& error) {
  if (const auto* mysql = dynamic_cast<const soci::mysql_soci_error*>(&error)) {
    return OfMysql(mysql->err_num_);
  }
  if (const auto* postgresql = dynamic_cast<const soci::postgresql_soci_error*>(&error)) {
    return OfPostgresql(postgresql->sqlstate());
  }
  if (const auto* sqlite = dynamic_cast<const soci::sqlite3_soci_error*>(&error)) {
    return OfSqlite(sqlite->result());
  }
  return SqlTrouble::kOther;
}

bool IsMissingName(const std::exception& error) {
  const auto* const postgresql = dynamic_cast<const soci::postgresql_soci_error*>(&error);
  return postgresql != nullptr &&
         (postgresql->sqlstate() == "42P01" || postgresql->sqlstate() == "42703");
}

namespace {

// What SOCI puts before a database's words, and that these are an error.
std::string WithoutSociWords(std::string_view text) {
  constexpr std::array<std::string_view, 11> kWords{
      "sqlite3_statement_backend::prepare:",
      "sqlite3_statement_backend::loadOne:",
      "sqlite3_statement_backend::loadRS:",
      "Cannot establish connection to the database.",
      "Cannot prepare statement.",
      "Cannot prepare statement in singlerow mode",
      "Cannot execute query.",
      "Cannot execute query in single-row mode",
      "Cannot execute prepared query in single-row mode",
      "Fatal error.",
      "ERROR:"};
  std::string_view rest = text;
  for (bool cut = true; cut;) {
    rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(" \n")));
    const auto* const word = std::ranges::find_if(
        kWords, [rest](std::string_view each) { return rest.starts_with(each); });
    cut = word != kWords.end();
    if (cut) rest.remove_prefix(word->size());
  }
  return std::string(rest.empty() ? text : rest);  // if it is all there is, better than nothing
}

}  // namespace

// SOCI appends to a back end's message what it was doing, the bound key included.
std::string MessageOf(const std::exception& error) {
  const auto* const soci = dynamic_cast<const soci::soci_error*>(&error);
  std::string text = soci != nullptr ? soci->get_error_message() : error.what();
  text.resize(std::min(text.size(), text.find("\nLINE ")));  // of our own statement
  text = WithoutSociWords(text);
  constexpr std::size_t kBytesMax = 500;
  text.resize(std::min(text.size(), kBytesMax));
  std::ranges::replace(text, '\n', ' ');
  while (text.ends_with(' ') || text.ends_with('.')) text.pop_back();
  return text;
}

std::string WithoutNames(std::string_view message) {
  constexpr std::string_view kOpening = " (@.:=,";  // before it: the quote of "can't" is none
  constexpr std::string_view kPort = "port ";
  constexpr std::string_view kDigits = "0123456789";
  std::string text;
  for (std::size_t at = 0; at < message.size(); ++at) {
    const char c = message[at];
    text += c;
    if (message.substr(at).starts_with(kPort)) {
      at += kPort.size() - 1;
      text += kPort.substr(1);
      const std::size_t end = message.find_first_not_of(kDigits, at + 1);
      if (end == at + 1) continue;
      text += "...";
      at = std::min(end, message.size()) - 1;
    }
    const bool opens = at == 0 || kOpening.find(message[at - 1]) != std::string_view::npos;
    if (!opens || (c != '\'' && c != '"' && c != '`')) continue;
    text += std::string("...") + c;
    at = message.find(c, at + 1);
    if (at == std::string_view::npos) break;
    // `"localhost" (127.0.0.1)`; but in `'127.0.0.1' (115)` it is an error's number.
    const std::string_view rest = message.substr(at + 1);
    const std::size_t end = rest.find(')');
    if (!rest.starts_with(" (") || end == std::string_view::npos) continue;
    const std::string_view inside = rest.substr(2, end - 2);
    if (inside.find(' ') != std::string_view::npos ||
        inside.find_first_not_of("-0123456789") == std::string_view::npos) {
      continue;
    }
    text += " (...)";
    at += end + 1;
  }
  return text;
}

}  // namespace ringlab
