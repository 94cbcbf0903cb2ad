/* Says which cell each picture shows, one after the other: classify PICTURE... */
#include <giemsa/giemsa.h>
#include <stdio.h>
#include <stdlib.h>

static int fail(const char* what) {
  fprintf(stderr, "%s: %s\n", what, giemsa_last_error());
  if (*giemsa_last_hint()) fprintf(stderr, "Hint: %s\n", giemsa_last_hint());
  return EXIT_FAILURE;
}

static unsigned char* read_file(const char* path, size_t* size) {
  FILE* file = fopen(path, "rb");
  unsigned char* bytes = NULL;
  long end;
  if (!file) return NULL;
  if (fseek(file, 0, SEEK_END) == 0 && (end = ftell(file)) > 0 && fseek(file, 0, SEEK_SET) == 0) {
    bytes = malloc((size_t)end);
    *size = bytes ? fread(bytes, 1, (size_t)end, file) : 0;
  }
  fclose(file);
  return bytes;
}

int main(int argc, char** argv) {
  giemsa_model* model;
  if (giemsa_open(NULL, &model) != GIEMSA_OK) return fail("no model");
  for (int i = 1; i < argc; ++i) {
    size_t size = 0;
    unsigned char* bytes = read_file(argv[i], &size);
    giemsa_answers* answers;
    if (giemsa_classify_encoded(model, bytes, size, &answers) != GIEMSA_OK) return fail(argv[i]);
    const char* name = giemsa_class_name(model, giemsa_answer_class(answers, 0));
    printf("%s: %s, %.1f %% %s\n", argv[i], name, 100.0 * giemsa_answer_confidence(answers, 0),
           giemsa_answer_reason(answers, 0));
    giemsa_answers_free(answers);
    free(bytes);
  }
  giemsa_close(model);
  return EXIT_SUCCESS;
}
