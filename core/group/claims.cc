#include "core/group/claims.h"

namespace ringlab {

Error Claims::DoubtAbout(std::string_view key) const {
  return {Code::kUnavailable, "\"" + std::string(key) + "\": this node, " +
                                  membership_.self_name() +
                                  ", cannot tell at the moment whether it still owns the key; try "
                                  "again"};
}

bool Claims::IsOurs(std::string_view key) const {
  const auto view = membership_.Snapshot();
  return view->IsSelf(view->ring->OwnerOf(key));
}

const std::string* Claims::AskFirst(const RingView& view, std::string_view key,
                                    std::uint64_t hash) {
  if (!IsHandover(view) || !view.IsSelf(view.ring->OwnerOf(key))) return nullptr;
  const std::string& name = view.former->nodes()[view.former->OwnerOf(key)];
  if (name == membership_.self_name() || !peeks_.Worth(view.epoch)) return nullptr;
  return peeks_.Barred(hash, view.epoch) ? nullptr : &name;
}

bool Claims::IsNewer(std::string_view key, std::uint64_t hash) {
  const auto view = membership_.Snapshot();
  return peeks_.Barred(hash, view->epoch) && view->IsSelf(view->ring->OwnerOf(key));
}

void Claims::NoteWrite(const RingView& view, NodeIndex owner, std::uint64_t hash) {
  NoteWrites();
  if (!view.IsSelf(owner)) {
    peeks_.NoteAhead(hash, view.epoch);
  } else if (IsHandover(view)) {
    peeks_.Bar(hash, view.epoch);
  }
}

}  // namespace ringlab
