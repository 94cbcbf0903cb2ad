#include "giemsa/plant/non_cells.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "giemsa/image/opencv_threads.h"
#include "giemsa/plant/red_cells.h"

namespace giemsa {
namespace {

using Colour = std::array<float, 3>;  ///< RGB, 0…255

cv::Mat as_mat(Image& image) {
  return {image.height(), image.width(), CV_8UC3, image.pixels(), image.stride()};
}

std::uint8_t to_byte(float value) {
  return static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.f, 255.f)));
}

Colour random_colour(Random& random) {
  return {random.uniform(0.f, 255.f), random.uniform(0.f, 255.f), random.uniform(0.f, 255.f)};
}

/// A colour whose channels differ from `other` by 80 or more on average, so that both can be told apart.
Colour contrasting_colour(const Colour& other, Random& random) {
  for (;;) {
    const Colour colour = random_colour(random);
    float difference = 0;
    for (std::size_t c = 0; c < 3; ++c) difference += std::abs(colour[c] - other[c]);
    if (difference >= 240) return colour;
  }
}

Colour mix(const Colour& a, const Colour& b, float t) {
  Colour mixed;
  for (std::size_t c = 0; c < 3; ++c) mixed[c] = a[c] + (b[c] - a[c]) * t;
  return mixed;
}

cv::Scalar to_scalar(const Colour& colour) { return {colour[0], colour[1], colour[2]}; }

/// Gives every pixel the colour of `paint(x, y)`, with x and y in [-1, 1].
template <class Paint>
Image paint_pixels(int width, int height, Paint&& paint) {
  Image image(width, height);
  for (int y = 0; y < height; ++y) {
    std::uint8_t* out = image.row(y);
    const float v = 2.f * (static_cast<float>(y) + 0.5f) / static_cast<float>(height) - 1.f;
    for (int x = 0; x < width; ++x) {
      const float u = 2.f * (static_cast<float>(x) + 0.5f) / static_cast<float>(width) - 1.f;
      for (const float value : paint(u, v)) *out++ = to_byte(value);
    }
  }
  return image;
}

/// A plane of [columns, rows] random values 0…1, stretched to width × height.
cv::Mat stretched_noise(int columns, int rows, int width, int height, int interpolation, int channels,
                        Random& random) {
  cv::Mat grid(rows, columns, CV_MAKETYPE(CV_32F, channels));
  for (int y = 0; y < rows; ++y) {
    float* const row = grid.ptr<float>(y);
    for (int i = 0; i < columns * channels; ++i) row[i] = static_cast<float>(random.uniform());
  }
  cv::Mat plane;
  cv::resize(grid, plane, {width, height}, 0, 0, interpolation);
  return plane;
}

Image draw_noise(int width, int height, Random& random) {
  const int coarse_px = random.chance(0.5) ? 1 : 2 + static_cast<int>(random.below(15));
  const int channels = random.chance(0.5) ? 3 : 1;
  const int interpolation = random.chance(0.5) ? cv::INTER_NEAREST : cv::INTER_LINEAR;
  const cv::Mat plane = stretched_noise(std::max(1, width / coarse_px), std::max(1, height / coarse_px),
                                        width, height, interpolation, channels, random);
  Image image(width, height);
  for (int y = 0; y < height; ++y) {
    const float* const in = plane.ptr<float>(y);
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c) image.row(y)[3 * x + c] = to_byte(255.f * in[x * channels + c % channels]);
    }
  }
  return image;
}

Image draw_blank(int width, int height, Random& random) {
  const Colour colour = random_colour(random);
  const float noise_sd = random.uniform(0.f, 4.f);
  return paint_pixels(width, height, [&](float, float) {
    Colour pixel = colour;
    for (float& value : pixel) value += noise_sd * static_cast<float>(random.normal());
    return pixel;
  });
}

Image draw_gradient(int width, int height, Random& random) {
  const Colour from = random_colour(random), to = contrasting_colour(from, random);
  const bool round = random.chance(0.5);
  const float angle = random.uniform(0.f, 2.f * std::numbers::pi_v<float>);
  const float a = std::cos(angle), b = std::sin(angle);
  const float cx = random.uniform(-1.f, 1.f), cy = random.uniform(-1.f, 1.f);
  return paint_pixels(width, height, [&](float x, float y) {
    const float t = round ? std::hypot(x - cx, y - cy) / 2.f : 0.5f + (a * x + b * y) / 2.8f;
    return mix(from, to, std::clamp(t, 0.f, 1.f));
  });
}

Image draw_pattern(int width, int height, Random& random) {
  const Colour dark = random_colour(random), light = contrasting_colour(dark, random);
  const bool checkers = random.chance(0.5);
  const float periods = random.uniform(3.f, 14.f);
  const float angle = random.uniform(0.f, std::numbers::pi_v<float>), phase = random.uniform(0.f, 1.f);
  const float a = std::cos(angle), b = std::sin(angle);
  const auto odd = [&](float place) {
    return (static_cast<int>(std::floor(place * periods / 2.f + phase)) & 1) != 0;
  };
  return paint_pixels(width, height, [&](float x, float y) {
    const bool first = odd(a * x + b * y), second = checkers && odd(a * y - b * x);
    return first != second ? light : dark;
  });
}

/// Rows of made-up letters: 5 × 7 dots each.
void draw_letters(cv::Mat& picture, const cv::Scalar& ink, Random& random) {
  const int dot = std::max(1, picture.cols / static_cast<int>(60 + random.below(60)));
  for (int y = 2 * dot; y + 7 * dot < picture.rows; y += 11 * dot) {
    for (int x = 2 * dot; x + 5 * dot < picture.cols; x += 7 * dot) {
      if (random.chance(0.15)) continue;  // between words
      for (int i = 0; i < 35; ++i) {
        if (!random.chance(0.45)) continue;
        cv::rectangle(picture, cv::Rect(x + i % 5 * dot, y + i / 5 * dot, dot, dot), ink, cv::FILLED);
      }
    }
  }
}

void draw_bars(cv::Mat& picture, const cv::Scalar& ink, Random& random) {
  const int unit = std::max(1, picture.cols / 100);
  const int top = picture.rows / 10, tall = picture.rows * 7 / 10;
  for (int x = 4 * unit; x < picture.cols - 4 * unit;) {
    const int wide = unit * (1 + static_cast<int>(random.below(4)));
    cv::rectangle(picture, cv::Rect(x, top, std::min(wide, picture.cols - x), tall), ink, cv::FILLED);
    x += wide + unit * (1 + static_cast<int>(random.below(4)));
  }
}

Image draw_marks(int width, int height, Random& random) {
  Image image(width, height);
  cv::Mat picture = as_mat(image);
  const float paper = random.uniform(200.f, 255.f), ink = random.uniform(0.f, 70.f);
  picture.setTo(cv::Scalar::all(paper));
  const auto draw = random.chance(0.5) ? draw_letters : draw_bars;
  draw(picture, cv::Scalar::all(ink), random);
  return image;
}

Image draw_shapes(int width, int height, Random& random) {
  Image image(width, height);
  cv::Mat picture = as_mat(image);
  picture.setTo(to_scalar(random_colour(random)));
  const auto place = [&] {
    return cv::Point(static_cast<int>(random.below(static_cast<std::uint64_t>(width))),
                     static_cast<int>(random.below(static_cast<std::uint64_t>(height))));
  };
  const int thick = std::max(1, width / 70);
  const int shapes = 4 + static_cast<int>(random.below(6));
  for (int i = 0; i < shapes; ++i) {
    const cv::Scalar fill = to_scalar(random_colour(random));
    if (random.chance(0.4)) {
      const cv::Point centre = place();
      const int radius = std::max(2, static_cast<int>(random.uniform(0.08, 0.3) * width));
      cv::circle(picture, centre, radius, fill, cv::FILLED, cv::LINE_AA);
      cv::circle(picture, centre, radius, cv::Scalar::all(0), thick, cv::LINE_AA);
    } else {
      std::vector<cv::Point> corners;
      const std::uint64_t count = 3 + random.below(3);
      for (std::uint64_t k = 0; k < count; ++k) corners.push_back(place());
      cv::fillPoly(picture, corners, fill, cv::LINE_AA);
      cv::polylines(picture, corners, true, cv::Scalar::all(0), thick, cv::LINE_AA);
    }
  }
  return image;
}

Image draw_plasma(int width, int height, Random& random) {
  cv::Mat sum = cv::Mat::zeros(height, width, CV_32F);
  const float persistence = random.uniform(0.45f, 0.75f);
  float strength = 1.f, total = 0.f;
  for (int cells = 3; cells == 3 || cells <= std::max(width, height); cells *= 2) {
    sum += strength * stretched_noise(cells, cells, width, height, cv::INTER_CUBIC, 1, random);
    total += strength;
    strength *= persistence;
  }
  const Colour phase{random.uniform(0.f, 6.f), random.uniform(0.f, 6.f), random.uniform(0.f, 6.f)};
  const float turns = random.uniform(6.f, 16.f);
  Image image(width, height);
  for (int y = 0; y < height; ++y) {
    const float* const in = sum.ptr<float>(y);
    for (int x = 0; x < width; ++x) {
      for (std::size_t c = 0; c < 3; ++c)
        image.row(y)[3 * x + static_cast<int>(c)] =
            to_byte(127.5f + 127.5f * std::sin(turns * in[x] / total + phase[c]));
    }
  }
  return image;
}

Image draw_blobs(int width, int height, Random& random) {
  const int cells = 3 + static_cast<int>(random.below(4));
  const cv::Mat plane = stretched_noise(cells, cells, width, height, cv::INTER_CUBIC, 3, random);
  Image image(width, height);
  cv::Mat out = as_mat(image);
  plane.convertTo(out, CV_8UC3, 255.);
  cv::GaussianBlur(out, out, {}, std::max(1., 0.03 * width));
  return image;
}

}  // namespace

std::string_view non_cell_name(NonCell family) {
  constexpr std::array<std::string_view, kNonCellCount> kNames{
      "noise", "blank", "gradient", "pattern", "marks", "shapes", "plasma", "red_cells", "blobs"};
  return kNames[static_cast<std::size_t>(family)];
}

Image draw_non_cell(NonCell family, int width, int height, Random& random) {
  keep_opencv_single_threaded();
  switch (family) {
    case NonCell::Noise:
      return draw_noise(width, height, random);
    case NonCell::Blank:
      return draw_blank(width, height, random);
    case NonCell::Gradient:
      return draw_gradient(width, height, random);
    case NonCell::Pattern:
      return draw_pattern(width, height, random);
    case NonCell::Marks:
      return draw_marks(width, height, random);
    case NonCell::Shapes:
      return draw_shapes(width, height, random);
    case NonCell::Plasma:
      return draw_plasma(width, height, random);
    case NonCell::RedCells:
      return draw_red_cells(width, height, random);
    case NonCell::Blobs:
      break;
  }
  return draw_blobs(width, height, random);
}

}  // namespace giemsa
