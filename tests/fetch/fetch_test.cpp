#include "giemsa/fetch/fetch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>

#include "core/error_matchers.h"
#include "fetch/http_server.h"
#include "giemsa/core/file.h"
#include "giemsa/core/hash.h"
#include "giemsa/core/version.h"
#include "giemsa/fetch/part_file.h"

namespace giemsa::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;

/// A file of 300 kB, a server that has it, and a folder for it to go to.
class Fetch : public ::testing::Test {
 protected:
  static constexpr std::size_t kBytes = 300'000, kPart = 100'000;

  Fetch() {
    ::unsetenv("http_proxy");
    for (std::size_t i = 0; i < kBytes; ++i) content_ += static_cast<char>(i * i % 251);
    hash_ = sha256_hex(content_);
    entry_ = {.name = "net",
              .network = "net",
              .folder = "https://giemsa.invalid/models/",
              .files = {"net.pth"},
              .sha256 = {std::string_view(hash_).substr(0, 8)},
              .bytes = 0};
    options_ = {.folder = folder_.path() / "cache", .mirror = server_.url() + "/m"};
    file_ = options_.folder / "net.pth";
    part_ = options_.folder / "net.pth.part";
    server_.put("/m/net.pth", {.content = content_});
  }

  void leave_part(std::string_view content) const {
    std::filesystem::create_directories(options_.folder);
    write_atomic(part_, content);
  }
  void expect_fetched() {
    const Fetched fetched = fetch_weights(entry_, options_);
    EXPECT_FALSE(fetched.was_there);
    EXPECT_EQ(fetched.path, file_);
    EXPECT_EQ(fetched.sha256, hash_);
    EXPECT_EQ(read_text(file_), content_);
    EXPECT_FALSE(std::filesystem::exists(part_));
  }
  std::string error(ErrorKind kind) {
    std::string text = error_of(kind, [&] { fetch_weights(entry_, options_); });
    EXPECT_FALSE(std::filesystem::exists(file_));
    return text;
  }

  TemporaryFolder folder_;
  HttpServer server_;
  std::string content_, hash_;
  PublishedWeights entry_;
  FetchOptions options_;
  std::filesystem::path file_, part_;
};

auto request(const std::string& path, const std::string& range, std::size_t sent) {
  return AllOf(Field(&Request::path, path), Field(&Request::range, range), Field(&Request::sent, sent));
}

TEST_F(Fetch, BringsTheWholeFile) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> progress;
  options_.progress = [&](std::uint64_t done, std::uint64_t total) { progress.emplace_back(done, total); };
  expect_fetched();
  EXPECT_THAT(server_.requests(), ElementsAre(request("/m/net.pth", "", kBytes)));
  EXPECT_EQ(server_.requests()[0].agent, "giemsa/" + std::string(version()));
  EXPECT_EQ(progress.front(), std::pair(std::uint64_t{0}, std::uint64_t{kBytes}));
  EXPECT_EQ(progress.back(), std::pair(std::uint64_t{kBytes}, std::uint64_t{kBytes}));
}

TEST_F(Fetch, MakesNoRequestForWhatIsThere) {
  expect_fetched();
  const Fetched again = fetch_weights(entry_, options_);
  EXPECT_TRUE(again.was_there);
  EXPECT_EQ(again.path, file_);
  EXPECT_EQ(again.sha256, hash_);
  EXPECT_EQ(server_.requests().size(), 1u);
}

TEST_F(Fetch, ReplacesADamagedFile) {
  std::filesystem::create_directories(options_.folder);
  write_atomic(file_, content_.substr(0, kPart));
  expect_fetched();
}

TEST_F(Fetch, GoesOnAfterACut) {
  server_.put("/m/net.pth", {.content = content_, .cut_after = kPart});
  EXPECT_THAT(error(ErrorKind::Io), AllOf(HasSubstr("/m/net.pth"), HasSubstr("goes on where it stopped")));
  EXPECT_EQ(read_text(part_), content_.substr(0, kPart));
  server_.put("/m/net.pth", {.content = content_});
  std::uint64_t total = 0;
  options_.progress = [&](std::uint64_t, std::uint64_t all) { total = all; };
  expect_fetched();
  EXPECT_THAT(server_.requests(), ElementsAre(request("/m/net.pth", "", kPart),
                                              request("/m/net.pth", "bytes=100000-", kBytes - kPart)));
  EXPECT_EQ(total, kBytes);
}

TEST_F(Fetch, BeginsAnewWhereTheServerKnowsNoParts) {
  leave_part(content_.substr(0, kPart));
  server_.put("/m/net.pth", {.content = content_, .ranges = false});
  expect_fetched();
  EXPECT_THAT(server_.requests(), ElementsAre(request("/m/net.pth", "bytes=100000-", kBytes)));
}

TEST_F(Fetch, TakesAPartThatIsComplete) {  // killed just before the part got its name
  leave_part(content_);
  expect_fetched();
  EXPECT_THAT(server_.requests(),
              ElementsAre(AllOf(Field(&Request::range, "bytes=300000-"), Field(&Request::sent, 14u))));
}

TEST_F(Fetch, BeginsAnewAfterAPartThatIsTooLong) {
  leave_part(content_ + "more");
  expect_fetched();
  EXPECT_EQ(server_.requests().size(), 2u);
}

TEST_F(Fetch, RefusesAnotherPartThanItAskedFor) {
  leave_part(content_.substr(0, kPart));
  server_.put("/m/net.pth", {.content = content_, .content_range = "bytes 5-299999/300000"});
  EXPECT_THAT(error(ErrorKind::Io), HasSubstr("'bytes 5-299999/300000' instead of 'bytes 100000-'"));
  EXPECT_EQ(read_text(part_).size(), kPart);
}

TEST_F(Fetch, RemovesWhatHasAnotherHash) {
  std::string other = content_;
  other[5] ^= 1;
  server_.put("/m/net.pth", {.content = other});
  EXPECT_THAT(error(ErrorKind::Data),
              AllOf(HasSubstr("its SHA-256 is " + sha256_hex(other)),
                    HasSubstr("one that begins with " + hash_.substr(0, 8)), HasSubstr("it was removed")));
  EXPECT_FALSE(std::filesystem::exists(part_));
}

TEST_F(Fetch, TellsAnEmptyAnswerFromThePart) {
  leave_part(content_.substr(0, kPart));
  server_.put("/m/net.pth", {.content = "", .ranges = false});
  error(ErrorKind::Data);
  EXPECT_FALSE(std::filesystem::exists(part_));
}

TEST_F(Fetch, TellsWhatTheServerAnswers) {
  struct Case {
    int status;
    std::string says, hint;
  };
  for (const Case& c : {Case{404, "answers 404 (not found)", "check --from"},
                        Case{403, "answers 403\n", "another mirror"}, Case{500, "answers 500\n", "later"},
                        Case{204, "answers 204\n", "later"}, Case{416, "answers 416\n", "later"}}) {
    server_.put("/m/net.pth", {.content = c.status == 204 ? "" : "no file", .status = c.status});
    EXPECT_THAT(error(ErrorKind::Io),
                AllOf(HasSubstr("/m/net.pth: the server " + c.says), HasSubstr(c.hint)));
    EXPECT_FALSE(std::filesystem::exists(part_)) << "nothing arrived";
  }
}

TEST_F(Fetch, KeepsThePartWhenTheServerFails) {
  leave_part(content_.substr(0, kPart));
  server_.put("/m/net.pth", {.content = "no file", .status = 500});
  error(ErrorKind::Io);
  EXPECT_EQ(read_text(part_), content_.substr(0, kPart));
}

TEST_F(Fetch, TriesTheOldAddress) {
  entry_.files = {"new.pth", "net.pth"};
  entry_.sha256 = {"00000000", std::string_view(hash_).substr(0, 8)};
  file_ = options_.folder / "new.pth";
  expect_fetched();
  EXPECT_THAT(server_.requests(),
              ElementsAre(Field(&Request::path, "/m/new.pth"), Field(&Request::path, "/m/net.pth")));
}

TEST_F(Fetch, FollowsRedirects) {
  server_.put("/m/net.pth", {.content = "moved", .status = 302, .location = "/elsewhere/x"});
  server_.put("/elsewhere/x", {.content = content_});
  leave_part(content_.substr(0, kPart));
  expect_fetched();
  EXPECT_THAT(server_.requests(), ElementsAre(Field(&Request::path, "/m/net.pth"),
                                              request("/elsewhere/x", "bytes=100000-", kBytes - kPart)));
}

TEST_F(Fetch, FollowsNoMoreThanFiveRedirectsAndNowhereElse) {
  server_.put("/m/net.pth", {.status = 302, .location = "/m/net.pth"});
  EXPECT_THAT(error(ErrorKind::Io), HasSubstr("redirects"));
  EXPECT_EQ(server_.requests().size(), 6u);
  server_.put("/m/net.pth", {.status = 301, .location = "file:///etc/passwd"});
  EXPECT_THAT(error(ErrorKind::Io), HasSubstr("check --from"));
}

TEST_F(Fetch, BoundsTheSize) {
  options_.max_bytes = kBytes - 1;
  EXPECT_THAT(error(ErrorKind::Io),
              AllOf(HasSubstr("too large"), HasSubstr("300,000 bytes or more; 299,999")));
  server_.put("/m/net.pth", {.content = content_, .tells_length = false});
  EXPECT_THAT(error(ErrorKind::Io), HasSubstr("too large"));
  EXPECT_FALSE(std::filesystem::exists(part_));
  options_.max_bytes = kBytes;
  expect_fetched();
}

TEST_F(Fetch, KnowsTheSizeOfSomeFiles) {
  entry_.bytes = kBytes - 1;
  EXPECT_THAT(error(ErrorKind::Io), HasSubstr("too large"));
  entry_.bytes = kBytes;
  expect_fetched();
}

TEST_F(Fetch, EndsWhenNothingArrives) {
  server_.put("/m/net.pth", {.content = content_, .pause = std::chrono::seconds(30)});
  options_.stall = std::chrono::seconds(1);
  EXPECT_THAT(error(ErrorKind::Io), AllOf(HasSubstr("too slow"), HasSubstr("goes on where it stopped")));
  EXPECT_EQ(read_text(part_), content_.substr(0, 1));
}

TEST_F(Fetch, TellsThatThereIsNoSuchHost) {
  ::setenv("no_proxy", "*", 1);
  options_.mirror.clear();
  EXPECT_THAT(error(ErrorKind::Io),
              AllOf(HasSubstr("https://giemsa.invalid/models/net.pth"), HasSubstr("https_proxy")));
  EXPECT_FALSE(std::filesystem::exists(part_));
}

TEST_F(Fetch, TakesPlainHttpFromMirrorsOnly) {
  const std::string folder = server_.url() + "/m/";
  entry_.folder = folder;
  options_.mirror.clear();
  EXPECT_THAT(error(ErrorKind::Io), HasSubstr("not supported or disabled"));
  EXPECT_TRUE(server_.requests().empty());
}

TEST_F(Fetch, RefusesMirrorsThatAreNone) {
  for (const char* mirror : {"mirror.example", "ftp://mirror.example", "file:///weights"}) {
    options_.mirror = mirror;
    EXPECT_THAT(error(ErrorKind::Usage), AllOf(HasSubstr(mirror), HasSubstr("begins with https://")));
  }
}

TEST_F(Fetch, RefusesAFolderThatCannotBeLookedAt) {
  std::filesystem::create_directory_symlink("cache", options_.folder);  // a link to itself
  const std::string text = error_of(ErrorKind::Io, [&] { fetch_weights(entry_, options_); });
  EXPECT_THAT(text,
              AllOf(HasSubstr(file_.string() + " cannot be looked at: "), HasSubstr("another with --out")));
}

TEST_F(Fetch, IsOneAtATime) {
  std::filesystem::create_directories(options_.folder);
  {
    PartFile other(part_);
    EXPECT_THAT(error(ErrorKind::Io), HasSubstr("another program is writing"));
    EXPECT_TRUE(server_.requests().empty());
  }
  expect_fetched();
}

TEST_F(Fetch, KeepsWhatFitsOnTheDisk) {
  std::signal(SIGXFSZ, SIG_IGN);  // as programs of giemsa do
  rlimit limit = {};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  const rlimit small{kPart, limit.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  const std::string says = error(ErrorKind::Io);
  ::setrlimit(RLIMIT_FSIZE, &limit);
  EXPECT_THAT(says, AllOf(HasSubstr("cannot write"), HasSubstr("net.pth.part"), HasSubstr("ulimit")));
  EXPECT_EQ(read_text(part_), content_.substr(0, kPart));
  expect_fetched();
}

}  // namespace
}  // namespace giemsa::testing
