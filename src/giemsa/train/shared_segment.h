#pragma once
#include <cstddef>
#include <optional>
#include <string>

namespace giemsa {

/// Memory that processes of one machine share. It has no name in the file system: it ends with the last
/// process that maps it, however that ends.
class SharedSegment {
 public:
  /// New memory, all zeros; pages that nobody touches cost nothing. Nothing where the system has none to
  /// give.
  static std::optional<SharedSegment> create(std::size_t bytes);
  /// What another process created. Nothing where this one cannot get at it: it runs on another machine, in
  /// another container or as another user, or `address` is none.
  static std::optional<SharedSegment> open(const std::string& address, std::size_t bytes);

  ~SharedSegment();
  SharedSegment(SharedSegment&& other) noexcept;
  SharedSegment& operator=(SharedSegment other) noexcept;

  /// What open() takes, while this process lives and has not moved on to another program.
  const std::string& address() const { return address_; }
  std::byte* data() const { return data_; }

  /// Marks this process as `rank` until it ends or this object goes. False where the system cannot.
  bool take(int rank) const;
  /// Whether another process is marked as `rank`.
  bool is_taken(int rank) const;

 private:
  SharedSegment(int file, std::byte* data, std::size_t bytes, std::string address);

  int file_;
  std::byte* data_;
  std::size_t bytes_;
  std::string address_;
};

}  // namespace giemsa
