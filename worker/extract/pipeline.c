/*
 * The order of the stages.
 */

#include "captions.h"
#include "front.h"
#include "furniture.h"
#include "headings.h"
#include "lines.h"
#include "pipeline.h"
#include "references.h"


void
pipeline_run(doc_t *doc)
{
    front_t  *front;

    lines_build(doc);
    furniture_mark(doc);
    furniture_body_style(doc);
    front = front_read(doc);
    captions_find(doc);
    headings_find(doc);
    references_find(doc);
    captions_debris(doc);

    if (front != NULL) {
        front_identify(front);
    }
}
