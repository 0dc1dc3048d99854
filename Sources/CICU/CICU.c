#include "CICU.h"

#include <stdlib.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/utext.h>
#include <unicode/utf16.h>

/// The newest Unicode version whose categories count.
enum { CATEGORY_VERSION = 8 };

static cicu_category current_category(uint32_t scalar) {
    switch (u_charType((UChar32)scalar)) {
    case U_LOWERCASE_LETTER:
        return CICU_LOWERCASE_LETTER;
    case U_SPACE_SEPARATOR:
    case U_LINE_SEPARATOR:
    case U_PARAGRAPH_SEPARATOR:
        return CICU_SEPARATOR;
    case U_DASH_PUNCTUATION:
    case U_START_PUNCTUATION:
    case U_END_PUNCTUATION:
    case U_CONNECTOR_PUNCTUATION:
    case U_OTHER_PUNCTUATION:
    case U_INITIAL_PUNCTUATION:
    case U_FINAL_PUNCTUATION:
        return CICU_PUNCTUATION;
    case U_NON_SPACING_MARK:
        return CICU_NONSPACING_MARK;
    case U_CONTROL_CHAR:
    case U_FORMAT_CHAR:
    case U_PRIVATE_USE_CHAR:
    case U_SURROGATE:
        return CICU_CONTROL;
    default:
        return CICU_OTHER;
    }
}

cicu_category cicu_category_of(uint32_t scalar) {
    switch (scalar) { // Moved to another category since.
    case 0x166D:
    case 0x111C9:
        return CICU_PUNCTUATION;
    case 0x1734:
        return CICU_NONSPACING_MARK;
    case 0x1885:
    case 0x1886:
    case 0xA9BD:
        return CICU_OTHER;
    default:
        break;
    }
    cicu_category category = current_category(scalar);
    if (category == CICU_OTHER) return category;
    UVersionInfo assigned;
    u_charAge((UChar32)scalar, assigned);
    return assigned[0] > CATEGORY_VERSION ? CICU_OTHER : category;
}

uint32_t cicu_lowercase(uint32_t scalar) { return (uint32_t)u_tolower((UChar32)scalar); }

int32_t cicu_decompose(uint32_t scalar, uint32_t *scalars) {
    scalars[0] = scalar;
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *normalizer = unorm2_getNFDInstance(&status);
    if (U_FAILURE(status)) return 1;
    UChar units[2 * CICU_DECOMPOSITION_MAX];
    int32_t length = unorm2_getDecomposition(normalizer, (UChar32)scalar, units, 2 * CICU_DECOMPOSITION_MAX, &status);
    if (U_FAILURE(status) || length <= 0) return 1;
    int32_t count = 0;
    for (int32_t i = 0; i < length && count < CICU_DECOMPOSITION_MAX;) {
        UChar32 next;
        U16_NEXT(units, i, length, next);
        scalars[count++] = (uint32_t)next;
    }
    return count;
}

struct cicu_sentences {
    UText *text;
    UBreakIterator *iterator;
};

cicu_sentences *cicu_sentences_open(const char *utf8, int32_t length) {
    cicu_sentences *sentences = calloc(1, sizeof *sentences);
    if (!sentences) return NULL;
    UErrorCode status = U_ZERO_ERROR;
    sentences->text = utext_openUTF8(NULL, utf8, length, &status);
    sentences->iterator = ubrk_open(UBRK_SENTENCE, "en", NULL, 0, &status);
    if (U_SUCCESS(status)) ubrk_setUText(sentences->iterator, sentences->text, &status);
    if (U_SUCCESS(status)) return sentences;
    cicu_sentences_close(sentences);
    return NULL;
}

int32_t cicu_sentences_next(cicu_sentences *sentences) { return ubrk_next(sentences->iterator); }

void cicu_sentences_close(cicu_sentences *sentences) {
    if (sentences->iterator) ubrk_close(sentences->iterator);
    if (sentences->text) utext_close(sentences->text);
    free(sentences);
}
