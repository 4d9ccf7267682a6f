#include "node/settings/source_flags.h"

#include <CLI/CLI.hpp>

#include "node/live/flags.h"

namespace ringlab {

void AddSourceFlags(CLI::App& app, SourceFlags& flags) {
  AddFlag(app, "--source", flags.source, ParseSource,
          "Where values come from: synthetic:SETTINGS with size=BYTES, LOW-HIGH,\n"
          "kvcache, cdn or graph, sizes=FILE, latency=TIME or exp:TIME,\n"
          "not-found=FRACTION, error=FRACTION, version=N;\n"
          "or the rows of a database: sqlite:FILE?table=T&key=COLUMN&value=COLUMN,\n"
          "mysql://USER[:PASSWORD]@HOST[:PORT]/DATABASE?..., postgresql://... the same;\n"
          "more parameters: threads=4, queue=1024, timeout=2s, password-file=FILE.\n"
          "A password may also be in RINGLAB_SOURCE_PASSWORD, MYSQL_PWD or PGPASSWORD",
          "SOURCE", "synthetic:size=100");
  AddFlag(
      app, "--source-fill", flags.fill,
      [](const std::string& text) -> Result<std::optional<SqlFill>> { return ParseSqlFill(text); },
      "Make the database's table if there is none, and fill it: with the rows of\n"
      "Student(name, score) if it is empty: demo; or with loadgen's first N keys\n"
      "and values that it can check: N, or N,size=BYTES,version=N",
      "ROWS");
}

}  // namespace ringlab
