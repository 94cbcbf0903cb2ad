#include "giemsa/synth/camera.h"

#include <opencv2/imgproc.hpp>

namespace giemsa::synth {
namespace {

// Per unit of stain, RGB; fitted by eye to densities of k-means colours of cells in the PBC data set.
constexpr std::array<std::array<float, 3>, kStains> kAbsorbance{{
    {0.59f, 1.00f, 0.18f},  // violet
    {0.90f, 0.96f, 0.30f},  // blue
    {0.24f, 0.82f, 0.60f},  // eosin
    {0.60f, 0.88f, 0.52f},  // red
}};
constexpr float kVioletLimit = 3.4f;  // densest chromatin; more layers take up hardly more dye

/// Nearly normal noise (sum of four uniform numbers), sd 1: one draw, no logarithm, no cosine.
float quick_normal(Random& random) {
  const std::uint64_t b = random.bits();
  const auto part = [&](int k) { return float((b >> (16 * k)) & 0xffff); };
  constexpr float kMean = 2.f * 65535.f, kScale = 1.7320508f / 65536.f;
  return (part(0) + part(1) + part(2) + part(3) - kMean) * kScale;
}

/// What is left of the lamp's light, RGB.
cv::Mat transmitted_light(const Canvas& canvas, const Appearance& look) {
  const Grid& grid = canvas.grid;
  cv::Mat light(grid.side_px, grid.side_px, CV_32FC3);
  std::array<float, 3> log_lamp;
  for (int c = 0; c < 3; ++c) log_lamp[c] = std::log(look.lamp[c]);
  const float to_unit = 2.f / grid.field_um();
  for (int y = 0; y < grid.side_px; ++y) {
    float* rgb = light.ptr<float>(y);
    for (int x = 0; x < grid.side_px; ++x, rgb += 3) {
      const std::size_t i = std::size_t(y) * grid.side_px + x;
      const float u = grid.coordinate(x) * to_unit, v = grid.coordinate(y) * to_unit;
      const float falloff =
          look.gradient.x * u + look.gradient.y * v - look.vignette * 0.5f * (u * u + v * v);
      const float layers = canvas.stain[kViolet][i] / kVioletLimit;
      const float violet = kVioletLimit * layers / std::sqrt(1.f + layers * layers);
      for (int c = 0; c < 3; ++c) {
        float density = violet * look.absorbance[kViolet][c];
        for (int s = kBlue; s < kStains; ++s) density += canvas.stain[s][i] * look.absorbance[s][c];
        rgb[c] = log_lamp[c] + falloff - density;
      }
    }
  }
  cv::exp(light, light);
  return light;
}

}  // namespace

Appearance random_appearance(Random& random) {
  Appearance look;
  const float strength = random.uniform(0.9f, 1.1f);
  for (int s = 0; s < kStains; ++s) {
    const float batch = strength * random.uniform(0.9f, 1.1f);
    for (int c = 0; c < 3; ++c)
      look.absorbance[s][c] = kAbsorbance[s][c] * batch * random.uniform(0.94f, 1.06f);
  }
  // Most slides are seen by a warm lamp, some by a white one with a grey-lavender ground.
  constexpr std::array<float, 3> kWarm{253, 230, 206}, kCool{214, 212, 226};
  const float cool = random.chance(0.12) ? random.uniform(0.4f, 1.f) : random.uniform(0.f, 0.12f);
  const float exposure = random.uniform(0.97f, 1.01f);
  for (int c = 0; c < 3; ++c) look.lamp[c] = exposure * (kWarm[c] + cool * (kCool[c] - kWarm[c]));
  look.gradient = random_in_disc(random, 0.02f);
  look.vignette = random.uniform(0.f, 0.03f);
  look.blur_um = random.uniform(0.06f, 0.13f);
  look.sharpening = random.uniform(0.2f, 0.7f);
  look.noise_sd = random.uniform(0.6f, 2.2f);
  return look;
}

Image photograph(const Canvas& canvas, const Appearance& look, int size_px, Random& random) {
  cv::Mat light = transmitted_light(canvas, look), blurred, sensor;
  cv::GaussianBlur(light, light, {}, look.blur_um / canvas.grid.um_per_px, 0, cv::BORDER_REPLICATE);
  const double halo_px = 0.3 / canvas.grid.um_per_px;
  const int halo_side = 2 * int(std::ceil(2 * halo_px)) + 1;
  cv::GaussianBlur(light, blurred, {halo_side, halo_side}, halo_px, 0, cv::BORDER_REPLICATE);
  light += look.sharpening * (light - blurred);
  cv::resize(light, sensor, {size_px, size_px}, 0, 0, cv::INTER_AREA);

  Image image(size_px, size_px);
  for (int y = 0; y < size_px; ++y) {
    const float* rgb = sensor.ptr<float>(y);
    std::uint8_t* out = image.row(y);
    for (int k = 0; k < 3 * size_px; ++k)
      out[k] = std::uint8_t(std::clamp(rgb[k] + look.noise_sd * quick_normal(random) + 0.5f, 0.f, 255.f));
  }
  return image;
}

std::vector<std::uint8_t> to_mask(const Grid& grid, const Plane& coverage, int size_px) {
  const cv::Mat fine(grid.side_px, grid.side_px, CV_32F, const_cast<float*>(coverage.data()));
  cv::Mat coarse;
  cv::resize(fine, coarse, {size_px, size_px}, 0, 0, cv::INTER_AREA);
  std::vector<std::uint8_t> mask(std::size_t(size_px) * size_px);
  std::transform(coarse.begin<float>(), coarse.end<float>(), mask.begin(), [](float c) { return c >= 0.5f; });
  return mask;
}

}  // namespace giemsa::synth
