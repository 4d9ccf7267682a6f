#include "node/sql/fill.h"

#include <soci/soci.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "core/source/synthetic_value.h"
#include "node/sql/dialect.h"
#include "node/sql/session.h"

namespace ringlab {

namespace {

constexpr std::uint64_t kKeysMax = 1'000'000'000;
constexpr std::uint64_t kRowsPerStatement = 100;
constexpr std::uint64_t kRowsPerTransaction = 5'000;
// Waiting for others who fill the same table included.
constexpr Duration kPatience = std::chrono::minutes(10);

using Rows = std::vector<std::pair<std::string, std::string>>;

// What the reference systems' demonstrations ask for: a map's rows, and a table's, which one of
// them writes with its group's name in front.
Rows DemoRows() {
  Rows rows{{"Tom", "630"}, {"Jack", "589"}, {"Sam", "567"}, {"Alice", "788"}};
  for (const char* const prefix : {"", "scores"}) {
    for (const auto& [name, score] : Rows{{"张三", "100"},
                                          {"李四", "1000"},
                                          {"王五", "10000"},
                                          {"hihihi", "100"},
                                          {"hi", "1000"},
                                          {"hihi", "10000"}}) {
      rows.emplace_back(prefix + name, score);
    }
  }
  return rows;
}

// An empty file is an empty database. What is there stays as it is.
Result<void> MakeFile(const SqlSpec& spec) {
  if (std::ofstream(spec.file, std::ios::app)) return {};
  return Fail(Code::kFailedPrecondition,
              "fill " + ShownSpec(spec) + ": the file cannot be written");
}

std::string KeyAt(std::uint64_t index) { return "key-" + std::to_string(index); }

// Writes into one table, over a connection of its own.
class Filling {
 public:
  Filling(const SqlSpec& spec, const SqlFill& fill)
      : spec_([&] {
          SqlSpec patient = spec;
          patient.timeout = kPatience;
          return patient;
        }()),
        fill_(fill),
        session_(spec_) {}

  Result<std::uint64_t> Run(const FillProgress& progress) {
    if (auto connected = session_.Connect(); !connected) {
      return tl::unexpected<Error>(connected.error());
    }
    try {
      const LockTexts lock = LockTextsOf(spec_);
      if (!lock.take.empty()) Ask(lock.take);
      session_.soci() << CreateText(spec_, !fill_.is_demo());
      const std::uint64_t written = fill_.is_demo() ? FillDemo() : FillKeys(progress);
      if (!lock.give.empty()) Ask(lock.give);
      return written;
    } catch (const std::exception& error) {
      return tl::unexpected<Error>(session_.Translate("fill " + ShownSpec(spec_), error));
    }
  }

 private:
  long long Ask(const std::string& text) {
    long long number = 0;
    soci::indicator ignored = soci::i_ok;
    session_.soci() << text, soci::into(number, ignored);
    return number;
  }

  // One writer at a time in SQLite too, from before it looks.
  void Begin() {
    if (spec_.database == Database::kSqlite) {
      session_.soci() << "BEGIN IMMEDIATE";
    } else {
      session_.soci() << "BEGIN";
    }
  }

  std::uint64_t FillDemo() {
    Begin();
    Rows rows;
    if (Ask(CountText(spec_)) == 0) rows = DemoRows();
    if (!rows.empty()) Write(rows);
    session_.soci() << "COMMIT";
    return rows.size();
  }

  std::uint64_t FillKeys(const FillProgress& progress) {
    if (IsFilled()) return 0;
    std::uint64_t written = 0;
    for (std::uint64_t from = 0; from < fill_.keys; from += kRowsPerTransaction) {
      const std::uint64_t end = std::min(fill_.keys, from + kRowsPerTransaction);
      Begin();
      Rows rows;
      for (std::uint64_t i = from; i < end; ++i) {
        if (SyntheticExists(fill_.values, KeyAt(i))) {
          rows.emplace_back(KeyAt(i), BoundBytes(spec_, ValueAt(i).view()));
        }
        if (rows.size() < kRowsPerStatement && i + 1 < end) continue;
        if (!rows.empty()) Write(rows);
        written += rows.size();
        rows.clear();
      }
      session_.soci() << "COMMIT";
      if (progress) progress(end, fill_.keys);
    }
    return written;
  }

  Value ValueAt(std::uint64_t index) const {
    const std::string key = KeyAt(index);
    return MakeSyntheticValue(key, fill_.values.version, SyntheticSize(fill_.values, key));
  }

  // Keys are written in order, a transaction after the other, so the last one tells of all.
  bool IsFilled() {
    std::uint64_t last = fill_.keys;
    while (last > 0 && !SyntheticExists(fill_.values, KeyAt(last - 1))) --last;
    if (last == 0) return true;
    SqlSession reader(spec_);
    if (const auto prepared = reader.Prepare(); !prepared) return false;
    const auto found = reader.Find(KeyAt(last - 1));
    return found && found->view() == ValueAt(last - 1).view();
  }

  void Write(const Rows& rows) {
    soci::statement statement(session_.soci());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      statement.exchange(soci::use(rows[i].first, "k" + std::to_string(i)));
      statement.exchange(soci::use(rows[i].second, "v" + std::to_string(i)));
    }
    statement.alloc();
    statement.prepare(UpsertText(spec_, rows.size(), !fill_.is_demo()));
    statement.define_and_bind();
    statement.execute(true);
  }

  const SqlSpec spec_;
  const SqlFill fill_;
  SqlSession session_;
};

}  // namespace

Result<SqlFill> ParseSqlFill(std::string_view text) {
  if (text == "demo") return SqlFill{};
  const auto [count, settings] = SplitOnce(text, ',');
  const auto keys = ParseCount(count);
  const auto values = ParseSyntheticSpec(settings);
  const bool is_plain = values && values->latency == Duration::zero() && values->error == 0 &&
                        values->index_file.empty();
  if (!keys || *keys == 0 || *keys > kKeysMax || !is_plain) {
    return Fail(Code::kInvalidArgument,
                "\"" + std::string(text) + "\": expected demo, or a number of keys from 1 to " +
                    std::to_string(kKeysMax) +
                    ", which may be followed by size=, not-found= and version= as in "
                    "100000,size=64-4KiB");
  }
  return SqlFill{.keys = *keys, .values = *values};
}

Result<std::uint64_t> FillTable(const SqlSpec& spec, const SqlFill& fill,
                                const FillProgress& progress) {
  if (spec.database == Database::kSqlite) {
    if (auto made = MakeFile(spec); !made) return tl::unexpected<Error>(made.error());
  }
  return Filling(spec, fill).Run(progress);
}

}  // namespace ringlab
