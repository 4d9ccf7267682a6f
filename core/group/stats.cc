#include "core/group/stats.h"

#include <initializer_list>
#include <string>

namespace ringlab {

namespace {

struct Term {
  const char* name;
  std::uint64_t count;
};

std::uint64_t Sum(std::initializer_list<Term> terms) {
  std::uint64_t sum = 0;
  for (const Term& term : terms) sum += term.count;
  return sum;
}

std::string Spell(std::initializer_list<Term> terms) {
  std::string text;
  for (const Term& term : terms) {
    if (!text.empty()) text += " + ";
    text += std::string(term.name) + " " + std::to_string(term.count);
  }
  return text;
}

// "" when the whole is the sum of its parts.
std::string Unequal(Term whole, std::initializer_list<Term> parts) {
  if (whole.count == Sum(parts)) return "";
  return Spell({whole}) + " is not " + Spell(parts);
}

}  // namespace

void Add(const GroupStats& more, GroupStats& sum) {
  for (const auto field : {&GroupStats::gets,
                           &GroupStats::gets_from_peers,
                           &GroupStats::invalid,
                           &GroupStats::hits,
                           &GroupStats::hits_from_peers,
                           &GroupStats::joined,
                           &GroupStats::led,
                           &GroupStats::refused,
                           &GroupStats::late_hits,
                           &GroupStats::peer_loads,
                           &GroupStats::peer_ok,
                           &GroupStats::peer_final,
                           &GroupStats::peer_errors,
                           &GroupStats::fallbacks,
                           &GroupStats::fallbacks_refused,
                           &GroupStats::asked_again,
                           &GroupStats::other_rings,
                           &GroupStats::source_loads_own,
                           &GroupStats::source_loads,
                           &GroupStats::source_ok,
                           &GroupStats::source_not_found,
                           &GroupStats::source_errors,
                           &GroupStats::answered_ok,
                           &GroupStats::answered_not_found,
                           &GroupStats::answered_timeout,
                           &GroupStats::answered_error,
                           &GroupStats::sets,
                           &GroupStats::removes,
                           &GroupStats::writes_invalid,
                           &GroupStats::writes_in_doubt,
                           &GroupStats::writes_applied,
                           &GroupStats::writes_forwarded,
                           &GroupStats::writes_forwarded_ok,
                           &GroupStats::writes_forwarded_failed,
                           &GroupStats::copies_dropped,
                           &GroupStats::superseded,
                           &GroupStats::batches,
                           &GroupStats::negative_hits,
                           &GroupStats::too_late,
                           &GroupStats::refreshes,
                           &GroupStats::hits_hot,
                           &GroupStats::hits_stale,
                           &GroupStats::copies_offered,
                           &GroupStats::copies_kept,
                           &GroupStats::invalidations,
                           &GroupStats::invalidations_failed,
                           &GroupStats::invalidations_left_out,
                           &GroupStats::doubted,
                           &GroupStats::disowned,
                           &GroupStats::peeks,
                           &GroupStats::peeks_found,
                           &GroupStats::peeks_asked,
                           &GroupStats::peeks_answered}) {
    sum.*field += more.*field;
  }
  for (const auto field :
       {&CacheStats::hits, &CacheStats::misses, &CacheStats::inserts, &CacheStats::replaced,
        &CacheStats::evicted, &CacheStats::erased, &CacheStats::expired, &CacheStats::stale_hits,
        &CacheStats::superseded, &CacheStats::oversize, &CacheStats::items, &CacheStats::used_bytes,
        &CacheStats::budget_bytes}) {
    sum.cache.*field += more.cache.*field;
  }
  Add(more.flights, sum.flights);
}

std::string CheckIdentities(const GroupStats& s) {
  const Term source_loads{"source_loads", s.source_loads};
  for (std::string wrong :
       {Unequal({"gets + refreshes", s.gets + s.refreshes}, {{"invalid", s.invalid},
                                                             {"hits", s.hits},
                                                             {"negative_hits", s.negative_hits},
                                                             {"too_late", s.too_late},
                                                             {"joined", s.joined},
                                                             {"led", s.led},
                                                             {"refused", s.refused}}),
        Unequal({"gets", s.gets}, {{"answered_ok", s.answered_ok},
                                   {"answered_not_found", s.answered_not_found},
                                   {"answered_timeout", s.answered_timeout},
                                   {"answered_error", s.answered_error}}),
        Unequal({"led", s.led}, {{"late_hits", s.late_hits},
                                 {"peer_loads", s.peer_loads},
                                 {"source_loads_own", s.source_loads_own},
                                 {"peeks_found", s.peeks_found}}),
        Unequal(
            {"peer_loads", s.peer_loads},
            {{"peer_ok", s.peer_ok}, {"peer_final", s.peer_final}, {"peer_errors", s.peer_errors}}),
        Unequal({"peer_errors", s.peer_errors},
                {{"fallbacks", s.fallbacks}, {"fallbacks_refused", s.fallbacks_refused}}),
        Unequal(source_loads,
                {{"source_loads_own", s.source_loads_own}, {"fallbacks", s.fallbacks}}),
        Unequal(source_loads, {{"source_ok", s.source_ok},
                               {"source_not_found", s.source_not_found},
                               {"source_errors", s.source_errors}}),
        Unequal({"sets + removes", s.sets + s.removes}, {{"writes_invalid", s.writes_invalid},
                                                         {"writes_in_doubt", s.writes_in_doubt},
                                                         {"writes_applied", s.writes_applied},
                                                         {"writes_forwarded", s.writes_forwarded},
                                                         {"copies_dropped", s.copies_dropped}}),
        Unequal({"writes_forwarded", s.writes_forwarded},
                {{"writes_forwarded_ok", s.writes_forwarded_ok},
                 {"writes_forwarded_failed", s.writes_forwarded_failed}})}) {
    if (!wrong.empty()) return wrong;
  }
  return "";
}

}  // namespace ringlab
