#include "results/gate/build_tree.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "core/base/parse.h"

namespace ringlab {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kCommitDigits = 12;

// A build is shaped by these and by every setting of ours: all that start with them are passed on.
constexpr std::string_view kShaping[] = {
    "CMAKE_BUILD_TYPE",       "CMAKE_CXX_COMPILER",    "CMAKE_CXX_FLAGS", "CMAKE_CXX_STANDARD",
    "CMAKE_EXE_LINKER_FLAGS", "CMAKE_INTERPROCEDURAL", "RINGLAB_"};

// What the other build needs whatever ours has: its benchmarks, and to build although a warning of
// a later compiler stands in an old commit.
constexpr std::pair<const char*, const char*> kFixed[] = {{"RINGLAB_TESTS", "ON"},
                                                          {"RINGLAB_WERROR", "OFF"}};

std::map<std::string, std::string> CacheOf(std::string_view text) {
  std::map<std::string, std::string> cache;
  for (const std::string_view line : SplitAt(text, '\n')) {  // NAME:TYPE=VALUE
    const auto [left, value] = SplitOnce(line, '=');
    if (left.starts_with('#') || left.starts_with('/')) continue;
    cache[std::string(SplitOnce(left, ':').first)] = value;
  }
  return cache;
}

Command Git(const std::string& source, std::vector<std::string> arguments) {
  // A clone that another user made is one as well, as in a container.
  arguments.insert(arguments.begin(), {"git", "-c", "safe.directory=*", "-C", source});
  return {.argv = std::move(arguments)};
}

Result<void> Configure(const BuildTree& tree, const StopAsked& stop) {
  Command cmake{.argv = {"cmake", "-S", tree.source, "-B", tree.build, "-G", "Ninja"}};
  for (const auto& [name, value] : AlikeSettings(tree.cache)) {
    cmake.argv.push_back("-D" + name + '=' + value);
  }
  const auto done = OutputOf(cmake, stop);
  if (!done) return tl::unexpected(done.error());
  return {};
}

}  // namespace

std::map<std::string, std::string> AlikeSettings(const std::map<std::string, std::string>& cache) {
  std::map<std::string, std::string> alike;
  for (const auto& setting : cache) {
    const std::string& name = setting.first;
    const bool shapes =
        std::ranges::any_of(kShaping, [&](auto start) { return name.starts_with(start); });
    if (shapes && !name.ends_with("-ADVANCED")) alike.insert(setting);
  }
  for (const auto& [name, value] : kFixed) alike[name] = value;
  return alike;
}

Result<BuildTree> OwnBuildTree() {
  std::error_code error;
  const fs::path self = fs::read_symlink("/proc/self/exe", error);
  const fs::path build = self.parent_path().parent_path();
  const auto text = ReadWholeFile(build / "CMakeCache.txt");
  if (error || !text) {
    return Fail(Code::kNotFound, self.string() +
                                     " is not in a build directory of CMake, so there are no "
                                     "benchmarks beside it; use scripts/run results");
  }
  BuildTree tree{.source = "", .build = build, .cache = CacheOf(*text)};
  tree.source = tree.cache["CMAKE_HOME_DIRECTORY"];
  std::string tests = tree.cache["RINGLAB_TESTS"];
  std::ranges::transform(tests, tests.begin(), [](unsigned char c) { return std::toupper(c); });
  if (tests != "ON" && tests != "TRUE") {
    return Fail(Code::kInvalidArgument,
                "this build has no benchmarks; scripts/setup test && cmake --preset release "
                "-DRINGLAB_TESTS=ON makes one that has");
  }
  std::string type = tree.cache["CMAKE_BUILD_TYPE"];
  std::ranges::transform(type, type.begin(), [](unsigned char c) { return std::toupper(c); });
  if ((type != "RELEASE" && type != "RELWITHDEBINFO") || !tree.cache["RINGLAB_SANITIZE"].empty()) {
    return Fail(Code::kFailedPrecondition,
                "this build is " + tree.cache["CMAKE_BUILD_TYPE"] + " " +
                    tree.cache["RINGLAB_SANITIZE"] +
                    ": its figures mean nothing; use a Release build without sanitizers");
  }
  return tree;
}

Result<void> Build(const BuildTree& tree, const std::vector<std::string>& targets,
                   const StopAsked& stop) {
  Command ninja{.argv = {"ninja", "-C", tree.build}};
  ninja.argv.insert(ninja.argv.end(), targets.begin(), targets.end());
  const auto finished = RunToEnd(ninja, stop);
  if (!finished) return tl::unexpected(finished.error());
  if (finished->exit_code == 0) return {};
  const std::string said = finished->output + finished->errors;
  if (said.find("unknown target") != std::string::npos) {
    return Fail(Code::kUnimplemented, "there is no such benchmark in it: " + LastLines(said, 1));
  }
  return Fail(Code::kInternal, "it does not build:\n" + LastLines(said, 20));
}

Result<std::unique_ptr<OtherCommit>> OtherCommit::CheckOut(const BuildTree& own,
                                                           const std::string& revision,
                                                           const StopAsked& stop) {
  const auto commit = HashOf(own.source, revision, stop);
  if (!commit) return tl::unexpected(commit.error());
  const fs::path home = fs::path(own.source) / "build" / "ab";
  std::error_code error;
  fs::create_directories(home, error);
  const int lock = open((home / ".lock").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0644);
  if (lock < 0 || flock(lock, LOCK_EX | LOCK_NB) != 0) {
    if (lock >= 0) close(lock);
    return Fail(Code::kUnavailable, home.string() + ": another comparison is under way there");
  }
  // Built at the same place below its source as ours, so that what the compiler writes of places is
  // the same.
  const fs::path place = fs::path(own.build).lexically_relative(own.source);
  const bool inside = !place.empty() && *place.begin() != "..";
  BuildTree tree{.source = home / "base",
                 .build = home / "base" / (inside ? place : fs::path("build")),
                 .cache = own.cache};
  std::unique_ptr<OtherCommit> other(new OtherCommit(own.source, *commit, std::move(tree), lock));
  other->Remove();  // what a run that was killed left behind
  const auto added = OutputOf(Git(own.source, {"worktree", "add", "--quiet", "--detach", "--force",
                                               other->tree_.source, *commit}),
                              stop);
  if (!added) return tl::unexpected(added.error());
  if (auto configured = Configure(other->tree_, stop); !configured) {
    return tl::unexpected(configured.error());
  }
  return other;
}

void OtherCommit::Remove() const {
  std::error_code error;
  fs::remove_all(tree_.source, error);
  RunToEnd(Git(repository_, {"worktree", "prune"}), nullptr);
}

OtherCommit::~OtherCommit() {
  Remove();
  close(lock_);
}

Result<std::string> HashOf(const std::string& source, const std::string& revision,
                           const StopAsked& stop) {
  const auto commit = OutputOf(
      Git(source, {"rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"}),
      stop);
  if (commit) return commit->substr(0, kCommitDigits);
  if (commit.error().code == Code::kCancelled) return tl::unexpected(commit.error());
  return Fail(Code::kInvalidArgument,
              "\"" + revision + "\" is no commit of a git repository in " + source);
}

std::string CommitOf(const std::string& source, const StopAsked& stop) {
  const auto commit = OutputOf(Git(source, {"rev-parse", "HEAD"}), stop);
  if (!commit) return "unknown";
  const auto changes = OutputOf(Git(source, {"status", "--porcelain", "-uno"}), stop);
  return commit->substr(0, kCommitDigits) + (changes && !changes->empty() ? "+" : "");
}

}  // namespace ringlab
