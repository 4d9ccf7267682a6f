// Baselines: what a suite measured when somebody last said so (results/baselines/SUITE.json), and
// the record of why it moved (results/baselines/CHANGES.md).
//
// They are the anchor that twenty small steps are measured against. Each entry of CHANGES.md names
// the digest of the file that it belongs to; a file whose digest is not the last one recorded was
// changed without a reason. Pure: the commands read and write the files.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "results/gate/measurements.h"

namespace ringlab {

// 16 hex digits over the text of a baseline.
std::string BaselineDigest(std::string_view text);

// The entry for a move from `before` (null for a new suite) to `after`: suite, day, reason, digest,
// and each metric that moved.
std::string ChangesEntry(const std::string& suite, const std::string& day,
                         const std::string& reason, const std::string& digest,
                         const BenchMeasurements* before, const BenchMeasurements& after);

// kFailedPrecondition, saying what to do, unless the last entry for `suite` in `changes` has the
// digest of `text`.
Result<void> CheckRecorded(std::string_view changes, const std::string& suite,
                           std::string_view text);

// kInvalidArgument, with the names that are most like it, unless `known` has the name: a reason for
// a metric that is none would never be read.
Result<void> CheckKnown(const std::string& name, const std::set<std::string>& known);

// What `after` has that `before` has not: the lines of CHANGES.md that came with a change.
std::string LinesAdded(std::string_view before, std::string_view after);

}  // namespace ringlab
