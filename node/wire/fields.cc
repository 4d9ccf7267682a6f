#include "node/wire/fields.h"

namespace ringlab {

// Up to the tag that ends it. Nobody has sent any for years, and protobuf passes over them.
bool FieldReader::SkipGroup(int groups) {
  if (groups == kGroupsMax) return false;
  const std::uint32_t end = tag_ + 1;
  while (at_ != end_ && ReadTag()) {
    if ((tag_ & 7) == static_cast<std::uint32_t>(FieldKind::kGroupEnd)) {
      const bool ends = tag_ == end;
      tag_ = end - 1;
      return ends;
    }
    if (!ReadValue(groups + 1)) return false;
  }
  return false;
}

}  // namespace ringlab
