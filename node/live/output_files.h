// The files that a tool's flags name for its output, one a flag.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace ringlab {

using OutputFiles = std::vector<std::pair<std::string, std::string>>;  // flag, file; "" for none

// Whether what is written to one would be lost under what is written to the other. Devices, such
// as /dev/null, take both.
inline bool IsOneFile(const std::string& a, const std::string& b) {
  std::error_code unknown;
  if (std::filesystem::is_character_file(a, unknown)) return false;
  const auto plain = [&](const std::string& file) {
    return std::filesystem::weakly_canonical(std::filesystem::absolute(file, unknown), unknown);
  };
  return plain(a) == plain(b);
}

// What is wrong when two flags name one file, or "".
inline std::string ComplaintAboutSharedFile(const OutputFiles& files) {
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto& [flag, file] = files[i];
    for (std::size_t k = 0; k < i; ++k) {
      const auto& [other, same] = files[k];
      if (file.empty() || same.empty()) continue;
      const std::string both = other + " and " + flag + ": ";
      if (file == "-" && same == "-") {
        return both + "expected one of them on stdout (-), the other in a file";
      }
      if (file != "-" && same != "-" && IsOneFile(file, same)) {
        return both + "\"" + file + "\": expected a file for each";
      }
    }
  }
  return "";
}

}  // namespace ringlab
