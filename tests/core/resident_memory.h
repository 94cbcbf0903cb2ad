#pragma once
#include <gtest/gtest.h>

#include <fstream>
#include <string>

namespace giemsa::testing {

/// Bytes of mapped files (also of those in a file system in memory) that lie in this process's memory.
inline std::size_t resident_file_bytes() {
  std::ifstream status("/proc/self/status");
  std::size_t kib = 0, total = 0;
  for (std::string word; status >> word;) {
    if ((word == "RssFile:" || word == "RssShmem:") && status >> kib) total += kib << 10;
  }
  EXPECT_GT(total, 0u);
  return total;
}

/// The most memory that this process has ever held.
inline std::size_t peak_resident_bytes() {
  std::ifstream status("/proc/self/status");
  std::size_t kib = 0;
  for (std::string word; status >> word;) {
    if (word == "VmHWM:" && status >> kib) return kib << 10;
  }
  ADD_FAILURE() << "/proc/self/status lacks VmHWM";
  return 0;
}

}  // namespace giemsa::testing
