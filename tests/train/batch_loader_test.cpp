#include "giemsa/train/batch_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "giemsa/augment/policies.h"
#include "giemsa/core/random.h"
#include "giemsa/data/source.h"

namespace giemsa {
namespace {

using ::testing::Each;
using ::testing::Lt;

/// Pictures of noise, each of its own size.
class NoiseSource final : public Source {
 public:
  explicit NoiseSource(std::size_t count) : records_(count) {}
  const std::vector<std::string>& classes() const override { return classes_; }
  std::span<const Record> records() const override { return records_; }
  Bytes read(std::size_t) const override { return {}; }
  Image decode(std::size_t index, std::span<const std::uint8_t>) const override {
    Image image(20 + static_cast<int>(index % 5), 24);
    Random random({index});
    for (int i = 0; i < image.height() * image.width() * 3; ++i) {
      image.pixels()[i] = static_cast<std::uint8_t>(random.below(256));
    }
    return image;
  }

 private:
  std::vector<std::string> classes_ = {"a", "b"};
  std::vector<Record> records_;
};

constexpr int kRecords = 40;

/// A part of every second record, so that numbers in the part and in the source differ. Labels are those
/// numbers in the source: they say which picture is which.
struct NoisePart {
  NoiseSource source{kRecords};
  CropCache crops;
  LoaderSource loader;

  NoisePart() : crops(build()), loader{crops, members(), {}, {.input_px = 12}} {
    for (const std::size_t record : loader.records)
      loader.labels.push_back(static_cast<std::int64_t>(record));
  }
  static std::vector<std::size_t> members() {
    std::vector<std::size_t> records;
    for (std::size_t i = 1; i < kRecords; i += 2) records.push_back(i);
    return records;
  }
  CropCache build() const { return CropCache::build(source, members(), {.input_px = 12}, {}, {}).cache; }
};

struct Epoch {
  std::vector<std::int64_t> labels;
  std::vector<float> images;
  bool operator==(const Epoch&) const = default;

  /// The view of each picture.
  std::map<std::int64_t, std::vector<float>> views() const {
    const auto floats = static_cast<std::ptrdiff_t>(images.size() / labels.size());
    std::map<std::int64_t, std::vector<float>> views;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const auto begin = images.begin() + static_cast<std::ptrdiff_t>(i) * floats;
      views[labels[i]] = {begin, begin + floats};
    }
    return views;
  }
};

Epoch draw(BatchLoader& loader, std::int64_t epoch) {
  Epoch drawn;
  loader.start_epoch(epoch);
  for (std::int64_t i = 0; i < loader.batches_per_epoch(); ++i) {
    const Batch batch = loader.next();
    drawn.labels.insert(drawn.labels.end(), batch.labels.begin(), batch.labels.end());
    drawn.images.insert(drawn.images.end(), batch.images.begin(), batch.images.end());
  }
  return drawn;
}

constexpr std::int64_t kBatch = 3;  // 20 records: six batches, two records left over

LoaderOptions options(const std::string& sampling = "natural") {
  return {.classes = kRecords, .batch = kBatch, .seed = 7, .sampling = sampling};
}

TEST(BatchLoader, GivesTheSameBitsForAnyNumberOfThreads) {
  const NoisePart part;
  BatchLoader plain(part.loader, options(), 0);
  const std::vector<Epoch> expected = {draw(plain, 1), draw(plain, 2)};
  for (const int threads : {1, 2, 3, 9}) {
    BatchLoader loader(part.loader, options(), threads);
    EXPECT_EQ(draw(loader, 1), expected[0]) << threads << " threads";
    EXPECT_EQ(draw(loader, 2), expected[1]) << threads << " threads";
  }
}

TEST(BatchLoader, RepeatedPicturesHaveOtherViewsEachTime) {
  NoisePart part;  // 17 pictures of class 0, 3 of class 1
  for (std::size_t i = 0; i < part.loader.labels.size(); ++i) part.loader.labels[i] = i % 7 == 0;
  const struct {
    const char* sampling;
    std::int64_t batches;
    std::pair<int, int>
        rare;  ///< pictures of class 1, at least and at most: two are left over of 20, one of 34
  } kCases[] = {{"natural", 6, {1, 3}}, {"balanced", 6, {9, 9}}, {"oversample", 11, {16, 17}}};
  for (const auto& [sampling, batches, rare] : kCases) {
    SCOPED_TRACE(sampling);
    BatchLoader plain(part.loader, options(sampling), 0);
    EXPECT_EQ(plain.batches_per_epoch(), batches);
    const Epoch first = draw(plain, 1);
    const auto pictures = static_cast<std::ptrdiff_t>(first.labels.size());
    EXPECT_EQ(pictures, 3 * batches);
    EXPECT_THAT(std::count(first.labels.begin(), first.labels.end(), 1),
                ::testing::AllOf(::testing::Ge(rare.first), ::testing::Le(rare.second)));
    std::set<std::vector<float>> views;
    const auto floats = static_cast<std::ptrdiff_t>(first.images.size()) / pictures;
    for (std::ptrdiff_t i = 0; i < pictures; ++i)
      views.emplace(first.images.begin() + i * floats, first.images.begin() + (i + 1) * floats);
    EXPECT_EQ(static_cast<std::ptrdiff_t>(views.size()), pictures);
    for (const int threads : {1, 3}) {
      BatchLoader loader(part.loader, options(sampling), threads);
      EXPECT_EQ(draw(loader, 1), first) << threads << " threads";
    }
  }
}

TEST(BatchLoader, DrawsEachRecordOnceInAnOrderOfTheEpochsOwn) {
  const NoisePart part;
  BatchLoader loader(part.loader, options(), 2);
  EXPECT_EQ(loader.batches_per_epoch(), 6);
  std::set<std::vector<std::int64_t>> orders;
  std::set<std::int64_t> seen;
  for (int epoch = 1; epoch <= 8; ++epoch) {
    const std::vector<std::int64_t> labels = draw(loader, epoch).labels;
    EXPECT_EQ(labels.size(), 18u);
    EXPECT_EQ(std::set(labels.begin(), labels.end()).size(), 18u) << "epoch " << epoch;
    orders.insert(labels);
    seen.insert(labels.begin(), labels.end());
  }
  EXPECT_EQ(orders.size(), 8u);
  EXPECT_EQ(seen.size(), 20u) << "some record is never drawn";
  for (const std::int64_t label : seen) EXPECT_EQ(label % 2, 1);
}

TEST(BatchLoader, DependsOnSeedEpochAndRecordAlone) {
  const NoisePart part;
  BatchLoader loader(part.loader, options(), 2);
  const Epoch first = draw(loader, 1), second = draw(loader, 2);
  for (const auto& [record, view] : second.views()) {
    if (const auto views = first.views(); views.contains(record)) {
      EXPECT_NE(views.at(record), view) << record;
    }
  }

  loader.start_epoch(1);  // left in the middle, with batches prepared ahead
  loader.next();
  EXPECT_EQ(draw(loader, 2), second);
  EXPECT_EQ(draw(loader, 1), first);

  LoaderOptions changed = options();
  changed.seed = 8;
  BatchLoader other_seed(part.loader, changed, 0);
  EXPECT_NE(draw(other_seed, 1).labels, first.labels);

  changed = options();
  changed.batch = 10;
  BatchLoader other_batch(part.loader, changed, 0);
  const auto views = draw(other_batch, 1).views();
  for (const auto& [record, view] : first.views()) EXPECT_EQ(views.at(record), view) << record;
}

TEST(BatchLoader, WithoutAugmentationGivesWhatPredictionSees) {
  const NoisePart part;
  LoaderOptions off = options();
  off.augment = find_policy("none");
  BatchLoader loader(part.loader, off, 1);
  const Batch plain = plain_batch(part.loader, kRecords, 4, 15);
  EXPECT_THAT(plain.labels, ::testing::ElementsAre(9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29));
  const auto views = draw(loader, 1).views();
  const auto expected = Epoch{plain.labels, plain.images}.views();
  for (const auto& [record, view] : expected) {
    std::vector<float> by_hand(12 * 12 * 3);
    const Preprocess& preprocess = part.loader.preprocess;
    normalise(crop_and_resize(part.source.load(record), preprocess), preprocess, by_hand.data());
    EXPECT_EQ(view, by_hand) << record;
    if (!views.contains(record)) continue;
    EXPECT_THAT(views.at(record), ::testing::Pointwise(::testing::FloatNear(0.02f), by_hand)) << record;
  }
}

TEST(BatchLoader, StopsItsThreadsWhenItIsDropped) {
  const NoisePart part;
  for (int unread = 0; unread < 6; ++unread) {
    BatchLoader loader(part.loader, options(), 3);
    loader.start_epoch(1);
    std::vector<std::int64_t> labels;
    for (int i = unread; i < 6; ++i) labels.push_back(loader.next().labels.front());
    EXPECT_THAT(labels, Each(Lt(static_cast<std::int64_t>(kRecords))));
  }
}

TEST(BatchLoader, ALimitOfViewsShowsThemInTurn) {
  const NoisePart part;
  LoaderOptions limited = options();
  limited.batch = 20;  // every record in every epoch
  limited.views = 2;
  limited.first_epoch = 4;
  BatchLoader loader(part.loader, limited, 0);
  const auto fourth = draw(loader, 4).views(), fifth = draw(loader, 5).views();
  EXPECT_EQ(draw(loader, 6).views(), fourth);
  EXPECT_EQ(draw(loader, 9).views(), fifth);
  for (const auto& [record, view] : fourth) EXPECT_NE(fifth.at(record), view) << record;
}

TEST(BatchLoader, TargetsAreTheSmoothedLabelsAndAreMixedWithThePictures) {
  const NoisePart part;
  LoaderOptions mixed = options();
  mixed.label_smoothing = 0.4;
  BatchLoader plain(part.loader, mixed, 0);
  mixed.mix = {.probability = 1, .cutmix_share = 0};  // MixUp every time
  std::vector<Epoch> epochs;
  for (const int threads : {0, 2}) {
    BatchLoader loader(part.loader, mixed, threads);
    loader.start_epoch(1);
    plain.start_epoch(1);
    for (int i = 0; i < 6; ++i) {
      const Batch batch = loader.next(), before = plain.next();
      EXPECT_EQ(batch.labels, before.labels);
      for (std::size_t n = 0; n < 3; ++n) {
        // Smoothed: 0.6 + 0.01 for the label, 0.01 for the 39 others. MixUp adds the one before.
        EXPECT_NEAR(before.targets[n * kRecords + before.labels[n]], 0.61f, 1e-6f);
        const std::int64_t own = batch.labels[n], other = batch.labels[(n + 2) % 3];
        const float share = (batch.targets[n * kRecords + own] - 0.01f) / 0.6f;
        EXPECT_NEAR(batch.targets[n * kRecords + other], 0.01f + 0.6f * (1 - share), 1e-5f);
        const std::size_t floats = batch.images.size() / 3;
        for (std::size_t p = 0; p < floats; p += 17) {
          const float expected = share * before.images[n * floats + p] +
                                 (1 - share) * before.images[(n + 2) % 3 * floats + p];
          EXPECT_NEAR(batch.images[n * floats + p], expected, 1e-4f);
        }
      }
    }
  }
}

TEST(BatchLoader, PeersTogetherDrawTheBatchesOfOne) {
  const NoisePart part;
  LoaderOptions whole = options();
  whole.batch = 6;
  BatchLoader one(part.loader, whole, 0);
  one.start_epoch(3);
  LoaderOptions shared = options();
  shared.peers = 2;
  BatchLoader first(part.loader, shared, 0);
  shared.rank = 1;
  BatchLoader second(part.loader, shared, 1);
  first.start_epoch(3);
  second.start_epoch(3);
  ASSERT_EQ(first.batches_per_epoch(), one.batches_per_epoch());
  for (std::int64_t i = 0; i < one.batches_per_epoch(); ++i) {
    Batch joined = first.next();
    const Batch rest = second.next(), expected = one.next();
    joined.images.insert(joined.images.end(), rest.images.begin(), rest.images.end());
    joined.labels.insert(joined.labels.end(), rest.labels.begin(), rest.labels.end());
    EXPECT_EQ(joined.labels, expected.labels);
    EXPECT_EQ(joined.images, expected.images);
  }
}

}  // namespace
}  // namespace giemsa
