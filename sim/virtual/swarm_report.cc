// What a swarm has to say.
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/parse.h"
#include "results/text/text_format.h"
#include "results/text/text_page.h"
#include "sim/virtual/swarm.h"

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;

std::string Hex(std::uint64_t word) {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(word));
  return text.data();
}

// Of the kinds from one to another.
std::string FaultsText(const std::array<std::uint64_t, Fault::kKinds>& faults, std::size_t from,
                       std::size_t to) {
  std::string text;
  for (std::size_t kind = from; kind < to; ++kind) {
    text += (kind == from ? "" : ", ") + Count(faults[kind]) + " " +
            std::string(NameOf(static_cast<Fault::Kind>(kind)));
  }
  return text;
}

// The command that shows it again.
std::string CommandOf(const SwarmCase& of) { return "sim --replay " + ToText(of); }

void PrintFailed(const FailedSeed& failed, Page& page) {
  const SwarmFinding& first = failed.findings.front();
  page.Paragraph("seed " + std::to_string(failed.seed),
                 first.invariant + " at " + FormatDuration(first.at) + ": " + first.what +
                     (failed.findings.size() > 1
                          ? " (and " + Plural(failed.findings.size() - 1, "more finding") + ")"
                          : ""));
  if (!failed.shrunk) {
    page.Paragraph("", CommandOf({.seed = failed.seed}));
    return;
  }
  page.Paragraph("", "shrunk to " + Plural(failed.shrunk->faults, "fault") + " in " +
                         Plural(failed.shrunk->runs, "run") + ": " + CommandOf(failed.shrunk->of));
}

Json FindingJson(const SwarmFinding& finding) {
  return {{"invariant", finding.invariant}, {"what", finding.what}, {"at_s", Seconds(finding.at)}};
}

Json FailedJson(const FailedSeed& failed) {
  Json json{{"seed", failed.seed},
            {"invariant", failed.findings.front().invariant},
            {"command", CommandOf(failed.shrunk ? failed.shrunk->of : SwarmCase{failed.seed})},
            {"findings", Json::array()}};
  for (const SwarmFinding& finding : failed.findings) {
    json["findings"].push_back(FindingJson(finding));
  }
  if (failed.shrunk) {
    json["shrunk"] = {{"case", ToText(failed.shrunk->of)},
                      {"faults", failed.shrunk->faults},
                      {"runs", failed.shrunk->runs}};
  }
  return json;
}

}  // namespace

std::string ToText(const SwarmReport& r) {
  Page page;
  page.Paragraph("swarm", Plural(r.seeds, "seed") + " from " + std::to_string(r.first_seed) +
                              (r.seeds < r.asked ? " of " + Count(r.asked) : "") + ": " +
                              Count(r.requests) + " requests, " + Count(r.answered) +
                              " answered, " + Count(r.failed_requests) + " failed, " +
                              Count(r.compared) + " readings compared; " + Count(r.events) +
                              " events in " + FormatDuration(r.virtual_time) +
                              " of virtual time, " + FormatDuration(r.took) + " of ours");
  constexpr auto kEtcd = static_cast<std::size_t>(Fault::Kind::kEtcdCut);
  page.Paragraph("faults", FaultsText(r.faults, 0, kEtcd));
  page.Paragraph("of etcd", FaultsText(r.faults, kEtcd, Fault::kKinds));
  page.Paragraph("hash", Hex(r.hash) + ", of every event of every seed, in order");
  if (!r.never_delivered.empty()) {
    std::string kinds;
    for (const std::string& kind : r.never_delivered) kinds += (kinds.empty() ? "" : ", ") + kind;
    page.Paragraph("never arrived", kinds);
  }
  if (r.empty > 0) {
    std::string seeds;
    for (const std::uint64_t seed : r.empty_seeds) {
      seeds += (seeds.empty() ? "" : ", ") + std::to_string(seed);
    }
    page.Paragraph("empty", Plural(r.empty, "seed") + " compared nothing: " + seeds);
  }
  if (r.broken > 0) {
    page.Paragraph("no cluster", Plural(r.broken, "seed") + ", the first: " + r.first_broken);
  }
  page.Paragraph("found", r.failing == 0 ? "nothing" : Plural(r.failing, "seed") + " failed");
  for (const FailedSeed& failed : r.failed) PrintFailed(failed, page);
  return std::move(page).text();
}

nlohmann::ordered_json ToJson(const SwarmReport& r) {
  Json json{{"version", kSwarmVersion},
            {"first_seed", r.first_seed},
            {"asked", r.asked},
            {"seeds", r.seeds},
            {"hash", Hex(r.hash)},
            {"requests", r.requests},
            {"answered", r.answered},
            {"failed_requests", r.failed_requests},
            {"compared", r.compared},
            {"events", r.events},
            {"virtual_s", Seconds(r.virtual_time)},
            {"cpu_s", Seconds(r.cpu)},
            {"took_s", Seconds(r.took)},
            {"empty", r.empty},
            {"faults", Json::object()},
            {"never_delivered", r.never_delivered},
            {"failing", r.failing},
            {"failed", Json::array()}};
  for (std::size_t kind = 0; kind < Fault::kKinds; ++kind) {
    json["faults"][std::string(NameOf(static_cast<Fault::Kind>(kind)))] = r.faults[kind];
  }
  for (const FailedSeed& failed : r.failed) json["failed"].push_back(FailedJson(failed));
  if (r.diagram != nullptr) json["diagram"] = *r.diagram;
  return json;
}

std::string CaseText(const SwarmCase& of, const SwarmPlan& plan, const SwarmOutcome& o) {
  Page page;
  page.Paragraph("case", ToText(of) + ": " + Count(o.requests) + " requests, " + Count(o.answered) +
                             " answered, " + Count(o.failed) + " failed, " + Count(o.compared) +
                             " readings compared; " + Count(o.events) + " events in " +
                             FormatDuration(o.virtual_time) + " of virtual time");
  page.Paragraph("hash", Hex(o.hash));
  std::string text = std::move(page).text() + "\n" + ToText(plan) + "\n";
  if (o.findings.empty()) return text + "found nothing\n";
  for (const SwarmFinding& finding : o.findings) {
    text += finding.invariant + " at " + FormatDuration(finding.at) + ": " + finding.what + "\n";
  }
  return text;
}

}  // namespace ringlab
