// Outputs: the files that a tool's flags name for what it has to say, each written whole or not.
//
// A file is written under another name beside it, and takes its place when it is whole: a tool that
// is killed leaves what was there. (Where that cannot be, as in a folder that takes no new files,
// the file itself is overwritten.) Pipes and devices are written as they are. Each is written
// whatever became of the others. All are open from Open() on, so that a run which uses up the
// descriptors, or the folder's rights, is not lost in the end. Not thread-safe.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace ringlab {

// Flags and the files that they name: "" for none, "-" for stdout, or for stdin of an input.
using NamedFiles = std::vector<std::pair<std::string, std::string>>;

class Outputs {
 public:
  // `stop` says that somebody wants the end: then nobody is waited for who does not read. Making
  // one has this process ignore SIGPIPE.
  explicit Outputs(NamedFiles files, std::function<bool()> stop = nullptr);
  // Removes what was begun and not written.
  ~Outputs();
  Outputs(const Outputs&) = delete;
  Outputs& operator=(const Outputs&) = delete;

  // Opens all. What is wrong, or "": one cannot be written, or it is another output or an input, by
  // whatever name (a link, /dev/stdout). Nothing of what is there has changed then.
  std::string Open(const NamedFiles& inputs = {});

  // Whether one of them is stdout, by whatever name.
  bool take_stdout() const;

  // The whole text of a flag's file, once. Nothing when the flag names none.
  void Write(const std::string& flag, const std::string& text);

  // For people: to stdout, or to stderr when an output goes there.
  void Say(const std::string& text);

  // What could not be written and why, a sentence each.
  const std::vector<std::string>& failures() const { return failures_; }

 private:
  struct Output;

  std::string OpenOne(Output& output) const;
  std::string OpenFile(Output& output) const;
  std::string WriteAll(int fd, const std::string& text) const;
  std::string Finish(Output& output, const std::string& text) const;

  std::vector<Output> outputs_;
  std::function<bool()> stop_;
  std::vector<std::string> failures_;
};

// So that no file of ours becomes stdin, stdout or stderr where one of those is closed. First thing
// in main.
void KeepStandardFiles();

// The exit code of a tool that says `exit`, once all is on stdout; kExitUsage, with a line on
// stderr, when that could not be written. Last thing in main.
int AfterStdout(const std::string& tool, int exit);

}  // namespace ringlab
