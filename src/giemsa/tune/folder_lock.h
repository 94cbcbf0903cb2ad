#pragma once
#include <filesystem>
#include <optional>

namespace giemsa {

/// Whoever writes into a folder holds the lock on its file ".lock" (flock), so that two programs never write
/// there at once. The lock goes with the last process that holds it, however that ends; the file stays.
class FolderLock {
 public:
  /// Takes the lock; nothing when another process holds it. Throws Io when the file cannot be made.
  static std::optional<FolderLock> take(const std::filesystem::path& folder);
  /// As take; throws Usage, naming the folder, when another process holds it.
  static FolderLock require(const std::filesystem::path& folder);

  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

  /// Lets a program that is started next hold the lock too: it then lasts for as long as that program, even
  /// if this one ends first. Call it between fork and exec.
  void pass_on() const;

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace giemsa
