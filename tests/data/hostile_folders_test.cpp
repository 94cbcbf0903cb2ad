// Folders as archives of real pictures have them: parts that cannot be read, links that lead astray, things
// that are no files. What can be read is, the rest is a finding.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <fmt/format.h>

#include "core/error_matchers.h"
#include "data/made_source.h"
#include "giemsa/data/broken_picture.h"
#include "giemsa/split/split.h"

namespace giemsa::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// "RECORD (REASON)" of each.
std::vector<std::string> short_findings(const Source& source) {
  std::vector<std::string> findings;
  for (const Finding& finding : source.findings()) {
    findings.push_back(finding.record + " (" + finding.reason + ")");
    EXPECT_THAT(finding.evidence, HasSubstr(finding.record));
  }
  return findings;
}

std::vector<std::string> ids_of(const Source& source) {
  std::vector<std::string> ids;
  for (const auto& record : source.records()) ids.push_back(record.id);
  return ids;
}

/// While it lives, the system's permissions hold for this process even if it was started by root.
class AsNobody {
 public:
  AsNobody() {
    const bool done = ::geteuid() != 0 || ::seteuid(65534) == 0;
    EXPECT_TRUE(done);
  }
  ~AsNobody() { EXPECT_EQ(::seteuid(::getuid()), 0); }
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;
};

class HostileFolder : public ::testing::Test {
 protected:
  HostileFolder() { fs::permissions(root_.path(), fs::perms(0755)); }
  ~HostileFolder() override {
    while (!locked_.empty()) {  // the last one may lie above the others
      fs::permissions(locked_.back(), fs::perms(0755));
      locked_.pop_back();
    }
  }
  fs::path path(const std::string& name) const { return root_.path() / name; }
  void lock(const std::string& name, int mode = 0) {
    fs::permissions(path(name), fs::perms(mode));
    locked_.push_back(path(name));
  }
  std::unique_ptr<Source> open() const { return open_source(root_.path()); }

 private:
  TemporaryFolder root_;
  std::vector<fs::path> locked_;
};

TEST_F(HostileFolder, AnUnreadableClassKeepsItsNumber) {
  put_picture(path("a/1.png"));
  put_picture(path("b/1.png"));
  put_picture(path("c/1.png"));
  lock("b");
  const AsNobody nobody;
  const auto source = open();
  EXPECT_THAT(source->classes(), ElementsAre("a", "b", "c"));
  EXPECT_THAT(ids_of(*source), ElementsAre("a/1.png", "c/1.png"));
  EXPECT_EQ(source->records()[1].label, 2);
  EXPECT_THAT(short_findings(*source), ElementsAre("b (unreadable)"));
  EXPECT_THAT(source->findings()[0].evidence, HasSubstr("Permission denied"));
  EXPECT_THAT(error_of(ErrorKind::Data, [&] { make_split(*source, {}, 1); }), HasSubstr("'a'"));
}

TEST_F(HostileFolder, UnreadablePartsOfAClass) {
  put_picture(path("a/1.png"));
  put_picture(path("a/2.png"));
  put_picture(path("a/plate/3.png"));
  put_picture(path("a/listed/4.png"));
  lock("a/2.png");
  lock("a/plate");
  lock("a/listed", 0444);  // names can be read, files cannot be reached
  const AsNobody nobody;
  const auto source = open();
  EXPECT_THAT(ids_of(*source), ElementsAre("a/1.png", "a/2.png"));
  EXPECT_THAT(short_findings(*source), ElementsAre("a/listed/4.png (unreadable)", "a/plate (unreadable)"));
  std::optional<Finding> finding;
  EXPECT_FALSE(load_or_find(*source, 1, finding));
  EXPECT_EQ(finding->reason, "unreadable");
  EXPECT_THAT(finding->evidence, AllOf(HasSubstr("a/2.png"), HasSubstr("Permission denied")));
}

TEST_F(HostileFolder, NothingReadableIsAnError) {
  put_picture(path("a/1.png"));
  lock("a");
  {
    const AsNobody nobody;
    EXPECT_THAT(error_of(ErrorKind::Io, [&] { open(); }),
                AllOf(HasSubstr("no picture can be read"), HasSubstr("Permission denied")));
  }
  lock("");
  const AsNobody nobody;
  EXPECT_THAT(error_of(ErrorKind::Io, [&] { open(); }), HasSubstr("Permission denied"));
}

TEST_F(HostileFolder, LinksThatLeadNowhereOrRoundInCircles) {
  put_picture(path("a/1.png"));
  fs::create_symlink("absent.png", path("a/dangling.png"));
  fs::create_symlink("self.png", path("a/self.png"));
  fs::create_symlink("there", path("a/here"));
  fs::create_symlink("here", path("a/there"));
  fs::create_directory_symlink("..", path("a/up"));
  fs::create_symlink("nowhere", path("b"));
  const auto source = open();
  EXPECT_THAT(source->classes(), ElementsAre("a"));
  EXPECT_THAT(ids_of(*source), ElementsAre("a/1.png"));
  EXPECT_THAT(short_findings(*source),
              ElementsAre("a/dangling.png (unreadable)", "a/here (unreadable)", "a/self.png (unreadable)",
                          "a/there (unreadable)", "a/up (unreadable)", "b (unreadable)"));
  EXPECT_THAT(source->findings()[0].evidence, HasSubstr("a link that leads nowhere"));
  EXPECT_THAT(source->findings()[2].evidence, HasSubstr("symbolic links"));
}

TEST_F(HostileFolder, APipeIsNotWaitedFor) {
  put_picture(path("a/1.png"));
  ASSERT_EQ(::mkfifo(path("a/pipe.jpg").c_str(), 0644), 0);
  ASSERT_EQ(::mkfifo(path("a/pipe").c_str(), 0644), 0);  // not named like a picture: nobody expects one
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  path("a/socket.png").string().copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  const auto source = open();
  EXPECT_THAT(ids_of(*source), ElementsAre("a/1.png"));
  EXPECT_THAT(short_findings(*source), ElementsAre("a/pipe.jpg (unreadable)", "a/socket.png (unreadable)"));
  ::close(socket);
}

TEST_F(HostileFolder, AManifestNamesWhatIsNoFile) {
  put_picture(path("1.png"));
  fs::create_directory(path("folder.png"));
  ASSERT_EQ(::mkfifo(path("pipe.png").c_str(), 0644), 0);
  put_text(path("cells.csv"), "path,label\n1.png,a\nabsent.png,a\nfolder.png,a\npipe.png,a\n/dev/zero,a\n");
  const auto source = open_source(path("cells.csv"));
  const char* const says[] = {"", "No such file", "not a file", "not a file", "not a file"};
  EXPECT_EQ(source->load(0).width(), 2);
  for (std::size_t i = 1; i < 5; ++i) {
    std::optional<Finding> finding;
    EXPECT_FALSE(load_or_find(*source, i, finding));
    EXPECT_EQ(finding->reason, "unreadable");
    EXPECT_THAT(finding->evidence, HasSubstr(says[i]));
  }
  put_text(path("nul.csv"), std::string("path,label\n1.png") + '\0' + ",a\n");
  EXPECT_THAT(error_of(ErrorKind::Data, [&] { open_source(path("nul.csv")); }),
              HasSubstr("the path holds a NUL"));
}

TEST_F(HostileFolder, WhatIsNotListedIsNamed) {
  put_picture(path("a/1.png"));
  put_picture(path("loose.png"));
  put_text(path("notes.txt"), "not a picture by its name");
  put_text(path("a/web.WEBP"), "another format");
  put_text(path("a/readme.md"), "words");
  put_picture(path("a/.hidden.png"));
  fs::create_directories(path("a/folder.jpg"));
  put_picture(path("a/folder.jpg/2.png"));
  const auto source = open();
  EXPECT_THAT(ids_of(*source), ElementsAre("a/1.png", "a/folder.jpg/2.png"));
  EXPECT_THAT(short_findings(*source), ElementsAre("a/web.WEBP (unsupported)", "loose.png (unlabelled)"));
}

TEST_F(HostileFolder, FoldersDeeperThanAnyPathMayBe) {
  put_picture(path("a/1.png"));
  int folder = ::open(path("a").c_str(), O_RDONLY | O_DIRECTORY);
  const std::string name(250, 'd');
  for (int depth = 0; depth < 20; ++depth) {  // 5000 bytes; a path holds 4096
    ASSERT_EQ(::mkdirat(folder, name.c_str(), 0755), 0);
    const int next = ::openat(folder, name.c_str(), O_RDONLY | O_DIRECTORY);
    ::close(folder);
    folder = next;
  }
  ::close(folder);
  const auto source = open();
  EXPECT_THAT(ids_of(*source), ElementsAre("a/1.png"));
  ASSERT_EQ(source->findings().size(), 1u);
  EXPECT_EQ(source->findings()[0].reason, "unreadable");
  EXPECT_THAT(source->findings()[0].evidence, HasSubstr("File name too long"));
}

TEST_F(HostileFolder, AClassWithOneRecord) {
  for (int i = 0; i < 5; ++i) put_picture(path(fmt::format("many/{}.png", i)));
  put_picture(path("single/1.png"));
  const auto source = open();
  EXPECT_EQ(source->records().size(), 6u);
  EXPECT_THAT(source->findings(), IsEmpty());
  EXPECT_THAT(error_of(ErrorKind::Data, [&] { make_split(*source, {}, 1); }), HasSubstr("class 'single'"));
}

}  // namespace
}  // namespace giemsa::testing
