// SqlSession: one connection to a database, and the one query that it is for, prepared.
//
// Blocks, and is one thread's at a time; Interrupt alone may come from any. What is wrong with the
// connection closes it, so whoever finds it closed opens it again.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/sync.h"
#include "core/item/value.h"
#include "node/sql/spec.h"

namespace soci {
class session;
}

namespace ringlab {

class SqlSession {
 public:
  // Who hears of errors: who runs the node, or whoever asks it for a key. These are told the kind
  // of the database and the reason, not where it is and as whom we speak to it.
  enum class Told : std::uint8_t { kOperator, kCaller };

  // The spec has its password (WithPassword), and must outlive the session.
  explicit SqlSession(const SqlSpec& spec, Told told = Told::kOperator);
  ~SqlSession();
  SqlSession(const SqlSession&) = delete;
  SqlSession& operator=(const SqlSession&) = delete;

  // Connects; Prepare also prepares the query. kUnavailable when the database cannot be reached,
  // kFailedPrecondition when it is there and says no: password, database, table, column; kInternal
  // for the rest, a lock that others hold for one. Then the session is closed. Errors name the
  // source, without its password, or its kind alone.
  Result<void> Connect();
  Result<void> Prepare();
  void Close();
  bool is_prepared() const;

  // Whether another file has taken the place of the one that is open, or it is gone: SQLite would
  // go on with that. False for other databases.
  bool is_replaced() const;

  // The value in the first row whose key is `key`, byte for byte, its column's text if it is no
  // text or bytes itself. kNotFound without such a row, when its value is NULL, or when the key's
  // column cannot have such a key. kUnavailable when the connection is gone, kInternal for the
  // rest. Prepared before.
  Result<Value> Find(std::string_view key);

  // For other statements; connected before. Throws what SOCI does, which the second turns into what
  // Connect returns.
  soci::session& soci();
  Error Translate(std::string_view doing, const std::exception& error);

  // Makes the query that is under way fail: a database that is there and says nothing would
  // otherwise hold it for ever. Without one, nothing or the next query fails.
  void Interrupt();

 private:
  struct Open;
  struct FileId {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;  // 0: there is none

    friend bool operator==(const FileId&, const FileId&) = default;
  };

  FileId FileNow() const;

  bool IsRowOf(std::string_view key) const;
  Result<Value> ValueOfRow(std::string_view key) const;
  unsigned TypeOf(int column) const;
  std::string Reason(const std::exception& error) const;
  Error NotFound(std::string_view key) const;

  const SqlSpec& spec_;
  const Told told_;
  const std::string shown_;  // the source, in errors
  std::unique_ptr<Open> open_;
  FileId file_;  // of SQLite, when it was opened
  Mutex line_mutex_;
  void* line_ RL_GUARDED_BY(line_mutex_) = nullptr;  // the back end's connection, for Interrupt
};

// `load "KEY"`, for errors: a key is as long as its caller likes, so not all of a long one.
std::string DoingLoad(std::string_view key);

}  // namespace ringlab
