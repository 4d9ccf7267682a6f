#include "results/gate/history.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "node/live/environment.h"
#include "node/live/flag_values.h"
#include "node/live/flags.h"
#include "node/live/outputs.h"
#include "results/commands/commands.h"
#include "results/commands/gate_output.h"
#include "results/gate/build_tree.h"
#include "results/html/result_html.h"
#include "results/text/text_format.h"

namespace ringlab {

namespace {

struct HistoryFlags {
  std::string file, to, commit, at, only, html;
};

// What --commit names: a commit that git knows here, by its digits; or those of one from elsewhere.
Result<std::string> CommitNamed(const std::string& text) {
  if (text.empty()) {
    if (std::string here = CommitOf(".", nullptr); IsHash(here)) return here;
    return Fail(Code::kInvalidArgument,
                "--commit: git knows no HEAD here, so it has to be said what was measured");
  }
  if (auto known = HashOf(".", text, nullptr)) return known;
  if (IsHash(text)) return text;
  return Fail(Code::kInvalidArgument,
              "--commit: \"" + text +
                  "\": expected a commit that git knows here, or the digits of its hash");
}

Result<std::string> ParseUtc(const std::string& text) {
  if (IsUtc(text)) return text;
  return Fail(Code::kInvalidArgument,
              "\"" + text + "\": expected a time in UTC such as 2026-11-21T10:00:00Z");
}

Result<void> AppendLine(const HistoryFlags& flags) {
  Outputs outputs({{"--to", flags.to}});
  if (std::string wrong = outputs.Open({{"FILE", flags.file}}); !wrong.empty()) {
    return Fail(Code::kInvalidArgument, std::move(wrong));
  }
  const auto text = ReadWholeFile(flags.file);
  if (!text) return tl::unexpected(text.error());
  const auto measured = ParseMeasurements(*text, flags.file);
  if (!measured) return tl::unexpected(measured.error());
  // A history that does not read is not made longer.
  if (const auto old = ReadWholeFile(flags.to)) {
    if (const auto read = ParseHistory(*old, flags.to); !read) {
      return tl::unexpected(read.error());
    }
    if (!old->empty() && old->back() != '\n') {
      return Fail(Code::kInvalidArgument, "\"" + flags.to + "\": its last line is cut short");
    }
  }
  const auto commit = CommitNamed(flags.commit);
  if (!commit) return tl::unexpected(commit.error());
  const std::string at = flags.at.empty() ? UtcNow() : flags.at;
  outputs.Write("--to", ReadWholeFile(flags.to).value_or("") +
                            HistoryLine(*measured, *commit, at).dump() + '\n');
  return Written(outputs);
}

// How many there are, and every change of a level.
std::string HistoryText(const nlohmann::ordered_json& history) {
  std::string text = Plural(history.at("runs").get<std::size_t>(), "run") + ", " +
                     Plural(history.at("series").size(), "metric") + '\n';
  for (const auto& series : history.at("series")) {
    for (const auto& change : series.at("changes")) {
      const double before = change.at("before");
      const double after = change.at("after");
      const auto& first = series.at("points").at(change.at("at").get<std::size_t>());
      text += Format("%-44s %.6g -> %.6g  (%+.1f %%, p %.3f) from ",
                     series.at("metric").get<std::string>().c_str(), before, after,
                     100 * (after / before - 1), change.at("p").get<double>()) +
              first.at("commit").get<std::string>() + ' ' + first.at("at").get<std::string>() +
              '\n';
    }
  }
  return text;
}

Result<void> Show(const HistoryFlags& flags) {
  const auto text = ReadWholeFile(flags.file);
  if (!text) return tl::unexpected(text.error());
  const auto points = ParseHistory(*text, flags.file);
  if (!points) return tl::unexpected(points.error());
  const auto history = HistoryJson(*points, flags.only);
  Outputs outputs({{"--html", flags.html}});
  if (std::string wrong = outputs.Open({{"FILE", flags.file}}); !wrong.empty()) {
    return Fail(Code::kInvalidArgument, std::move(wrong));
  }
  outputs.Say(HistoryText(history));
  outputs.Write("--html", ResultHtml(history));
  return Written(outputs);
}

int FinishSeries(const Result<void>& done) {
  return done ? static_cast<int>(kExitOk) : GateError("history", done.error());
}

}  // namespace

void AddHistory(CLI::App& results, int& exit) {
  CLI::App* const history =
      results.add_subcommand("history",
                             "Series of results over commits (results/history/*.jsonl),\n"
                             "informational");
  history->require_subcommand(1);
  const auto flags = std::make_shared<HistoryFlags>();

  CLI::App* const append =
      history->add_subcommand("append", "Add a line with the figures of a result");
  append->add_option("FILE", flags->file, "The result")->required();
  append->add_option("--to", flags->to, "The history, made if it is not there")
      ->required()
      ->type_name("FILE");
  AddFlag(*append, "--commit", flags->commit, AnyText, "What was measured; HEAD by default", "REV");
  AddFlag(*append, "--at", flags->at, ParseUtc, "When, in UTC; now by default", "TIME");
  append->callback([flags, &exit] { exit = FinishSeries(AppendLine(*flags)); });

  CLI::App* const show =
      history->add_subcommand("show", "Where the level of a metric changed for good");
  show->add_option("FILE", flags->file, "The history")->required();
  show->add_option("--only", flags->only, "Metrics whose name contains this")->type_name("NAME");
  show->add_option("--html", flags->html, "Draw the series as a page; - for stdout")
      ->type_name("FILE");
  show->callback([flags, &exit] { exit = FinishSeries(Show(*flags)); });
}

}  // namespace ringlab
