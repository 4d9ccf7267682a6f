// PartFile: a file that is written, and read back, under another name until it is whole.
//
// Then it takes the place of what its own name stood for, so that whoever ends before leaves that
// as it was. Devices and pipes are written as they are, and so is a file with several names or in a
// folder that takes no new ones. Nothing of it is inherited by programs that are started. Errors
// say what could not be done to which file. Not thread-safe.
#pragma once

#include <cstdio>
#include <memory>
#include <string>

#include "core/base/result.h"

namespace ringlab {

class PartFile {
 public:
  // Begins a file that is to be called `file`; a link there stays a link. kUnavailable when that
  // cannot be.
  static Result<std::unique_ptr<PartFile>> Create(const std::string& file);

  // What is not whole is removed.
  ~PartFile();
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  std::FILE* stream() const { return stream_.get(); }  // not after Keep()

  // It is whole: closes it and gives it its name, once.
  Result<void> Keep();

  // "cannot WHAT "FILE": " and what the last call of the system said.
  tl::unexpected<Error> Failed(const char* what) const;

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const { (void)std::fclose(file); }
  };
  explicit PartFile(std::string name) : name_(std::move(name)) {}

  bool OpenBeside();

  const std::string name_;   // as it was given
  std::string place_ = {};   // where links lead
  std::string beside_ = {};  // what it is called until it is whole; "" when it has its name already
  std::unique_ptr<std::FILE, CloseFile> stream_;
};

}  // namespace ringlab
