// What an exception out of SOCI means to us: the back ends say it by three different numberings.
//
// MySQL's and MariaDB's are the error numbers of their manuals, PostgreSQL's are SQLSTATEs (its
// manual's appendix A), SQLite's are result codes. Pure.
#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>

namespace ringlab {

enum class SqlTrouble : std::uint8_t {
  kAway,     // the database cannot be reached, or the connection is gone: it may come back
  kRefused,  // it is there and says no: user, password, database, table or column
  kTimeout,  // the query took too long, or waited too long for a lock
  kBadKey,   // no value of the key's column can be that key
  kOther,
};

SqlTrouble TroubleOf(const std::exception& error);

// PostgreSQL knows no such table or column.
bool IsMissingName(const std::exception& error);

// Its message on one line, as the database said it: without SOCI's words.
std::string MessageOf(const std::exception& error);

// Such a message for those who may not know where the database is, and as whom we speak to it: what
// stands in quotes, ports, and addresses behind a quoted host are "...".
std::string WithoutNames(std::string_view message);

}  // namespace ringlab
