// A stored result as text for a terminal, without control codes: a run of loadgen as it was shown
// at the time, others as close to that as their JSON allows. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace ringlab {

// Of a result that keeps to its schema.
std::string TextOfAny(const nlohmann::ordered_json& result);

std::string TextOfSim(const nlohmann::ordered_json& result);
std::string TextOfBench(const nlohmann::ordered_json& result);  // and of the gate

}  // namespace ringlab
