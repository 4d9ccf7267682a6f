#include "node/sql/source_spec.h"

#include "core/base/parse.h"
#include "node/sql/size_file.h"
#include "node/sql/source.h"
#include "node/sql/source_url.h"

namespace ringlab {

namespace {

constexpr std::string_view kSyntheticExample =
    "synthetic:SETTINGS, such as synthetic:size=100,latency=1ms,not-found=1%,error=0.1%";

// What its file says of sizes.
Result<SyntheticSpec> WithSizes(SyntheticSpec spec) {
  if (spec.index_file.empty()) return spec;
  auto index = MapSizeFile(spec.index_file);
  if (!index) return Fail(index.error().code, "sizes=" + index.error().message);
  spec.index = *std::move(index);
  return spec;
}

// A database's text with the wrong word in front is not repeated by the part: it has a password.
Result<SyntheticSpec> ParseSettings(const std::string& text, std::string_view settings) {
  if (settings.starts_with("//") || settings.find('@') != std::string_view::npos) {
    return Fail(Code::kInvalidArgument,
                "\"" + Redacted(text) + "\": expected " + std::string(kSyntheticExample));
  }
  return ParseSyntheticSpec(settings).and_then(WithSizes);
}

}  // namespace

Result<SyntheticSpec> ParseSyntheticSource(const std::string& text) {
  const auto [kind, spec] = SplitOnce(text, ':');
  if (kind == "synthetic") return ParseSettings(text, spec);
  return Fail(Code::kInvalidArgument, "\"" + Redacted(text) + "\": expected " +
                                          std::string(kSyntheticExample) +
                                          (IsSqlText(text) ? "; a database is for cachenode and "
                                                             "loadgen"
                                                           : ""));
}

Result<SourceSpec> ParseSource(const std::string& text) {
  if (IsSqlText(text)) return ParseSqlSpec(text).and_then(WithPassword);
  const auto [kind, spec] = SplitOnce(text, ':');
  if (kind == "synthetic") return ParseSettings(text, spec);
  return Fail(Code::kInvalidArgument,
              "\"" + Redacted(text) + "\": expected " + std::string(kSyntheticExample) +
                  "; sqlite:FILE?table=T&key=COLUMN&value=COLUMN; or mysql:// or postgresql:// and "
                  "USER[:PASSWORD]@HOST[:PORT]/DATABASE?table=…");
}

std::string ShownSource(const std::string& text) {
  if (!IsSqlText(text)) return text;
  const auto spec = ParseSqlSpec(text);
  return spec ? ShownSpec(*spec) : Redacted(text);
}

std::unique_ptr<Source> MakeSource(const SourceSpec& spec, std::uint64_t seed,
                                   Scheduler& scheduler) {
  if (const auto* const sql = std::get_if<SqlSpec>(&spec)) {
    return std::make_unique<SqlSource>(*sql, seed);
  }
  return std::make_unique<SyntheticSource>(std::get<SyntheticSpec>(spec), seed, scheduler);
}

Result<std::uint64_t> PrepareSource(const SourceSpec& spec, const std::optional<SqlFill>& fill,
                                    const FillProgress& progress) {
  const auto* const sql = std::get_if<SqlSpec>(&spec);
  if (sql == nullptr) return 0;
  std::uint64_t written = 0;
  if (fill) {
    const auto filled = FillTable(*sql, *fill, progress);
    if (!filled) return filled;
    written = *filled;
  }
  if (auto tried = TrySqlSource(*sql); !tried) return tl::unexpected<Error>(tried.error());
  return written;
}

std::string ComplaintAboutFill(const SourceSpec& spec, const std::optional<SqlFill>& fill) {
  if (!fill || std::holds_alternative<SqlSpec>(spec)) return "";
  return "--source-fill: expected a database in --source, such as sqlite:FILE";
}

}  // namespace ringlab
