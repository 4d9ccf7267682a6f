// Where --json FILE goes, for every tool: a file, or stdout for "-".
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace ringlab {

// What is wrong with writing to `file`, found out before a run rather than after it; or "".
std::string ComplaintAboutFile(const std::string& flag, const std::string& file);

// False when it could not be written. An empty name writes nothing.
bool WriteText(const std::string& file, const std::string& text);
bool WriteJson(const std::string& file, const nlohmann::ordered_json& json);

}  // namespace ringlab
