#include <fmt/format.h>

#include <span>

#include "giemsa/core/error.h"
#include "giemsa/core/parallel.h"
#include "giemsa/embed/answers.h"
#include "giemsa/embed/guard.h"
#include "giemsa/embed/model.h"
#include "giemsa/image/codec.h"

using namespace giemsa;

namespace {

constexpr std::size_t kMostThreads = 1024, kMostPictures = 1 << 24;

/// What stands in errors.
std::string name_of(std::size_t index) { return fmt::format("picture {}", index); }

giemsa_verdict verdict_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::Answered:
      return GIEMSA_ANSWERED;
    case Verdict::Unlike:
      return GIEMSA_UNLIKE;
    case Verdict::Unsure:
      return GIEMSA_UNSURE;
  }
  throw Error(ErrorKind::Internal, "[embed] a verdict without a name");
}

giemsa_answers::Answer answer_for(const Classifier& classifier, ImageView picture) {
  Judgement judgement = classifier.judge(picture);
  const giemsa_verdict verdict = verdict_of(judgement.verdict);
  std::vector<std::size_t> set;
  if (judgement.set) set.assign(judgement.set->begin(), judgement.set->end());
  std::string reason = giemsa::reason(classifier.model().trust, judgement);
  return {verdict, std::move(judgement), std::move(set), std::move(reason)};
}

/// Throws Usage for pixels that make no sense.
ImageView view_of(const giemsa_pixels& pixels, std::size_t index) {
  const DecodeLimits limits;
  const auto& [rgb, width, height, stride_bytes] = pixels;
  const auto check = [&](bool good, const std::string& what, const std::string& hint) {
    require(good, ErrorKind::Usage, fmt::format("[embed] {}: {}", name_of(index), what), hint);
  };
  check(rgb, "its pixels are NULL", "");
  const auto most_px = static_cast<std::size_t>(limits.max_side_px);
  const bool fits = width > 0 && height > 0 && width <= most_px && height <= most_px &&
                    std::uint64_t{width} * height <= limits.max_pixels;
  check(fits,
        fmt::format("{}×{} px; expected 1 to {} a side and at most {} in all", pixels.width, pixels.height,
                    most_px, limits.max_pixels),
        "crop the picture to single cells first");
  const std::size_t row_bytes = 3 * width, stride = stride_bytes ? stride_bytes : row_bytes;
  check(stride >= row_bytes && stride <= SIZE_MAX / 2 / height,
        fmt::format("rows are {} bytes apart; a row of {} px has {}", stride, pixels.width, row_bytes),
        "3 bytes a pixel: red, green, blue");
  return {rgb, static_cast<int>(width), static_cast<int>(height), stride};
}

/// Throws Usage where there is nothing to look at.
std::span<const std::uint8_t> bytes_of(const giemsa_encoded& encoded, std::size_t index) {
  require(encoded.bytes || encoded.size == 0, ErrorKind::Usage,
          fmt::format("[embed] {}: its bytes are NULL", name_of(index)));
  return {static_cast<const std::uint8_t*>(encoded.bytes), encoded.size};
}

giemsa_answers::Answer answer_or_unreadable(const Classifier& classifier, std::span<const std::uint8_t> bytes,
                                            std::size_t index) {
  Image picture;
  try {
    picture = decode_image(bytes, name_of(index));
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::Data) throw;
    return {.verdict = GIEMSA_UNREADABLE, .reason = error.message()};
  }
  return answer_for(classifier, picture);
}

void check_batch(const void* pictures, std::size_t count, std::size_t threads) {
  require(pictures || count == 0, ErrorKind::Usage, "[embed] the pictures are NULL");
  require(count <= kMostPictures, ErrorKind::Usage,
          fmt::format("[embed] got {} pictures; expected at most {}", count, kMostPictures));
  require(threads <= kMostThreads, ErrorKind::Usage,
          fmt::format("[embed] got {} threads; expected at most {}", threads, kMostThreads),
          "0 means one per processor");
}

/// Hands out what `work` answers, or NULL and its error.
template <class Work>
giemsa_status give(giemsa_answers** answers, Work&& work) {
  if (answers) *answers = nullptr;
  return embed::guarded([&] {
    require(answers, ErrorKind::Usage, "[embed] the pointer for the answers is NULL");
    *answers = new giemsa_answers{work()};
  });
}

}  // namespace

giemsa_status giemsa_classify_pixels(const giemsa_model* model, const uint8_t* rgb, size_t width,
                                     size_t height, size_t stride_bytes, giemsa_answers** answers) {
  return give(answers, [&] {
    const Classifier& classifier = embed::classifier_of(model);
    return std::vector{answer_for(classifier, view_of({rgb, width, height, stride_bytes}, 0))};
  });
}

giemsa_status giemsa_classify_encoded(const giemsa_model* model, const void* bytes, size_t size,
                                      giemsa_answers** answers) {
  return give(answers, [&] {
    const Classifier& classifier = embed::classifier_of(model);
    return std::vector{answer_for(classifier, decode_image(bytes_of({bytes, size}, 0), name_of(0)))};
  });
}

giemsa_status giemsa_classify_pixels_batch(const giemsa_model* model, const giemsa_pixels* pictures,
                                           size_t count, size_t threads, giemsa_answers** answers) {
  return give(answers, [&] {
    const Classifier& classifier = embed::classifier_of(model);
    check_batch(pictures, count, threads);
    for (std::size_t i = 0; i < count; ++i) view_of(pictures[i], i);  // before any work
    std::vector<giemsa_answers::Answer> all(count);
    parallel_for(count, static_cast<int>(threads),
                 [&](std::size_t i) { all[i] = answer_for(classifier, view_of(pictures[i], i)); });
    return all;
  });
}

giemsa_status giemsa_classify_encoded_batch(const giemsa_model* model, const giemsa_encoded* pictures,
                                            size_t count, size_t threads, giemsa_answers** answers) {
  return give(answers, [&] {
    const Classifier& classifier = embed::classifier_of(model);
    check_batch(pictures, count, threads);
    for (std::size_t i = 0; i < count; ++i) bytes_of(pictures[i], i);  // before any work
    std::vector<giemsa_answers::Answer> all(count);
    parallel_for(count, static_cast<int>(threads), [&](std::size_t i) {
      all[i] = answer_or_unreadable(classifier, bytes_of(pictures[i], i), i);
    });
    return all;
  });
}
