// CsvFile: a file, a pipe or a device that rows are appended to while a run goes on.
//
// Each row is written as one piece, so that who follows the file reads whole rows. Nobody is waited
// for: a row that a full pipe does not take is lost, and the failure is told. After a row of which
// only a part was taken, as by a full disk, no other one comes: the two would be read as one. Not
// thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace ringlab {

class CsvFile {
 public:
  // Empties what is there. kInvalidArgument names the file and the reason.
  static Result<std::unique_ptr<CsvFile>> Open(const std::string& file);
  ~CsvFile();
  CsvFile(const CsvFile&) = delete;
  CsvFile& operator=(const CsvFile&) = delete;

  void Append(std::string_view row);

  // Of the first row that was lost, or "".
  const std::string& failure() const { return failure_; }

 private:
  CsvFile(std::string file, int fd) : file_(std::move(file)), fd_(fd) {}

  const std::string file_;
  const int fd_;
  std::string failure_;
  bool torn_ = false;  // a part of the last row is there
};

}  // namespace ringlab
