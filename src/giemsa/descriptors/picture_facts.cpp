#include "giemsa/descriptors/picture_facts.h"

#include <xxhash.h>

#include <array>
#include <atomic>

#include "giemsa/core/parallel.h"
#include "giemsa/data/broken_picture.h"
#include "giemsa/descriptors/stored_form.h"
#include "giemsa/descriptors/thumbnail.h"

namespace giemsa {
namespace {

ContentHash content_hash(std::span<const std::uint8_t> bytes, std::uint64_t seed = 0) {
  const XXH128_hash_t hash = XXH3_128bits_withSeed(bytes.data(), bytes.size(), seed);
  return {hash.low64, hash.high64};
}

/// The seed tells 2 × 8 pixels from 4 × 4.
ContentHash pixel_hash(const Image& picture) {
  const auto width = static_cast<std::uint64_t>(picture.width());
  return content_hash(picture.bytes(), width << 32 | static_cast<std::uint64_t>(picture.height()));
}

void look_at(const Source& source, std::size_t index, PictureFacts& facts) {
  try {
    const Bytes bytes = source.read(index);
    facts.stored_bytes = bytes.size();
    facts.stored = content_hash(bytes);
    facts.format = source.has_files() ? sniff_format(bytes) : ImageFormat::Unknown;
    facts.form = stored_form(facts.format, bytes);
    const Image picture = source.decode(index, bytes);
    facts.width = picture.width();
    facts.height = picture.height();
    facts.pixels = pixel_hash(picture);
    const Image small = thumbnail(picture);
    facts.statistics = picture_statistics(picture, small);
    facts.fingerprint = fingerprint(small);
    facts.appearance = appearance(small);
  } catch (const Error& error) {
    facts.broken = picture_finding(error, source.records()[index].id);
  }
}

}  // namespace

std::vector<PictureFacts> look_at_pictures(const Source& source, const ProgressCallback& progress) {
  const std::size_t count = source.records().size();
  std::vector<PictureFacts> facts(count);
  std::atomic<std::uint64_t> done = 0;
  parallel_for(count, 0, [&](std::size_t i) {
    look_at(source, i, facts[i]);
    const std::uint64_t now = ++done;
    if (progress) progress(now, count);
  });
  return facts;
}

}  // namespace giemsa
