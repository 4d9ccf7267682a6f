#include "results/format/sound_result.h"

#include <nlohmann/json.hpp>
#include <vector>

#include "results/format/result_file.h"
#include "results/format/schema.h"

namespace ringlab {

Result<nlohmann::ordered_json> ReadSoundResult(const std::string& file) {
  auto result = ReadResult(file);
  if (!result) return result;
  const std::vector<std::string> complaints = ComplaintsAbout(*result);
  if (complaints.empty()) return result;
  return Fail(Code::kInvalidArgument, "\"" + file + "\": " + complaints.front() +
                                          (complaints.size() == 1 ? "" : "; and more") +
                                          " (results validate says all)");
}

}  // namespace ringlab
