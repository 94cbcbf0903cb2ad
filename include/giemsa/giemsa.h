#ifndef GIEMSA_GIEMSA_H
#define GIEMSA_GIEMSA_H
/* giemsa inside other programs: which class a picture of a blood cell shows. C99 and later; giemsa.hpp is the
 * same for C++.
 *
 *     giemsa_model* model;
 *     giemsa_answers* answers;
 *     if (giemsa_open(NULL, &model) != GIEMSA_OK) die(giemsa_last_error());
 *     if (giemsa_classify_encoded(model, jpeg, jpeg_bytes, &answers) != GIEMSA_OK) die(giemsa_last_error());
 *     puts(giemsa_class_name(model, giemsa_answer_class(answers, 0)));
 *     giemsa_answers_free(answers);
 *     giemsa_close(model);
 *
 * Threads: a model may be used from any number of threads at once; it must not be closed while another thread
 * still uses it. Answers never change and may be read from any thread. Nothing is printed, and no exception
 * leaves the library.
 *
 * Pointers: a required pointer that is NULL, a size that makes no sense or an index out of range is reported
 * (GIEMSA_USAGE, or the value named below), never followed.
 *
 * Stability: functions are added and not changed, and the two structs stay as they are, for as long as the
 * library is called libgiemsa.so.0.
 */
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define GIEMSA_API __attribute__((visibility("default")))
#else
#define GIEMSA_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* What went wrong; the exit codes of the program giemsa. */
typedef enum giemsa_status {
  GIEMSA_OK = 0,
  GIEMSA_INTERNAL = 1, /* a fault of giemsa itself, or the machine is out of memory or threads */
  GIEMSA_USAGE = 2,    /* the call asks for something impossible */
  GIEMSA_DATA = 3,     /* the bytes are not a picture that is read */
  GIEMSA_IO = 4,       /* a file is not there or cannot be read */
  GIEMSA_MODEL = 5     /* a model is damaged, or does not fit this version */
} giemsa_status;

/* What became of a picture. */
typedef enum giemsa_verdict {
  GIEMSA_ANSWERED = 0,
  GIEMSA_UNLIKE = 1,    /* not answered: it is unlike the cells that the model was trained on */
  GIEMSA_UNSURE = 2,    /* not answered: it is like them, but the model is not sure */
  GIEMSA_UNREADABLE = 3 /* not answered: its bytes are not a picture that is read */
} giemsa_verdict;

/* No class. */
#define GIEMSA_NO_CLASS ((size_t)-1)

typedef struct giemsa_model giemsa_model;
typedef struct giemsa_answers giemsa_answers;

/* Pixels of the caller: RGB, 8 bits each, interleaved; stride_bytes from one row to the next, 0 where rows
 * have no gaps (3 * width). At most 30,000 pixels a side and 2^26 in all. */
typedef struct giemsa_pixels {
  const uint8_t* rgb;
  size_t width, height, stride_bytes;
} giemsa_pixels;

/* The bytes of a JPEG, PNG, TIFF or BMP file, at most 2^28; their picture is bounded as giemsa_pixels. */
typedef struct giemsa_encoded {
  const void* bytes;
  size_t size;
} giemsa_encoded;

/* The version of the library, "0.1.0". Never freed. */
GIEMSA_API const char* giemsa_version(void);

/* What the last call that failed on this thread says: who, what was got, what was expected; "" where none has
 * failed. Never NULL. The text stays until the next call that fails on this thread. */
GIEMSA_API const char* giemsa_last_error(void);

/* What to do about it, "" where nothing is known. As giemsa_last_error. */
GIEMSA_API const char* giemsa_last_hint(void);

/* ---- models ---- */

/* Opens a model. folder: a model folder (it holds model.json), a run folder of `giemsa train`, or the name of
 * a model that came with giemsa; NULL: the one that is used where none is named, blood_cells. Names are
 * looked for in $GIEMSA_MODELS, then in share/giemsa/models of the installation that the library lies in.
 * *model: to be closed by giemsa_close; NULL after an error: GIEMSA_IO where there is no model, GIEMSA_MODEL
 * where it is damaged, GIEMSA_USAGE. */
GIEMSA_API giemsa_status giemsa_open(const char* folder, giemsa_model** model);

/* Closes a model, also NULL. Answers live on; the names of its classes do not. */
GIEMSA_API void giemsa_close(giemsa_model* model);

/* How many classes a model knows; 0 for NULL. */
GIEMSA_API size_t giemsa_class_count(const giemsa_model* model);

/* The name of a class, UTF-8; "" for one that there is not (GIEMSA_NO_CLASS). It belongs to the model. */
GIEMSA_API const char* giemsa_class_name(const giemsa_model* model, size_t class_index);

/* ---- pictures ---- */

/* Which class a picture shows. A crop to one cell of any size, or a whole frame where the model cuts these
 * itself. *answers: one, number 0, to be freed by giemsa_answers_free; NULL after an error. Nothing of the
 * picture is kept. GIEMSA_USAGE for pixels that make no sense, GIEMSA_MODEL where the model's answer is not a
 * number. */
GIEMSA_API giemsa_status giemsa_classify_pixels(const giemsa_model* model, const uint8_t* rgb, size_t width,
                                                size_t height, size_t stride_bytes, giemsa_answers** answers);

/* The same of an encoded picture. GIEMSA_DATA for bytes that are not a whole picture, are over the bounds, or
 * are in a pixel format that is not read (16 bits, CMYK). */
GIEMSA_API giemsa_status giemsa_classify_encoded(const giemsa_model* model, const void* bytes, size_t size,
                                                 giemsa_answers** answers);

/* The same of `count` pictures, at most 2^24, on `threads` threads, of which the calling one is one; 0: one
 * per processor, at most 1,024. *answers: `count`, in the order of the pictures, the same bits for any number
 * of threads. */
GIEMSA_API giemsa_status giemsa_classify_pixels_batch(const giemsa_model* model,
                                                      const giemsa_pixels* pictures, size_t count,
                                                      size_t threads, giemsa_answers** answers);

/* The same of encoded pictures. One that is not readable is no error: its verdict is GIEMSA_UNREADABLE. */
GIEMSA_API giemsa_status giemsa_classify_encoded_batch(const giemsa_model* model,
                                                       const giemsa_encoded* pictures, size_t count,
                                                       size_t threads, giemsa_answers** answers);

/* ---- answers: for number `index` of them; what is returned belongs to the answers ---- */

/* Frees answers, also NULL. */
GIEMSA_API void giemsa_answers_free(giemsa_answers* answers);

/* How many there are; 0 for NULL. */
GIEMSA_API size_t giemsa_answers_count(const giemsa_answers* answers);

/* Whether the picture is answered, and if not why. GIEMSA_UNREADABLE where there is no such answer. */
GIEMSA_API giemsa_verdict giemsa_answer_verdict(const giemsa_answers* answers, size_t index);

/* The most probable class, also where the verdict is GIEMSA_UNLIKE or GIEMSA_UNSURE and it should not be
 * believed. GIEMSA_NO_CLASS of an unreadable picture. */
GIEMSA_API size_t giemsa_answer_class(const giemsa_answers* answers, size_t index);

/* The probability of that class; 0 of an unreadable picture. */
GIEMSA_API float giemsa_answer_confidence(const giemsa_answers* answers, size_t index);

/* The probabilities of all classes, calibrated where the model is. *count: how many, as giemsa_class_count;
 * count may be NULL. NULL and 0 of an unreadable picture. */
GIEMSA_API const float* giemsa_answer_probabilities(const giemsa_answers* answers, size_t index,
                                                    size_t* count);

/* The classes that the cell may be (the conformal set), by falling probability. *count: how many, perhaps 0;
 * count may be NULL. NULL and 0 of an unreadable picture and where the model was not calibrated to give sets.
 */
GIEMSA_API const size_t* giemsa_answer_set(const giemsa_answers* answers, size_t index, size_t* count);

/* How unlike the training cells the picture is, 0 and up. NaN of an unreadable picture and where the model
 * was not calibrated to know. */
GIEMSA_API float giemsa_answer_novelty(const giemsa_answers* answers, size_t index);

/* Why it is not answered, for people: "not sure (0.62, limit 0.71)". "" of a picture that is; never NULL. */
GIEMSA_API const char* giemsa_answer_reason(const giemsa_answers* answers, size_t index);

#ifdef __cplusplus
}
#endif

#endif
