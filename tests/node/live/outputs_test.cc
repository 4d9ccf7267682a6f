#include "node/live/outputs.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "core/base/read_stream.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;
namespace fs = std::filesystem;

// A folder of this test's own, current while it lasts.
class Folder {
 public:
  Folder() : before_(fs::current_path()) {
    std::string name = fs::temp_directory_path() / "outputs.XXXXXX";
    REQUIRE(mkdtemp(name.data()) != nullptr);
    folder_ = name;
    fs::current_path(folder_);
  }
  ~Folder() {
    fs::current_path(before_);
    fs::remove_all(folder_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  static std::size_t files() {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator("."), fs::directory_iterator()));
  }

 private:
  fs::path before_;
  fs::path folder_;
};

std::string TextOf(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return ReadStream(in).value();
}

void Make(const std::string& file, const std::string& text) { std::ofstream(file) << text; }

TEST_CASE("an output takes the place of what was there when it is whole") {
  const Folder folder;
  Make("old", "what was there");
  chmod("old", 0640);
  {
    Outputs outputs({{"--a", "old"}, {"--b", "new"}, {"--c", ""}});
    REQUIRE(outputs.Open() == "");
    REQUIRE(TextOf("old") == "what was there");
    REQUIRE_FALSE(fs::exists("new"));
    outputs.Write("--a", "what is new");
    outputs.Write("--c", "nowhere");
    REQUIRE(TextOf("old") == "what is new");
    REQUIRE(outputs.failures().empty());
  }
  REQUIRE_FALSE(fs::exists("new"));  // it was never written
  REQUIRE(Folder::files() == 1);     // and nothing else is left of it
  struct stat facts{};
  REQUIRE(stat("old", &facts) == 0);
  REQUIRE((facts.st_mode & 0777) == 0640);
}

TEST_CASE("each output is written whatever became of the others") {
  const Folder folder;
  const std::vector<std::string> orders[] = {{"--full", "--a", "--b"}, {"--a", "--full", "--b"}};
  for (const std::vector<std::string>& order : orders) {
    NamedFiles files;
    for (const std::string& flag : order) {
      files.emplace_back(flag, flag == "--full" ? "/dev/full" : flag.substr(2));
    }
    Outputs outputs(files);
    REQUIRE(outputs.Open() == "");
    for (const std::string& flag : order) outputs.Write(flag, "text of " + flag);
    REQUIRE(TextOf("a") == "text of --a");
    REQUIRE(TextOf("b") == "text of --b");
    REQUIRE(outputs.failures().size() == 1);
    REQUIRE_THAT(outputs.failures()[0],
                 Contains("--full: \"/dev/full\": cannot be written: No space left on device"));
  }
}

TEST_CASE("no output is an input or another output by any name") {
  const Folder folder;
  Make("run", "the only copy");
  fs::create_symlink("run", "link");
  fs::create_hard_link("run", "twin");
  fs::create_symlink("not-yet", "dangling");
  fs::create_directory("sub");
  const auto complaint = [](const NamedFiles& files, const NamedFiles& inputs = {}) {
    return Outputs(files).Open(inputs);
  };
  for (const char* name : {"run", "./run", "link", "twin", "sub/../run"}) {
    INFO(name);
    REQUIRE_THAT(complaint({{"--html", name}}, {{"FILE", "run"}}),
                 Contains("--html: \"" + std::string(name) + "\": \"run\" is what FILE reads"));
    REQUIRE_THAT(complaint({{"--html", "run"}}, {{"--config", name}}), Contains("--config reads"));
    REQUIRE_THAT(complaint({{"--a", "run"}, {"--b", name}}),
                 Contains("--a and --b: ") && Contains("expected a file for each"));
  }
  REQUIRE_THAT(complaint({{"--a", "dangling"}, {"--b", "not-yet"}}), Contains("a file for each"));
  REQUIRE_THAT(complaint({{"--a", "-"}, {"--b", "-"}}), Contains("one of them on stdout (-)"));
  REQUIRE(TextOf("run") == "the only copy");
  REQUIRE(complaint({{"--a", "/dev/null"}, {"--b", "/dev/null"}}, {{"--c", "/dev/null"}}) == "");
  REQUIRE(complaint({{"--a", "x"}, {"--b", "sub/x"}}, {{"--c", "run"}}) == "");
  REQUIRE(complaint({{"--a", "/dev/stdout"}}) == "");
  REQUIRE_THAT(complaint({{"--a", "/dev/stdout"}, {"--b", "/proc/self/fd/1"}}),
               Contains("--a and --b: "));
  REQUIRE_THAT(complaint({{"--a", "-"}, {"--b", "/dev/stdout"}}), Contains("--a and --b: "));
}

TEST_CASE("stdout by another name is stdout") {
  Outputs outputs(NamedFiles{{"--a", "/dev/fd/1"}});
  REQUIRE(outputs.Open() == "");
  REQUIRE(outputs.take_stdout());
  Outputs other(NamedFiles{{"--a", "/dev/null"}});
  REQUIRE(other.Open() == "");
  REQUIRE_FALSE(other.take_stdout());
}

TEST_CASE("an output through a link is written to where the link goes") {
  const Folder folder;
  Make("there", "old");
  fs::create_symlink("there", "link");
  fs::create_symlink("fresh", "dangling");
  Outputs outputs({{"--a", "link"}, {"--b", "dangling"}});
  REQUIRE(outputs.Open() == "");
  outputs.Write("--a", "new");
  outputs.Write("--b", "also");
  REQUIRE(fs::is_symlink("link"));
  REQUIRE(TextOf("there") == "new");
  REQUIRE(TextOf("fresh") == "also");
}

TEST_CASE("a file with two names keeps both") {
  const Folder folder;
  Make("run", "a longer text than the new one");
  fs::create_hard_link("run", "twin");
  Outputs outputs(NamedFiles{{"--a", "run"}});
  REQUIRE(outputs.Open() == "");
  outputs.Write("--a", "new");
  REQUIRE(TextOf("twin") == "new");
}

TEST_CASE("what cannot be written is told before anything is done") {
  const Folder folder;
  const auto complaint = [](const std::string& file) {
    return Outputs(NamedFiles{{"--a", file}}).Open();
  };
  REQUIRE(complaint("none/x") == "--a: \"none/x\": cannot be written: No such file or directory");
  REQUIRE_THAT(complaint("."), Contains("cannot be written: Is a directory"));
  REQUIRE(mkfifo("pipe", 0600) == 0);
  REQUIRE_THAT(complaint("pipe"), Contains("nobody reads from this pipe"));
  REQUIRE(Folder::files() == 1);
}

TEST_CASE("a pipe with a reader is written whole however slowly it is read") {
  const Folder folder;
  REQUIRE(mkfifo("pipe", 0600) == 0);
  const int reader = open("pipe", O_RDONLY | O_NONBLOCK);
  REQUIRE(reader >= 0);
  const std::string text(300'000, 'x');
  std::string read_text;
  Outputs outputs(NamedFiles{{"--a", "pipe"}});
  REQUIRE(outputs.Open() == "");
  std::thread reading([&] {
    fcntl(reader, F_SETFL, 0);
    std::vector<char> piece(10'000);
    while (read_text.size() < text.size()) {
      const ssize_t size = read(reader, piece.data(), piece.size());
      if (size > 0) read_text.append(piece.data(), static_cast<std::size_t>(size));
    }
  });
  outputs.Write("--a", text);
  reading.join();
  REQUIRE(read_text == text);
  REQUIRE(outputs.failures().empty());
  close(reader);
}

TEST_CASE("who wants the end does not wait for a reader that does not read") {
  const Folder folder;
  REQUIRE(mkfifo("pipe", 0600) == 0);
  const int reader = open("pipe", O_RDONLY | O_NONBLOCK);
  REQUIRE(reader >= 0);
  Outputs outputs({{"--a", "pipe"}, {"--b", "file"}}, [] { return true; });
  REQUIRE(outputs.Open() == "");
  outputs.Write("--a", std::string(300'000, 'x'));
  outputs.Write("--b", "whole");
  REQUIRE(outputs.failures().size() == 1);
  REQUIRE_THAT(outputs.failures()[0], Contains("\"pipe\": nobody reads it"));
  REQUIRE(TextOf("file") == "whole");
  close(reader);
}

}  // namespace
}  // namespace ringlab
