/*
 * The document object.
 */

#include <string.h>

#include "doc.h"
#include "extract_child.h"


doc_t *
doc_new(void)
{
    doc_t     *doc;
    region_t   region;

    region_init_exit(&region, DOC_MAX_MEMORY, EXTRACT_CHILD_EXIT_FULL);
    doc = region_alloc(&region, sizeof(doc_t));
    doc->region = region_alloc(&region, sizeof(region_t));
    *doc->region = region;
    doc->refs_begin = -1;
    doc->refs_end = -1;

    return doc;
}


void
doc_free(doc_t *doc)
{
    region_t  region;

    /* the region's own record lies in it */
    region = *doc->region;
    region_free(&region);
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
