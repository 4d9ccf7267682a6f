// The subcommands of the `results` tool, one file each: `command_NAME.cc`.
//
// Each adds itself to the command line. CLI11 runs the one that was called after parsing, and that
// leaves what the tool exits with in `exit`.
#pragma once

namespace CLI {
class App;
}

namespace ringlab {

void AddReport(CLI::App& results, int& exit);    // a page, or other tools' formats
void AddShow(CLI::App& results, int& exit);      // a result as text
void AddValidate(CLI::App& results, int& exit);  // does a file keep to the schema?
void AddMerge(CLI::App& results, int& exit);     // one result of all shards' results
void AddCompare(CLI::App& results, int& exit);   // what became worse from one file to another?
void AddAb(CLI::App& results, int& exit);        // … from a commit to what is here?
void AddBaseline(CLI::App& results, int& exit);  // … from the stored figures to what is here?
void AddHistory(CLI::App& results, int& exit);   // … over many commits?

}  // namespace ringlab
