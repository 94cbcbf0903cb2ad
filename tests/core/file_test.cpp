#include "giemsa/core/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <optional>
#include <set>
#include <thread>

#include "core/error_matchers.h"
#include "core/resident_memory.h"
#include "giemsa/core/descriptor.h"

namespace fs = std::filesystem;

namespace giemsa {
namespace {

using ::testing::AllOf;
using testing::error_of;
using ::testing::HasSubstr;
using testing::resident_file_bytes;
using ::testing::UnorderedElementsAre;

std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.insert(entry.path().filename().string());
  return names;
}

/// While alive, no file of this process may grow beyond `bytes`: writes fail half-way as on a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit limit{bytes, old_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  void (*handler_)(int);
  rlimit old_{};
};

class FileTest : public ::testing::Test {
 protected:
  fs::path at(const char* name) const { return folder_.path() / name; }
  TemporaryFolder folder_;
};

TEST_F(FileTest, WritesAndReadsBack) {
  for (const std::size_t size : {0u, 1u, 65536u, 1'000'003u}) {
    Bytes content(size);
    for (std::size_t i = 0; i < size; ++i) content[i] = static_cast<std::uint8_t>(i * 31 >> 3);
    write_atomic(at("bytes"), content);
    EXPECT_EQ(read_bytes(at("bytes"), size), content);
    EXPECT_EQ(fs::file_size(at("bytes")), size);
  }
  write_atomic(at("text"), "first");
  write_atomic(at("text"), "second");
  EXPECT_EQ(read_text(at("text")), "second");
  EXPECT_THAT(names_in(folder_.path()), UnorderedElementsAre("bytes", "text"));
}

TEST_F(FileTest, RefusesMoreThanTheBound) {
  write_atomic(at("ten"), "0123456789");
  EXPECT_EQ(read_text(at("ten"), 10).size(), 10u);
  EXPECT_THAT(error_of(ErrorKind::Data, [&] { read_text(at("ten"), 9); }), HasSubstr("at most 9"));
  // Endless, and says nothing of its size beforehand.
  EXPECT_THAT(error_of(ErrorKind::Data, [&] { read_bytes("/dev/zero", 100'000); }),
              HasSubstr("at most 100000"));
}

TEST_F(FileTest, ReadsFilesThatTellNoSize) {
  EXPECT_THAT(read_text("/proc/self/status"), HasSubstr("Name:"));
}

TEST_F(FileTest, SaysWhyItCannotRead) {
  EXPECT_THAT(error_of(ErrorKind::Io, [&] { read_text(at("none")); }),
              AllOf(HasSubstr(at("none").string()), HasSubstr("No such file"),
                    HasSubstr("Hint: check the spelling")));
  EXPECT_THAT(error_of(ErrorKind::Io, [&] { read_text(folder_.path()); }), HasSubstr("Is a directory"));
  write_atomic(at("file"), "");
  EXPECT_THAT(error_of(ErrorKind::Io, [&] { read_text(at("file") / "below"); }),
              HasSubstr("a part of that path is a file"));
}

TEST_F(FileTest, HintsAtWhatToDo) {
  for (const auto& [number, hint] : std::initializer_list<std::pair<int, const char*>>{
           {ENOSPC, "free space"}, {EDQUOT, "free space"}, {EACCES, "permissions"}, {EROFS, "read-only"}}) {
    EXPECT_THAT(error_of(ErrorKind::Io, [n = number] { throw_file_error("write", "x", n); }),
                HasSubstr(hint));
  }
}

TEST_F(FileTest, AFailedWriteLeavesTheOldFile) {
  write_atomic(at("config"), "old");
  {
    const FileSizeLimit limit(4096);
    EXPECT_THAT(error_of(ErrorKind::Io, [&] { write_atomic(at("config"), std::string(100'000, 'x')); }),
                AllOf(HasSubstr("cannot write"), HasSubstr("File too large"), HasSubstr("Hint:")));
  }
  EXPECT_EQ(read_text(at("config")), "old");
  EXPECT_THAT(names_in(folder_.path()), UnorderedElementsAre("config"));
}

TEST_F(FileTest, AFailedCommitLeavesNoTrace) {
  AtomicFile file(at("result"));
  file.write("new");
  fs::create_directory(at("result"));  // a file cannot take the place of a folder
  EXPECT_THAT(error_of(ErrorKind::Io, [&] { file.commit(); }), HasSubstr("cannot replace"));
  EXPECT_TRUE(fs::is_directory(at("result")));
  EXPECT_THAT(names_in(folder_.path()), UnorderedElementsAre("result"));
  error_of(ErrorKind::Internal, [&] { file.commit(); });
  error_of(ErrorKind::Internal, [&] { file.write("more"); });
}

TEST_F(FileTest, NothingAppearsBeforeCommit) {
  {
    AtomicFile file(at("a"));
    file.write("part");
    EXPECT_FALSE(fs::exists(at("a")));
  }
  EXPECT_TRUE(names_in(folder_.path()).empty());
  AtomicFile file(at("a"));
  file.write("one ");
  file.write("two");
  file.commit();
  EXPECT_EQ(read_text(at("a")), "one two");
  error_of(ErrorKind::Internal, [&] { file.commit(); });
}

TEST_F(FileTest, WritersOfTheSameFileDoNotMix) {
  {
    std::vector<std::jthread> writers;
    for (char c = 'a'; c < 'e'; ++c) {
      writers.emplace_back([&, c] {
        for (int i = 0; i < 20; ++i) write_atomic(at("shared"), std::string(50'000, c));
      });
    }
  }
  const std::string text = read_text(at("shared"));
  EXPECT_EQ(text, std::string(50'000, text.at(0)));
  EXPECT_THAT(names_in(folder_.path()), UnorderedElementsAre("shared"));
}

TEST_F(FileTest, WritesThroughLinksAndLeavesDevicesAlone) {
  write_atomic(at("target"), "old");
  fs::create_symlink("target", at("link"));
  write_atomic(at("link"), "new");
  EXPECT_TRUE(fs::is_symlink(at("link")));
  EXPECT_EQ(read_text(at("target")), "new");
  EXPECT_THAT(error_of(ErrorKind::Io, [] { write_atomic("/dev/null", "x"); }),
              HasSubstr("not a regular file"));
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  EXPECT_THAT(error_of(ErrorKind::Io, [&] { write_atomic(folder_.path(), "x"); }),
              HasSubstr("Is a directory"));
}

TEST_F(FileTest, SaysWhyItCannotWrite) {
  write_atomic(at("file"), "");
  error_of(ErrorKind::Io, [&] { write_atomic(at("file") / "below", "x"); });
  EXPECT_THAT(error_of(ErrorKind::Io, [&] { write_atomic(at("none") / "x", "x"); }),
              HasSubstr("No such file"));
  error_of(ErrorKind::Io, [] { write_atomic("/proc/giemsa", "x"); });  // not even root can
}

TEST_F(FileTest, MapsFiles) {
  write_atomic(at("a"), "mapped");
  std::optional<MappedFile> first(at("a"));
  const MappedFile second = *first;
  const auto bytes = second.bytes();
  first.reset();
  fs::remove(at("a"));
  EXPECT_EQ(std::string(bytes.begin(), bytes.end()), "mapped");

  const auto owner = MappedFile((write_atomic(at("b"), "b"), at("b"))).owner();
  EXPECT_EQ(*static_cast<const char*>(owner.get()), 'b');

  write_atomic(at("empty"), "");
  EXPECT_TRUE(MappedFile(at("empty")).bytes().empty());
  error_of(ErrorKind::Io, [&] { MappedFile{at("none")}; });
  error_of(ErrorKind::Io, [&] { MappedFile{folder_.path()}; });
}

TEST_F(FileTest, PartsOfAMappedFileGiveTheirMemoryBack) {
  constexpr std::size_t kMiB = 1 << 20, kPart = 8 * kMiB;
  write_atomic(at("big"), std::string(4 * kPart, 'x'));
  auto file = std::make_optional<MappedFile>(at("big"));
  std::vector<std::shared_ptr<const std::uint8_t[]>> parts;
  // One byte off: not whole pages.
  for (std::size_t i = 0; i < 4; ++i) parts.push_back(file->part(i * kPart + 1, kPart - 1));
  file.reset();
  fs::remove(at("big"));
  const auto read_all = [&](const auto& part) {
    EXPECT_EQ(std::count(part.get(), part.get() + kPart - 1, 'x'), static_cast<std::ptrdiff_t>(kPart - 1));
  };
  const std::size_t before = resident_file_bytes();
  for (const auto& part : parts) read_all(part);
  EXPECT_GE(resident_file_bytes(), before + 4 * kPart - kMiB);
  const auto copy = parts[1];
  parts[0].reset();
  parts[1].reset();  // the copy still holds it
  EXPECT_LE(resident_file_bytes(), before + 3 * kPart + kMiB);
  EXPECT_GE(resident_file_bytes(), before + 3 * kPart - kMiB);
  read_all(copy);
  read_all(parts[2]);
}

TEST_F(FileTest, PartsLieInsideTheFile) {
  write_atomic(at("ten"), "0123456789");
  const MappedFile file(at("ten"));
  EXPECT_EQ(file.part(3, 2)[0], '3');
  EXPECT_NE(file.part(10, 0), nullptr);
  error_of(ErrorKind::Internal, [&] { file.part(11, 0); });
  error_of(ErrorKind::Internal, [&] { file.part(3, 8); });
  error_of(ErrorKind::Internal, [&] { file.part(3, SIZE_MAX); });
}

TEST_F(FileTest, PreparesOutputFolders) {
  prepare_output_folder(at("a") / "b" / "c");
  prepare_output_folder(at("a") / "b" / "c");  // once more is fine
  EXPECT_TRUE(fs::is_empty(at("a") / "b" / "c"));
  write_atomic(at("file"), "");
  EXPECT_THAT(error_of(ErrorKind::Io, [&] { prepare_output_folder(at("file") / "below"); }),
              HasSubstr("Hint:"));
  EXPECT_THAT(error_of(ErrorKind::Io, [&] { prepare_output_folder(at("file")); }), HasSubstr("cannot"));
  EXPECT_THAT(error_of(ErrorKind::Io, [] { prepare_output_folder("/proc/self/fd"); }),
              HasSubstr("/proc/self/fd"));
}

TEST_F(FileTest, TemporaryFoldersComeAndGo) {
  fs::path path;
  {
    const TemporaryFolder one, two;
    EXPECT_NE(one.path(), two.path());
    path = one.path();
    fs::create_directories(path / "deep" / "er");
    write_atomic(path / "deep" / "file", "x");
  }
  EXPECT_FALSE(fs::exists(path));
}

}  // namespace
}  // namespace giemsa
