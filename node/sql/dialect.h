// What SQL looks like in each of the databases: identifiers, connection strings, the statements
// that we use. Pure. Values are always bound (":key"), never part of a text.
#pragma once

#include <cstddef>
#include <string>

#include "node/sql/spec.h"

namespace ringlab {

// What SOCI opens a session with. It has the password: never to be shown.
std::string ConnectText(const SqlSpec& spec);

// What a new session is told first, so that it gives up a query that takes longer than the spec's
// timeout. MariaDB's and MySQL's settings have different names: the second is for when the first is
// refused. Empty for none.
struct TimeoutTexts {
  std::string first;
  std::string second;
};
TimeoutTexts TimeoutTextsOf(const SqlSpec& spec);

// The value and the key of rows whose key the database takes for ":key". It may be generous: by the
// column's collation 'TOM' is 'Tom', and compared with a number 'abc' is 0. So the key comes back
// too, to be compared byte by byte.
std::string SelectText(const SqlSpec& spec);
inline constexpr int kCandidatesMax = 16;  // rows

// Makes the table unless it is there: its key a text and unique, its value a text or bytes.
std::string CreateText(const SqlSpec& spec, bool binary);

std::string CountText(const SqlSpec& spec);

// Sets ":k0" to ":v0" and so on, `rows` of them. Binary values are given as BoundBytes. Wants the
// key to be unique.
std::string UpsertText(const SqlSpec& spec, std::size_t rows, bool binary);

// Bytes as UpsertText wants them bound: in hexadecimal, but for SQLite.
std::string BoundBytes(const SqlSpec& spec, std::string_view bytes);

// Held while a table is made and filled, so that several who do it take turns. Empty for SQLite,
// whose transactions do.
struct LockTexts {
  std::string take;
  std::string give;
};
LockTexts LockTextsOf(const SqlSpec& spec);

}  // namespace ringlab
