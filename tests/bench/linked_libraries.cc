#include "tests/bench/linked_libraries.h"

#include <elf.h>
#include <link.h>

#include <cstddef>
#include <cstring>

namespace ringlab {
namespace {

std::string BuildIdIn(const char* notes, std::size_t size) {
  const auto padded = [](std::size_t bytes) { return (bytes + 3) / 4 * 4; };
  for (std::size_t at = 0; at + sizeof(ElfW(Nhdr)) <= size;) {
    ElfW(Nhdr) note;
    std::memcpy(&note, notes + at, sizeof note);
    const std::size_t id = at + sizeof note + padded(note.n_namesz);
    if (note.n_type == NT_GNU_BUILD_ID && id + note.n_descsz <= size) {
      constexpr const char* kDigits = "0123456789abcdef";
      std::string hex;
      for (std::size_t i = 0; i < note.n_descsz; ++i) {
        const auto byte = static_cast<unsigned char>(notes[id + i]);
        hex += kDigits[byte >> 4];
        hex += kDigits[byte & 15];
      }
      return hex;
    }
    at = id + padded(note.n_descsz);
  }
  return "";
}

int Visit(dl_phdr_info* library, std::size_t, void* to) {
  const std::string file = library->dlpi_name;
  if (file.empty() || file.find('/') == std::string::npos) return 0;  // ourselves, the kernel's
  for (int i = 0; i < library->dlpi_phnum; ++i) {
    const auto& header = library->dlpi_phdr[i];
    if (header.p_type != PT_NOTE) continue;
    const auto* notes = reinterpret_cast<const char*>(library->dlpi_addr + header.p_vaddr);
    const std::string id = BuildIdIn(notes, header.p_memsz);
    auto& libraries = *static_cast<std::map<std::string, std::string>*>(to);
    if (!id.empty()) libraries[file.substr(file.rfind('/') + 1)] = id;
  }
  return 0;
}

}  // namespace

std::map<std::string, std::string> LinkedLibraries() {
  std::map<std::string, std::string> libraries;
  dl_iterate_phdr(Visit, &libraries);
  return libraries;
}

}  // namespace ringlab
