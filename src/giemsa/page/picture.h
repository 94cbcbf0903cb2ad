#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "giemsa/image/image.h"

namespace giemsa::page {

/// The picture as an <img> that carries its pixels within (JPEG in a data URI), described by the plain text
/// `alt`. Where `picture` throws or is empty, a placeholder that says why stands in its place: a page is
/// worth having without it.
std::string embedded_picture(const std::function<Image()>& picture, std::string_view alt, int jpeg_quality);

/// The whole picture, made so small that its longer side has `longest_px` at most (the mean of the area that
/// each pixel covers). Smaller ones stay as they are.
Image shrunk(Image picture, int longest_px);

}  // namespace giemsa::page
