#include "giemsa/infer/huge_page_memory.h"

#include <mutex>
#include <new>
#include <utility>

#if defined(__linux__)
#include <sys/mman.h>
#endif

// Pieces of one block would hide from AddressSanitizer what reaches from one into the next.
#if defined(__SANITIZE_ADDRESS__)
#define GIEMSA_PIECES_ALONE
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GIEMSA_PIECES_ALONE
#endif
#endif

namespace giemsa {
namespace {

constexpr std::align_val_t kAlignment{64}, kHugePage{std::size_t{2} << 20};
constexpr std::size_t kBlock = std::size_t{32} << 20;  // only what is written to counts as memory

std::size_t up(std::size_t bytes, std::align_val_t multiple) {
  const auto n = static_cast<std::size_t>(multiple);
  return (bytes + n - 1) / n * n;
}

template <std::align_val_t kAlign>
std::shared_ptr<std::byte[]> aligned(std::size_t bytes) {
  return {static_cast<std::byte*>(::operator new(bytes, kAlign)),
          [](std::byte* memory) { ::operator delete(memory, kAlign); }};
}

[[maybe_unused]] std::shared_ptr<std::byte[]> whole_pages(std::size_t bytes) {
  const std::size_t size = up(bytes, kHugePage);
  auto pages = aligned<kHugePage>(size);
#if defined(__linux__)
  madvise(pages.get(), size, MADV_HUGEPAGE);  // where that fails all is as before, only slower
#endif
  return pages;
}

}  // namespace

std::shared_ptr<std::byte[]> huge_page_memory(std::size_t bytes) {
#if defined(GIEMSA_PIECES_ALONE)
  return aligned<kAlignment>(bytes);
#else
  static std::mutex mutex;
  static std::weak_ptr<std::byte[]> current;
  static std::size_t used = 0;
  if (bytes > kBlock / 4) return whole_pages(bytes);
  const std::lock_guard lock(mutex);
  auto block = current.lock();
  if (!block || used + bytes > kBlock) {
    block = whole_pages(kBlock);
    current = block;
    used = 0;
  }
  std::byte* const piece = block.get() + used;
  used += up(bytes, kAlignment);
  return {std::move(block), piece};
#endif
}

}  // namespace giemsa
