// What the text code needs of ICU, in types of our own.
//
// A C target rather than a module over ICU's headers: those declare the same types as the ICU inside Foundation, and two
// definitions of one type cannot be imported together.

#ifndef C_ICU_H
#define C_ICU_H

#include <stdbool.h>
#include <stdint.h>

/// What the tokenizer distinguishes of the general category of a code point.
typedef enum cicu_category {
    CICU_OTHER = 0,
    CICU_LOWERCASE_LETTER = 1,
    /// Space, line and paragraph separators.
    CICU_SEPARATOR = 2,
    CICU_PUNCTUATION = 3,
    CICU_NONSPACING_MARK = 4,
    /// Control, format, private use and surrogate.
    CICU_CONTROL = 5,
} cicu_category;

/// General category as of Unicode 8, whatever version is installed: the tokens of a text must not change with it, and the
/// tokenizers that models were made with know no later one.
cicu_category cicu_category_of(uint32_t scalar);

/// Lowercase of a code point by its simple mapping.
uint32_t cicu_lowercase(uint32_t scalar);

/// The longest canonical decomposition of a code point.
enum { CICU_DECOMPOSITION_MAX = 4 };

/// Writes the full canonical decomposition of a code point to `scalars [CICU_DECOMPOSITION_MAX]` and returns its
/// length, at least 1.
int32_t cicu_decompose(uint32_t scalar, uint32_t *scalars);

/// Sentence breaks of one text (UAX #29).
typedef struct cicu_sentences cicu_sentences;

/// Starts at the beginning of `utf8 [length]`, which must outlive the result. Null when ICU has no break rules or no
/// memory. To be closed.
cicu_sentences *cicu_sentences_open(const char *utf8, int32_t length);

/// Byte offset of the next sentence's end; negative when there is none.
int32_t cicu_sentences_next(cicu_sentences *sentences);

void cicu_sentences_close(cicu_sentences *sentences);

#endif
