// Which builds of which shared libraries this program runs with: their code is counted too.
#pragma once

#include <map>
#include <string>

namespace ringlab {

// File name to build id in hex, as the linker left it ("libc.so.6" -> "51657f81…").
std::map<std::string, std::string> LinkedLibraries();

}  // namespace ringlab
