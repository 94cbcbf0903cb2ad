#include "giemsa/verify/verify.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

/// Pictures that go to an engine in one call, unless they are so large that fewer must do.
constexpr std::size_t kTogether = 32;
/// Of one engine's inputs of a call, unless one picture takes more.
constexpr std::size_t kMostBytes = std::size_t{256} << 20;

/// The differences of one kind of number.
struct Differences {
  double largest = 0, sum = 0;
  std::size_t count = 0;

  /// Gives the largest of these.
  template <class T>
  double add(std::span<const T> a, std::span<const T> b) {
    double most = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
      double difference = std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i]));
      if (!std::isfinite(difference)) difference = std::numeric_limits<double>::infinity();
      most = std::max(most, difference);
      sum += difference;
    }
    count += a.size();
    largest = std::max(largest, most);
    return most;
  }
  double mean() const { return sum / static_cast<double>(count); }
};

std::size_t batch_size(const Engine& a, const Engine& b) {
  const std::size_t bytes = std::max(a.input_size(), b.input_size()) * sizeof(float);
  return std::clamp<std::size_t>(kMostBytes / bytes, 1, kTogether);
}

int best(std::span<const double> probabilities) {
  return static_cast<int>(std::ranges::max_element(probabilities) - probabilities.begin());
}

class Verifier {
 public:
  Verifier(Engine& a, Engine& b, std::size_t most_worst) : engines_{&a, &b}, most_worst_(most_worst) {}

  /// The pictures [first, first + count) of the list.
  void look(const PictureList& pictures, std::size_t first, std::size_t count, int threads) {
    std::array<std::vector<float>, 2> inputs;
    for (std::size_t e = 0; e < 2; ++e) inputs[e].resize(count * engines_[e]->input_size());
    const PictureList some{count, [&](std::size_t i) { return pictures.load(first + i); },
                           [&](std::size_t i) { return pictures.name(first + i); }};
    const ReadPictures read = for_each_picture(some, threads, {}, [&](std::size_t i, const Image& picture) {
      for (std::size_t e = 0; e < 2; ++e) {
        const std::vector<float> input = engines_[e]->input(picture);
        require(input.size() == engines_[e]->input_size(), ErrorKind::Internal,
                "[verify] an input of another size");
        std::ranges::copy(input, inputs[e].data() + i * input.size());
      }
    });
    result_.findings.insert(result_.findings.end(), read.findings.begin(), read.findings.end());
    std::vector<std::size_t> numbers;
    for (std::size_t i = 0; i < count; ++i) {
      if (!read.readable[i]) continue;
      if (numbers.size() < i) move_up(inputs, i, numbers.size());
      numbers.push_back(first + i);
    }
    for (std::size_t e = 0; e < 2; ++e) inputs[e].resize(numbers.size() * engines_[e]->input_size());
    if (!numbers.empty()) compare(numbers, inputs);
  }

  Verification finish() {
    result_.largest_logits = logits_.largest;
    result_.mean_logits = logits_.mean();
    result_.largest_probabilities = probabilities_.largest;
    result_.mean_probabilities = probabilities_.mean();
    return std::move(result_);
  }

  std::size_t pictures() const { return result_.pictures; }

 private:
  /// Puts the inputs of the i-th picture into the place of one that could not be read.
  void move_up(std::array<std::vector<float>, 2>& inputs, std::size_t i, std::size_t place) const {
    for (std::size_t e = 0; e < 2; ++e) {
      const std::size_t size = engines_[e]->input_size();
      std::copy_n(inputs[e].data() + i * size, size, inputs[e].data() + place * size);
    }
  }

  void compare(const std::vector<std::size_t>& numbers, const std::array<std::vector<float>, 2>& inputs) {
    if (result_.pictures == 0) {  // makes the workspaces that all calls of this size need
      for (std::size_t e = 0; e < 2; ++e) engines_[e]->run(inputs[e], numbers.size());
    }
    const EngineAnswers a = engines_[0]->run(inputs[0], numbers.size());
    const EngineAnswers b = engines_[1]->run(inputs[1], numbers.size());
    result_.seconds_a += a.seconds;
    result_.seconds_b += b.seconds;
    result_.pictures += numbers.size();
    const std::size_t classes = a.logits.size() / numbers.size();
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      const auto row = [&](const auto& values) { return std::span(values).subspan(i * classes, classes); };
      PictureDifference difference{numbers[i]};
      difference.logits = logits_.add(row(a.logits), row(b.logits));
      difference.probabilities = probabilities_.add(row(a.probabilities), row(b.probabilities));
      difference.class_a = best(row(a.probabilities));
      difference.class_b = best(row(b.probabilities));
      result_.same_class += difference.same_class();
      result_.worst.push_back(difference);
    }
    std::ranges::stable_sort(result_.worst, std::ranges::greater{}, &PictureDifference::probabilities);
    if (result_.worst.size() > most_worst_) result_.worst.resize(most_worst_, PictureDifference{0});
  }

  std::array<Engine*, 2> engines_;
  std::size_t most_worst_;
  Differences logits_, probabilities_;
  Verification result_;
};

}  // namespace

Verification verify_engines(Engine& a, Engine& b, const PictureList& pictures, std::size_t most_worst,
                            int threads, const ProgressCallback& progress) {
  Verifier verifier(a, b, most_worst);
  const std::size_t together = batch_size(a, b);
  for (std::size_t first = 0; first < pictures.count; first += together) {
    const std::size_t count = std::min(together, pictures.count - first);
    verifier.look(pictures, first, count, threads);
    if (progress) progress(first + count, pictures.count);
  }
  require(verifier.pictures() > 0, ErrorKind::Data, "[verify] no picture could be read");
  return verifier.finish();
}

}  // namespace giemsa
