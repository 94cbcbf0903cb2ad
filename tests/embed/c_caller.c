/* A caller in plain C99: the header holds nothing else, and errors are told by status and text. */
#include "embed/c_caller.h"

#include <stdio.h>
#include <string.h>

#include "giemsa/giemsa.h"

static int failed(giemsa_status status, char* error, size_t error_bytes) {
  snprintf(error, error_bytes, "%d: %s", (int)status, giemsa_last_error());
  return -1;
}

int c_class_of(const char* model_folder, const uint8_t* rgb, size_t width, size_t height,
               float* probabilities, size_t most, char* error, size_t error_bytes) {
  giemsa_model* model;
  giemsa_answers* answers;
  giemsa_status status = giemsa_open(model_folder, &model);
  int class_index = -1;
  if (status != GIEMSA_OK) return failed(status, error, error_bytes);
  status = giemsa_classify_pixels(model, rgb, width, height, 3 * width, &answers);
  if (status == GIEMSA_OK) {
    size_t count;
    const float* all = giemsa_answer_probabilities(answers, 0, &count);
    memcpy(probabilities, all, (count < most ? count : most) * sizeof *all);
    class_index = (int)giemsa_answer_class(answers, 0);
  } else {
    failed(status, error, error_bytes);
  }
  giemsa_answers_free(answers);
  giemsa_close(model);
  return class_index;
}
