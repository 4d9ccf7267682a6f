// Agreement: what all ranks must have in common before they begin, and who has not.
//
// Everything here is collective (loadgen/ranks/ranks.h), for main's thread. Rank 0 tells what is
// wrong, once and by the name of the rank; the others end with its exit code.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/ranks/ranks.h"

namespace CLI {
class App;
}

namespace ringlab {

// Every rank reads its command line, which is `command` for a shell, and has to have the same as
// the others. The exit code that this rank ends with, if it shall not go on: rank 0 has told what
// is wrong, or has shown the help.
std::optional<int> ParseTogether(Ranks& ranks, CLI::App& app, int argc, char** argv,
                                 const std::string& command);

// Whether some rank has a complaint about its flags ("" for none), which rank 0 tells as a usage
// error.
bool IsRefused(const Ranks& ranks, const CLI::App& app, const std::string& complaint);

class Agreement {
 public:
  // `refuse` is called on every rank with what is wrong: rank 0 tells it for all.
  Agreement(const Ranks& ranks, std::function<void(const std::string& why)> refuse);

  // "rank 1 of 4 on c17"
  std::string NameOf(std::size_t rank) const;

  // False when a rank has a complaint; the first of them is refused by its name.
  bool AllAgree(const std::string& complaint) const;

  // False when a rank's text is another than rank 0's; `what` the text is, as "version".
  bool AllHave(const std::string& what, const std::string& own) const;

 private:
  const Ranks& ranks_;
  std::function<void(const std::string& why)> refuse_;
  std::vector<std::string> hosts_;
};

}  // namespace ringlab
