// Certificates for tests, made by OpenSSL: an authority, and what it issues.
#pragma once

#include <memory>
#include <string>

namespace ringlab {

// A folder that is there for one test.
class TestFolder {
 public:
  TestFolder();
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  ~TestFolder();

  std::string PathOf(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

void WriteFile(const std::string& path, const std::string& content);
std::string ReadFile(const std::string& path);

struct CertificateFiles {
  std::string cert;
  std::string key;
};

class TestAuthority {
 public:
  explicit TestAuthority(const TestFolder& folder, const std::string& name = "ca");
  ~TestAuthority();

  const std::string& cert() const { return files_.cert; }

  // A certificate of `alternatives`, as OpenSSL writes them: "IP:127.0.0.1,DNS:node". `days` below
  // 0: it has expired. Of one name, the later replaces the earlier.
  CertificateFiles Issue(const std::string& name,
                         const std::string& alternatives = "IP:127.0.0.1,DNS:localhost",
                         int days = 30) const;

 private:
  struct Own;

  const TestFolder& folder_;
  CertificateFiles files_;
  std::unique_ptr<Own> own_;
};

}  // namespace ringlab
