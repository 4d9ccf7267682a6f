// SourceSpec: where a node's values come from, as --source of every tool says it.
//
// Plain data; a database's password is in it, and in nothing that ShownSource returns.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "core/base/scheduler.h"
#include "core/source/source.h"
#include "core/source/synthetic_source.h"
#include "node/sql/fill.h"
#include "node/sql/spec.h"

namespace ringlab {

using SourceSpec = std::variant<SyntheticSpec, SqlSpec>;

// "synthetic:SETTINGS", "sqlite:FILE?…", "mysql://…", "postgresql://…". Passwords that are
// elsewhere (WithPassword) are fetched, and so are the sizes of a file (MapSizeFile).
Result<SourceSpec> ParseSource(const std::string& text);

// The same of what needs no database.
Result<SyntheticSpec> ParseSyntheticSource(const std::string& text);

// `text`, a source, without its password: for results, logs and command lines. A text that is no
// source loses what might be one.
std::string ShownSource(const std::string& text);

// The scheduler must outlive the source, unless its pending tasks are dropped first.
std::unique_ptr<Source> MakeSource(const SourceSpec& spec, std::uint64_t seed,
                                   Scheduler& scheduler);

// Fills the table of a database, if that is asked for, then tries to read from it. Blocks. Nothing
// to do without a database. kUnavailable when it cannot be reached, which may pass; any other error
// will not: password, database, table, column. Returns the rows written.
Result<std::uint64_t> PrepareSource(const SourceSpec& spec, const std::optional<SqlFill>& fill,
                                    const FillProgress& progress);

// Why the two do not fit together, or "".
std::string ComplaintAboutFill(const SourceSpec& spec, const std::optional<SqlFill>& fill);

}  // namespace ringlab
