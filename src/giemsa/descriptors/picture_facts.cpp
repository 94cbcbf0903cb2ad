#include "giemsa/descriptors/picture_facts.h"

#include <xxhash.h>

#include <array>
#include <atomic>
#include <map>
#include <utility>

#include "giemsa/core/parallel.h"
#include "giemsa/core/random.h"
#include "giemsa/data/broken_picture.h"
#include "giemsa/descriptors/equal_pixels.h"
#include "giemsa/descriptors/stored_form.h"
#include "giemsa/descriptors/thumbnail.h"
#include "giemsa/image/jpeg_decoder.h"

namespace giemsa {
namespace {

ContentHash content_hash(std::span<const std::uint8_t> bytes, std::uint64_t seed = 0) {
  const XXH128_hash_t hash = XXH3_128bits_withSeed(bytes.data(), bytes.size(), seed);
  return {hash.low64, hash.high64};
}

/// Tells 2 × 8 pixels from 4 × 4.
std::uint64_t number_of_size(int width, int height) {
  return static_cast<std::uint64_t>(width) << 32 | static_cast<std::uint64_t>(height);
}

ContentHash pixel_hash(const Image& picture) {
  return content_hash(picture.bytes(), number_of_size(picture.width(), picture.height()));
}

/// What one thread looks with.
struct Eye {
  JpegDecoder jpeg;
  Thumbnailer thumbnailer;

  /// picture: an ImageView or a YccView
  template <class View>
  void look(const View& picture, PictureFacts& facts) {
    facts.width = picture.width;
    facts.height = picture.height;
    const Image small = thumbnailer.make(picture);
    facts.statistics = picture_statistics(picture, small);
    facts.fingerprint = fingerprint(small);
    facts.appearance = appearance(small);
  }
};

/// Records of several sources, one source after the other.
class Records {
 public:
  explicit Records(std::span<const Source* const> sources) {
    for (const Source* source : sources) {
      for (std::size_t i = 0; i < source->records().size(); ++i) places_.emplace_back(source, i);
    }
  }

  std::size_t size() const { return places_.size(); }
  const Source& source(std::size_t i) const { return *places_[i].first; }
  const Record& record(std::size_t i) const { return source(i).records()[places_[i].second]; }
  Bytes read(std::size_t i) const { return source(i).read(places_[i].second); }
  Image decode(std::size_t i, const Bytes& bytes) const { return source(i).decode(places_[i].second, bytes); }

 private:
  std::vector<std::pair<const Source*, std::size_t>> places_;
};

void look_at(const Records& records, std::size_t i, Eye& eye, PictureFacts& facts) {
  try {
    const Bytes bytes = records.read(i);
    facts.stored_bytes = bytes.size();
    facts.stored = content_hash(bytes);
    facts.format = records.source(i).has_files() ? sniff_format(bytes) : ImageFormat::Unknown;
    facts.form = stored_form(facts.format, bytes);
    std::optional<YccView> ycc;
    if (facts.format == ImageFormat::Jpeg) ycc = eye.jpeg.decode_ycc(bytes, records.record(i).path);
    facts.ycc = ycc.has_value();
    if (ycc) {
      eye.look(*ycc, facts);
    } else {
      eye.look(records.decode(i, bytes).view(), facts);
    }
    facts.pixels = {facts.stored.low ^ mix64(number_of_size(facts.width, facts.height)), facts.stored.high};
  } catch (const Error& error) {
    facts.broken = picture_finding(error, records.record(i).id);
  }
}

/// Equal bytes have equal pixels. Whether other bytes have them too is found out here, by decoding one
/// picture of each content that looks the same as another.
void compare_pixels(const Records& records, std::vector<PictureFacts>& facts) {
  const std::vector<std::size_t> alike = possibly_equal(facts);
  std::vector<std::optional<ContentHash>> hashes(alike.size());
  parallel_for(alike.size(), 0, [&](std::size_t k) {
    const std::size_t i = alike[k];
    try {
      hashes[k] = pixel_hash(records.decode(i, records.read(i)));
    } catch (const Error& error) {  // it could be read a moment ago
      facts[i] = {.broken = picture_finding(error, records.record(i).id)};
    }
  });
  std::map<ContentHash, ContentHash> by_bytes;
  for (std::size_t k = 0; k < alike.size(); ++k) {
    if (hashes[k]) by_bytes.emplace(facts[alike[k]].pixels, *hashes[k]);
  }
  for (PictureFacts& one : facts) {
    if (const auto known = by_bytes.find(one.pixels); known != by_bytes.end()) one.pixels = known->second;
  }
}

}  // namespace

std::vector<PictureFacts> look_at_pictures(std::span<const Source* const> sources,
                                           const ProgressCallback& progress) {
  const Records records(sources);
  std::vector<PictureFacts> facts(records.size());
  std::vector<Eye> eyes(static_cast<std::size_t>(processor_count()));
  std::atomic<std::uint64_t> done = 0;
  parallel_for_workers(records.size(), 0, [&](int worker, std::size_t i) {
    look_at(records, i, eyes[static_cast<std::size_t>(worker)], facts[i]);
    const std::uint64_t now = ++done;
    if (progress) progress(now, records.size());
  });
  compare_pixels(records, facts);
  return facts;
}

std::vector<PictureFacts> look_at_pictures(const Source& source, const ProgressCallback& progress) {
  return look_at_pictures(std::array{&source}, progress);
}

}  // namespace giemsa
