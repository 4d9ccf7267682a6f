#include "node/live/result_file.h"

#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

namespace ringlab {

std::string ComplaintAboutFile(const std::string& flag, const std::string& file) {
  if (file.empty() || file == "-" || std::ofstream(file, std::ios::app)) return "";
  return flag + ": \"" + file + "\": cannot be written";
}

bool WriteText(const std::string& file, const std::string& text) {
  if (file.empty()) return true;
  if (file == "-") {
    std::cout << text << std::flush;
    return std::cout.good();
  }
  std::ofstream out(file);
  out << text << std::flush;
  return out.good();
}

bool WriteJson(const std::string& file, const nlohmann::ordered_json& json) {
  // Names and messages may hold any bytes.
  constexpr auto kReplace = nlohmann::ordered_json::error_handler_t::replace;
  return WriteText(file, json.dump(1, ' ', false, kReplace) + "\n");
}

}  // namespace ringlab
