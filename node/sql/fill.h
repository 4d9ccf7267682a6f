// SqlFill: puts rows into a table that a node is to read from: for demonstrations and measurements.
//
// "demo" are the rows of the reference systems. "N" are the N keys that loadgen asks for first,
// with values that prove themselves (core/source/synthetic_value.h), so that loadgen can check what
// it reads. The table is made if there is none. Several may fill one table at once: they take
// turns, and who finds it filled leaves it alone.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "core/base/result.h"
#include "core/source/synthetic_source.h"
#include "node/sql/spec.h"

namespace ringlab {

struct SqlFill {
  std::uint64_t keys = 0;  // 0: demo
  // Which keys have a value, its size and version; the rest of it is unused.
  SyntheticSpec values = {};

  bool is_demo() const { return keys == 0; }
};

// "demo", "100000", "100000,size=64-4KiB,version=3,not-found=1%".
Result<SqlFill> ParseSqlFill(std::string_view text);

using FillProgress = std::function<void(std::uint64_t done, std::uint64_t all)>;

// Blocks, for some seconds per 100,000 rows. Demo rows go into an empty table only; the others
// replace those of the same keys, which wants the key's column to be unique. Returns how many rows
// it wrote. Errors as of SqlSession::Prepare.
Result<std::uint64_t> FillTable(const SqlSpec& spec, const SqlFill& fill,
                                const FillProgress& progress);

}  // namespace ringlab
