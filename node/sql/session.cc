#include "node/sql/session.h"

#include <soci/mysql/soci-mysql.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <filesystem>
#include <optional>

#include "core/base/check.h"
#include "node/sql/dialect.h"
#include "node/sql/trouble.h"

namespace ringlab {

struct SqlSession::Open {
  soci::session session;
  std::string asked;  // bound to the query, as are the next four
  std::string value;
  std::string key;
  soci::indicator has_value = soci::i_ok;
  soci::indicator has_key = soci::i_ok;
  std::unique_ptr<soci::statement> query;  // ends before the session
};

namespace {

constexpr Oid kByteaOid = 17;  // of PostgreSQL's catalogue pg_type, which never changes them
constexpr Oid kBpcharOid = 1042;

const soci::backend_factory& BackendOf(Database database) {
  switch (database) {
    case Database::kSqlite: return soci::sqlite3;
    case Database::kMysql: return soci::mysql;
    case Database::kPostgresql: return soci::postgresql;
  }
  RL_CHECK_BECAUSE(false, "no such database");
  return soci::sqlite3;
}

void* LineOf(Database database, soci::session& session) {
  soci::details::session_backend* const backend = session.get_backend();
  switch (database) {
    case Database::kSqlite: return static_cast<soci::sqlite3_session_backend*>(backend)->conn_;
    case Database::kMysql: return static_cast<soci::mysql_session_backend*>(backend)->conn_;
    case Database::kPostgresql:
      return static_cast<soci::postgresql_session_backend*>(backend)->conn_;
  }
  return nullptr;
}

int HexValue(char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; }

// PostgreSQL's text of a bytea: "\x" and hexadecimal digits.
std::string FromBytea(std::string_view text) {
  std::string bytes;
  for (std::size_t at = 2; at + 1 < text.size(); at += 2) {
    bytes += static_cast<char>(HexValue(text[at]) * 16 + HexValue(text[at + 1]));
  }
  return bytes;
}

// A value or key as PostgreSQL's text for it says, by its type.
std::string FromText(std::string text, Oid type) {
  if (type == kByteaOid) return FromBytea(text);
  // CHAR(n) is padded with blanks that mean nothing.
  if (type == kBpcharOid) text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

// PostgreSQL folds names without quotes to lower case; we quote, so as to take any.
std::string CaseHint(const SqlSpec& spec, const std::exception& error, const std::string& message) {
  if (!IsMissingName(error)) return "";
  for (const auto& [parameter, name] : {std::pair("table", spec.table), std::pair("key", spec.key),
                                        std::pair("value", spec.value)}) {
    std::string folded = name;
    for (char& c : folded) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (folded == name || message.find("\"" + name + "\"") == std::string::npos) continue;
    return std::string(" (PostgreSQL: names made without quotes are in lower case: ?") + parameter +
           "=" + folded + ")";
  }
  return "";
}

}  // namespace

SqlSession::SqlSession(const SqlSpec& spec, Told told)
    : spec_(spec),
      told_(told),
      shown_(told == Told::kCaller ? DatabaseName(spec.database) : ShownSpec(spec)) {}

SqlSession::~SqlSession() { Close(); }

Result<void> SqlSession::Connect() {
  Close();
  const std::string doing = "connect to " + shown_;
  // SQLite would make an empty file; a misspelt name is better told.
  std::error_code ignored;
  if (spec_.database == Database::kSqlite && !std::filesystem::exists(spec_.file, ignored)) {
    return Fail(Code::kFailedPrecondition, doing + ": there is no such file");
  }
  const std::string text = ConnectText(spec_);
  file_ = FileNow();
  try {
    auto open = std::make_unique<Open>();
    open->session.open(BackendOf(spec_.database), text);
    open_ = std::move(open);
    MutexLock lock(line_mutex_);
    line_ = LineOf(spec_.database, open_->session);
    return {};
  } catch (const std::exception& error) {
    SqlTrouble trouble = TroubleOf(error);
    // libpq tells no SQLSTATE of a connection that it did not get; but whether anybody is there.
    if (spec_.database == Database::kPostgresql) {
      trouble = PQping(text.c_str()) == PQPING_OK ? SqlTrouble::kRefused : SqlTrouble::kAway;
    }
    return Fail(trouble == SqlTrouble::kAway ? Code::kUnavailable : Code::kFailedPrecondition,
                doing + ": " + Reason(error));
  }
}

Result<void> SqlSession::Prepare() {
  if (auto connected = Connect(); !connected) return connected;
  try {
    const TimeoutTexts texts = TimeoutTextsOf(spec_);
    if (!texts.first.empty()) {
      try {
        open_->session << texts.first;
      } catch (const soci::soci_error&) {
        open_->session << texts.second;
      }
    }
    Open& o = *open_;
    o.query = std::make_unique<soci::statement>(
        (o.session.prepare << SelectText(spec_), soci::into(o.value, o.has_value),
         soci::into(o.key, o.has_key), soci::use(o.asked, "key")));
    // MySQL's back end prepares nothing by itself: only a query tells of a missing table.
    if (spec_.database == Database::kMysql) o.query->execute(true);
    return {};
  } catch (const std::exception& error) {
    Error translated = Translate("read from " + shown_, error);
    Close();  // after a timeout too: half a session answers nothing
    return tl::unexpected<Error>(std::move(translated));
  }
}

bool SqlSession::is_prepared() const { return open_ != nullptr && open_->query != nullptr; }

SqlSession::FileId SqlSession::FileNow() const {
  struct stat file{};
  if (spec_.database != Database::kSqlite || stat(spec_.file.c_str(), &file) != 0) return {};
  return {.device = file.st_dev, .inode = file.st_ino};
}

bool SqlSession::is_replaced() const {
  return spec_.database == Database::kSqlite && FileNow() != file_;
}

void SqlSession::Close() {
  {
    MutexLock lock(line_mutex_);
    line_ = nullptr;
  }
  open_.reset();
}

Result<Value> SqlSession::Find(std::string_view key) {
  RL_CHECK_BECAUSE(is_prepared(), "a query of a session that was not prepared");
  // A text of PostgreSQL has no NUL, and libpq would take the key to end there.
  const bool has_nul = key.find('\0') != std::string_view::npos;
  if (has_nul && spec_.database == Database::kPostgresql) {
    return tl::unexpected<Error>(NotFound(key));
  }
  open_->asked = key;
  try {
    std::optional<Result<Value>> found;
    // To the last row, so that nothing of the query is left, no lock either.
    for (bool more = open_->query->execute(true); more; more = open_->query->fetch()) {
      if (!found && IsRowOf(key)) found = ValueOfRow(key);
    }
    if (!found) return tl::unexpected<Error>(NotFound(key));
    return *std::move(found);
  } catch (const std::exception& error) {
    if (TroubleOf(error) == SqlTrouble::kBadKey) return tl::unexpected<Error>(NotFound(key));
    return tl::unexpected<Error>(Translate(DoingLoad(key) + " from " + shown_, error));
  }
}

// The type of a column of the row at hand, where text does not say all: of PostgreSQL.
unsigned SqlSession::TypeOf(int column) const {
  if (spec_.database != Database::kPostgresql) return 0;
  const PGresult* const result =
      static_cast<soci::postgresql_statement_backend*>(open_->query->get_backend())->result_;
  return PQftype(result, column);
}

bool SqlSession::IsRowOf(std::string_view key) const {
  return open_->has_key == soci::i_ok && FromText(open_->key, TypeOf(1)) == key;
}

Result<Value> SqlSession::ValueOfRow(std::string_view key) const {
  if (open_->has_value != soci::i_ok) {
    Error error = NotFound(key);
    error.message += ": its " + spec_.value + " is NULL";
    return tl::unexpected<Error>(std::move(error));
  }
  if (TypeOf(0) == kByteaOid) return Value::Copy(FromBytea(open_->value));
  return Value::Copy(open_->value);
}

Error SqlSession::NotFound(std::string_view key) const {
  constexpr std::string_view kPlace = "{key}";
  std::string message = spec_.not_found;
  if (const std::size_t at = message.find(kPlace); at != std::string::npos) {
    message.replace(at, kPlace.size(), key);
  }
  return {Code::kNotFound, std::move(message)};
}

soci::session& SqlSession::soci() {
  RL_CHECK(open_ != nullptr);
  return open_->session;
}

// After any trouble but a query that took too long the connection is not trusted: a new one costs
// milliseconds, and knows of a table that was made again.
Error SqlSession::Translate(std::string_view doing, const std::exception& error) {
  const SqlTrouble trouble = TroubleOf(error);
  const std::string message = std::string(doing) + ": " + Reason(error);
  if (trouble == SqlTrouble::kTimeout) {
    return {Code::kInternal, message + " (timeout=" + FormatDuration(spec_.timeout) + ")"};
  }
  Close();
  switch (trouble) {
    case SqlTrouble::kAway: return {Code::kUnavailable, message};
    case SqlTrouble::kRefused: return {Code::kFailedPrecondition, message};
    default: return {Code::kInternal, message};
  }
}

std::string SqlSession::Reason(const std::exception& error) const {
  const std::string said = MessageOf(error);
  if (told_ == Told::kCaller) return WithoutNames(said);
  return said + CaseHint(spec_, error, said);
}

std::string DoingLoad(std::string_view key) {
  constexpr std::size_t kShownBytes = 100;
  const bool cut = key.size() > kShownBytes;
  return "load \"" + std::string(key.substr(0, kShownBytes)) + (cut ? "...\"" : "\"");
}

void SqlSession::Interrupt() {
  MutexLock lock(line_mutex_);
  if (line_ == nullptr) return;
  switch (spec_.database) {
    case Database::kSqlite: sqlite3_interrupt(static_cast<sqlite_api::sqlite3*>(line_)); break;
    // The socket ends, not the descriptor: that is the query's thread's to close.
    case Database::kMysql: shutdown(mysql_get_socket(static_cast<MYSQL*>(line_)), SHUT_RDWR); break;
    case Database::kPostgresql: shutdown(PQsocket(static_cast<PGconn*>(line_)), SHUT_RDWR); break;
  }
}

}  // namespace ringlab
