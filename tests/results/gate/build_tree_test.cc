#include "results/gate/build_tree.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

namespace ringlab {
namespace {

// A base that was compiled otherwise differs in all that the compiler did with it: the gate once
// told a commit that had changed nothing of a regression, for one batch of files.
TEST_CASE("another commit is configured with all that shapes ours") {
  const auto presets = nlohmann::json::parse(std::ifstream(RINGLAB_PRESETS_FILE));
  const std::map<std::string, std::string> apart = {{"RINGLAB_TESTS", "ON"},
                                                    {"RINGLAB_WERROR", "OFF"}};
  int seen = 0;
  for (const auto& preset : presets.at("configurePresets")) {
    for (const auto& [name, value] : preset.at("cacheVariables").items()) {
      if (name == "CMAKE_EXPORT_COMPILE_COMMANDS" || name == "CMAKE_CXX_CLANG_TIDY") continue;
      const auto alike = AlikeSettings({{name, "as ours"}});
      INFO(name);
      REQUIRE(alike.contains(name));
      CHECK(alike.at(name) == (apart.contains(name) ? apart.at(name) : "as ours"));
      ++seen;
    }
  }
  CHECK(seen > 6);
}

TEST_CASE("what CMake keeps for itself and places of ours are not passed on") {
  const auto alike = AlikeSettings({{"CMAKE_CXX_FLAGS", "-march=native"},
                                    {"CMAKE_CXX_FLAGS-ADVANCED", "1"},
                                    {"CMAKE_HOME_DIRECTORY", "/ours"},
                                    {"ringlab_BINARY_DIR", "/ours/build"}});
  CHECK(alike == std::map<std::string, std::string>{{"CMAKE_CXX_FLAGS", "-march=native"},
                                                    {"RINGLAB_TESTS", "ON"},
                                                    {"RINGLAB_WERROR", "OFF"}});
}

}  // namespace
}  // namespace ringlab
