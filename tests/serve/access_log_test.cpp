#include "giemsa/serve/access_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "core/error_matchers.h"
#include "giemsa/core/file.h"
#include "giemsa/core/text.h"
#include "serve/asked_of.h"

namespace giemsa::testing {
namespace {

using ::testing::HasSubstr;

TEST(AccessLog, IsALineOfJsonForEachRequest) {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "access.jsonl").string();
  for (int run = 0; run < 2; ++run) {  // the second is appended
    AccessLog log(file);
    log.add({.client = "127.0.0.1",
             .method = "POST",
             .path = "/v1/predict\n\"\xFF",
             .status = 200,
             .bytes_in = 10,
             .bytes_out = 20,
             .milliseconds = 1.23456,
             .pictures = 3,
             .model = "abc"});
    log.add({.client = "::1", .method = "GET", .path = std::string(1000, 'a'), .status = 404});
    log.add_event("reload", "done");
  }
  const std::vector<std::string> lines = split_text(read_text(file), '\n');
  ASSERT_EQ(lines.size(), 7u);
  const Json first = Json::parse(lines[0]), second = Json::parse(lines[1]), third = Json::parse(lines[5]);
  EXPECT_TRUE(std::string(first["time"]).ends_with('Z'));
  EXPECT_EQ(first["path"], "/v1/predict\n\"\xEF\xBF\xBD");
  EXPECT_EQ(first["status"], 200);
  EXPECT_EQ(first["ms"], 1.235);
  EXPECT_EQ(first["pictures"], 3);
  EXPECT_EQ(first["model"], "abc");
  EXPECT_EQ(std::string(second["path"]).size(), 256u);
  EXPECT_FALSE(second.contains("pictures"));
  EXPECT_EQ(third["event"], "reload");
}

TEST(AccessLog, OpensItsFileAgain) {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "log", old = folder.path() / "log.1";
  {
    AccessLog log(file.string());
    log.add_event("one", "");
    while (std::filesystem::file_size(file) == 0) std::this_thread::yield();
    std::filesystem::rename(file, old);
    log.reopen();
    log.add_event("two", "");
  }
  EXPECT_THAT(read_text(old), HasSubstr("one"));
  EXPECT_THAT(read_text(file), HasSubstr("two"));
}

TEST(AccessLog, NeverHoldsUpWhoWritesToIt) {
  const TemporaryFolder folder;
  const std::string pipe = (folder.path() / "pipe").string();
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const int reader = ::open(pipe.c_str(), O_RDWR | O_CLOEXEC);  // which never reads
  {
    AccessLog log(pipe);
    const auto began = std::chrono::steady_clock::now();
    for (int i = 0; i < 20'000; ++i) log.add({.client = "x", .method = "GET", .path = "/", .status = 200});
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(10));
    EXPECT_GT(log.lost(), 0u);
    ::close(reader);
  }
}

TEST(AccessLog, CanBeLeftOut) {
  AccessLog log("none");
  log.add({.client = "x", .method = "GET", .path = "/", .status = 200});
  log.reopen();
  EXPECT_EQ(log.lost(), 0u);
  EXPECT_THAT(error_of(ErrorKind::Io, [] { AccessLog("/no/such/folder/log"); }), HasSubstr("access log"));
}

}  // namespace
}  // namespace giemsa::testing
