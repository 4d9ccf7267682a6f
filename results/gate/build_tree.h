// BuildTree: the source and the build that this program came from, and another commit built alike.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "results/gate/process.h"

namespace ringlab {

struct BuildTree {
  std::string source;
  std::string build;
  std::map<std::string, std::string> cache;  // CMake's variables

  std::string bin() const { return build + "/bin"; }
};

// The one that this very program lies in: `…/bin/results` beside a CMakeCache.txt. kNotFound for a
// program that was copied out of its build; kInvalidArgument for a build without the benchmarks;
// kFailedPrecondition for a build that is not optimised or has a sanitizer, whose figures mean
// nothing.
Result<BuildTree> OwnBuildTree();

// The variables of CMake that another commit is configured with so that it is compiled as the build
// with this cache was: all that shape a program, settings of ours that come later included.
std::map<std::string, std::string> AlikeSettings(const std::map<std::string, std::string>& cache);

// Brings these targets of a tree up to date. kUnimplemented when it has no such target.
Result<void> Build(const BuildTree& tree, const std::vector<std::string>& targets,
                   const StopAsked& stop);

// A commit, checked out beside `own` (in build/ab, with nothing else in it) and configured as `own`
// is. Gone again at the end of the object.
class OtherCommit {
 public:
  // kInvalidArgument when git knows no such commit or there is no git repository; kUnavailable when
  // another run is at it; kInternal when it cannot be checked out or configured.
  static Result<std::unique_ptr<OtherCommit>> CheckOut(const BuildTree& own,
                                                       const std::string& revision,
                                                       const StopAsked& stop);
  ~OtherCommit();
  OtherCommit(const OtherCommit&) = delete;
  OtherCommit& operator=(const OtherCommit&) = delete;

  const BuildTree& tree() const { return tree_; }
  const std::string& commit() const { return commit_; }  // 12 digits

 private:
  OtherCommit(std::string repository, std::string commit, BuildTree tree, int lock)
      : repository_(std::move(repository)),
        commit_(std::move(commit)),
        tree_(std::move(tree)),
        lock_(lock) {}

  void Remove() const;

  const std::string repository_;
  const std::string commit_;
  const BuildTree tree_;
  const int lock_;
};

// The 12 digits of the commit that git calls `revision` in `source`. kInvalidArgument when it knows
// none.
Result<std::string> HashOf(const std::string& source, const std::string& revision,
                           const StopAsked& stop);

// HEAD's 12 digits, with "+" behind them when files differ from it; "unknown" without git.
std::string CommitOf(const std::string& source, const StopAsked& stop);

}  // namespace ringlab
