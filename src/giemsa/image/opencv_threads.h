#pragma once

namespace giemsa {

/// Keeps OpenCV from starting threads of its own; call it before OpenCV works on pixels. Threads belong to
/// the callers, who work on many pictures at once.
void keep_opencv_single_threaded();

}  // namespace giemsa
