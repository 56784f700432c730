/*
 * The document object.
 */

#include <string.h>

#include "doc.h"


doc_t *
doc_new(void)
{
    doc_t    *doc;
    arena_t  *arena;

    arena = arena_new();
    doc = arena_alloc(arena, sizeof(doc_t));
    doc->arena = arena;
    doc->refs_begin = -1;
    doc->refs_end = -1;

    return doc;
}


void
doc_warn(doc_t *doc, const char *warning)
{
    int  i;

    for (i = 0; i < doc->n_warnings; i++) {
        if (strcmp(doc->warnings[i], warning) == 0) {
            return;
        }
    }

    if (doc->n_warnings < DOC_MAX_WARNINGS) {
        doc->warnings[doc->n_warnings++] = warning;
    }
}
